// usage: report.cjs REPORT.html (see report.sh). Ends with `N passed, N failed`.
"use strict";
const path = require("node:path");
const puppeteer = require("puppeteer-core");

let passed = 0, failed = 0;
function check(right, what) {
  if (right) {
    passed += 1;
  } else {
    failed += 1;
    console.log("FAILED: " + what);
  }
}

// What is open below the matrix: its boxes and their digits.
function look() {
  const open = [...document.querySelectorAll(".cellbox.open")];
  const digits = open.flatMap((box) => [...box.querySelectorAll(".digit")]);
  return {
    boxes: open.length,
    digits: digits.length,
    seen: digits.filter((digit) => digit.getBoundingClientRect().width > 20).length,
    painted: digits.every((digit) =>
      getComputedStyle(digit).backgroundImage.startsWith('url("data:image/png')),
    hint: !document.getElementById("hint").hidden,
  };
}

async function checkClicks(page) {
  const before = await page.evaluate(look);
  check(before.boxes === 0 && before.hint, "a cell is open before any click");
  for (const selector of ["td.off button", "td:not(.off) button"]) {
    const count = await page.$eval(".matrix " + selector, (b) => Number(b.textContent));
    await page.click(".matrix " + selector);
    const after = await page.evaluate(look);
    check(after.boxes === 1, `${selector}: ${after.boxes} boxes are open`);
    check(after.digits === Math.min(count, 24) && after.seen === after.digits,
      `${selector}: ${after.seen} of ${after.digits} digits seen, the cell says ${count}`);
    check(after.painted && !after.hint, `${selector}: digits without a picture`);
  }
}

// Nothing may be wider than the page, but what scrolls by itself.
async function checkFits(page, width) {
  const wide = await page.evaluate(() => document.scrollingElement.scrollWidth);
  check(wide <= width, `at ${width} pixels the page is ${wide} wide`);
  const charts = await page.$$eval("figure svg", (all) =>
    all.map((svg) => svg.getBoundingClientRect()).map((box) => [box.width, box.height]));
  check(charts.length >= 3 && charts.every(([w, h]) => w > 200 && w <= width && h > 100),
    `at ${width} pixels charts are ${JSON.stringify(charts)}`);
}

async function checkColours(page, scheme) {
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  const [ink, paper] = await page.evaluate(() => {
    const style = getComputedStyle(document.body);
    return [style.color, style.backgroundColor].map((text) =>
      text.match(/\d+/g).slice(0, 3).reduce((sum, value) => sum + Number(value), 0));
  });
  check(scheme === "dark" ? ink > paper + 300 : paper > ink + 300,
    `${scheme}: ink ${ink} on paper ${paper}`);
}

async function main() {
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
  const page = await browser.newPage();
  const complaints = [], fetched = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (!/^(data|file):/.test(request.url())) {
      fetched.push(request.url());
    }
  });
  await page.setViewport({ width: 1000, height: 900 });
  await page.goto("file://" + path.resolve(process.argv[2]), { waitUntil: "load" });
  check((await page.title()).startsWith("How "), "title: " + await page.title());
  check(await page.$$eval(".facts dd", (all) => all.length) >= 6, "the headline figures");
  check(await page.$$eval(".mistake", (all) => all.length) > 0, "misread digits");
  await checkClicks(page);
  await checkFits(page, 1000);
  for (const scheme of ["light", "dark"]) {
    await checkColours(page, scheme);
  }
  await page.setViewport({ width: 390, height: 800, isMobile: true, hasTouch: true });
  await checkFits(page, 390);
  const pdf = await page.pdf({ format: "A4" });
  check(pdf.length > 10000, "printing");
  check(complaints.length === 0, "console: " + complaints.join("; "));
  check(fetched.length === 0, "fetched: " + fetched.join(" "));
  await browser.close();
  console.log(`${passed} passed, ${failed} failed`);
  return failed ? 1 : 0;
}

main().then((status) => process.exit(status), (error) => {
  console.log("FAILED: " + error);
  process.exit(1);
});
