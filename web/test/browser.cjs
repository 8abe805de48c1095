// Chromium for the tests: opens the page, draws on it by mouse or touch, waits for answers.
"use strict";
const puppeteer = require("puppeteer-core");

const SIZES = {
  desktop: { width: 1200, height: 860 },
  phone: { width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
};

function launch() {
  return puppeteer.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
}

/** A new tab of its own profile (nothing kept from others) at the page, ready. */
async function open(browser, url, size) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    if (["error", "warn", "warning"].includes(message.type())) {
      complaints.push(message.text());
    }
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    const from = new URL(request.url());
    if (from.origin !== new URL(url).origin && from.protocol !== "blob:") {
      complaints.push(`asks ${request.url()}`);
    }
  });
  await page.setViewport(SIZES[size]);
  const tab = { page, context, complaints, touch: Boolean(SIZES[size].hasTouch), url };
  await page.goto(url);
  await ready(tab);
  return tab;
}

function ready({ page }) {
  return page.waitForSelector("body[data-ready]", { timeout: 30000 });
}

function nextFrame({ page }) {
  return page.evaluate(() => new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(resolve));
  }));
}

/** Once all is told of what lies there. */
async function settled({ page }) {
  await page.waitForFunction(() =>
    document.getElementById("answer").getAttribute("aria-busy") === "false", { timeout: 15000 });
}

async function setPen({ page }, width) {
  await page.$eval("#pen-width", (input, value) => {
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }, String(width));
}

/** Pointers of both kinds: down, move, up, at places in the pad's square of side 1. */
async function pointerOf({ page, touch }) {
  await page.$eval("#pad", (pad) => pad.scrollIntoView({ block: "center" }));
  const box = await (await page.$("#pad")).boundingBox();
  const at = (x, y) => [box.x + x * box.width, box.y + y * box.height];
  return touch ? {
    down: (x, y) => page.touchscreen.touchStart(...at(x, y)),
    move: (x, y) => page.touchscreen.touchMove(...at(x, y)),
    up: () => page.touchscreen.touchEnd(),
  } : {
    down: async (x, y) => {
      await page.mouse.move(...at(x, y));
      await page.mouse.down();
    },
    move: (x, y) => page.mouse.move(...at(x, y)),
    up: () => page.mouse.up(),
  };
}

/** Draws lines, each a stroke; returns what was read before the last one ended. */
async function draw(tab, lines, shift = 0) {
  await setPen(tab, 2); // as wide as the rows of pixels lie apart
  const pointer = await pointerOf(tab);
  let during = "";
  for (const [i, [x0, y0, x1, y1]] of lines.entries()) {
    await pointer.down(x0 + shift, y0 + shift);
    await pointer.move(x1 + shift, y1 + shift);
    if (i === lines.length - 1) {
      await tab.page.waitForFunction(() => document.getElementById("glyph").textContent !== "",
        { timeout: 5000 });
      during = await glyph(tab);
    }
    await pointer.up();
  }
  await nextFrame(tab); // what the last stroke asks is asked with the frame
  await settled(tab);
  return during;
}

async function clear(tab) {
  await tab.page.$eval("#clear", (button) => button.click());
}

function glyph({ page }) {
  return page.$eval("#glyph", (element) => element.textContent);
}

/** Draws on a clean pad and says what it is read as. */
async function readAs(tab, lines, shift = 0) {
  await clear(tab);
  await draw(tab, lines, shift);
  return glyph(tab);
}

/** Once an element has lain at one place for three frames: what is told above it may still
 * push it away from under the finger. */
function still(element) {
  return element.evaluate((one) => new Promise((resolve) => {
    let last = "", frames = 0;
    const look = () => {
      const { x, y, width, height } = one.getBoundingClientRect();
      const now = [x, y, width, height].join();
      frames = now === last ? frames + 1 : 0;
      last = now;
      if (frames === 3) {
        resolve();
      } else {
        requestAnimationFrame(look);
      }
    };
    look();
  }));
}

async function press(tab, selector) {
  const element = await tab.page.waitForSelector(selector, { visible: true, timeout: 5000 });
  await element.scrollIntoView();
  await still(element);
  await (tab.touch ? element.tap() : element.click());
}

async function goTo(tab, view) {
  await press(tab, `nav a[href="#${view}"]`);
  await tab.page.waitForSelector(`#view-${view}:not([hidden])`);
}

module.exports = { clear, draw, glyph, goTo, launch, open, press, readAs, ready, settled };
