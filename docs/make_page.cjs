// Takes the pictures of docs/images/page. usage: make_page.cjs NUMERAL URL
// URL is a running page. It is also shown a page of digits of mnist:test. Set NODE_PATH (to
// where puppeteer-core is) and CHROMIUM as web/test/page.sh does.
"use strict";
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const puppeteer = require("puppeteer-core");
const { load, pageOf } = require("../web/test/digits.cjs");

const DESKTOP = { width: 1100, height: 740 };
const PHONE = { width: 390, height: 740, isMobile: true, hasTouch: true };
const [numeral, url] = process.argv.slice(2);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "numeral-pictures-"));
const picture = path.join(folder, "page.png");

async function settled(page) {
  await page.waitForFunction(() =>
    document.getElementById("answer").getAttribute("aria-busy") === "false");
  await new Promise((done) => setTimeout(done, 400));
}

const example = async (page) => {
  await page.click("#example");
  await settled(page);
};
const how = async (page) => {
  await example(page);
  await page.click('nav a[href="#how"]');
  await page.waitForSelector("#votes li");
  await page.$eval("#how-search-title", (title) => title.scrollIntoView());
};
const read = async (page) => {
  await (await page.$("#file")).uploadFile(picture);
  await page.waitForSelector("#page-lines:not([hidden])");
  await settled(page);
};

async function take(browser, name, size, scheme, what) {
  const page = await browser.newPage();
  await page.setViewport(size);
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(url);
  await page.waitForSelector("body[data-ready]");
  await what(page);
  await page.evaluate(() => document.activeElement.blur());
  await page.screenshot({ path: path.join(__dirname, "images", "page", `${name}.png`) });
  await page.close();
}

async function main() {
  const digits = await load(numeral, "mnist:test[0:15]", folder);
  fs.writeFileSync(picture, pageOf([digits.slice(0, 5), digits.slice(5, 10), digits.slice(10)]));
  const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu"] });
  await take(browser, "draw", DESKTOP, "light", example);
  await take(browser, "how", DESKTOP, "dark", how);
  await take(browser, "phone", PHONE, "light", read);
  await browser.close();
  fs.rmSync(folder, { recursive: true });
}

main();
