// usage: page.cjs service NUMERAL MODEL | static NUMERAL DIST   (see page.sh)
// The page in Chromium with one of its homes. Ends with `N passed, N failed`.
"use strict";
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { execFileSync } = require("node:child_process");
const axe = require("axe-core");
const { clear, draw, glyph, goTo, launch, open, press, readAs, ready, settled } =
  require("./browser.cjs");
const { linesOf, load, pageOf } = require("./digits.cjs");
const { freePort, service, startStatic } = require("./homes.cjs");

const [kind, numeral, given] = process.argv.slice(2);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "numeral-page-"));
let passed = 0, failed = 0;
function check(right, what) {
  if (right) {
    passed += 1;
  } else {
    failed += 1;
    console.log(`FAILED: ${what}`);
  }
}

/** What the page's home reads each digit as, drawn as by the pad but without pointers. */
function readAll(tab, drawn) {
  return tab.page.evaluate(async (all) => {
    const { connect } = await import("./home.js");
    const { Strokes, WIDTHS } = await import("./strokes.js");
    const { greyFromCanvas } = await import("./grey.js");
    const home = await connect();
    const context = new OffscreenCanvas(196, 196).getContext("2d", { willReadFrequently: true });
    const out = [];
    for (const lines of all) {
      const strokes = new Strokes();
      for (const [x0, y0, x1, y1] of lines) {
        strokes.begin(x0, y0, WIDTHS[1]);
        strokes.extend(x1, y1);
      }
      context.fillStyle = "#fff";
      context.fillRect(0, 0, 196, 196);
      strokes.paint(context, 196);
      const answer = await home.predict(greyFromCanvas(context, 196));
      out.push({ label: String(answer.name ?? answer.label), refused: answer.refused,
        confidence: answer.confidence });
    }
    return out;
  }, drawn);
}

/** Sorts the digits: those that are read surely right, and those that are misread. */
async function sortDigits(tab, digits) {
  const drawn = digits.map(linesOf);
  const read = await readAll(tab, drawn);
  const all = digits.map((digit, i) => ({ ...digit, lines: drawn[i], ...{ read: read[i] } }));
  const right = all.filter((one) => one.read.label === one.label && one.read.confidence > 0.9);
  const wrong = all.filter((one) => one.read.label !== one.label && !one.read.refused);
  check(right.length > 12, `${right.length} of ${digits.length} drawn digits are read`);
  check(wrong.length > 0, "no digit to correct: all are read right");
  return { right, wrong };
}

async function checkAnswer(tab, digit) {
  const during = await draw(tab, digit.lines);
  check(during !== "", "an answer while one draws");
  check(await glyph(tab) === digit.label, `a ${digit.label} is read as ${await glyph(tab)}`);
  const seen = await tab.page.evaluate(() => ({
    neighbours: document.querySelectorAll("#near li").length,
    painted: [...document.querySelectorAll("#near canvas")].every((canvas) =>
      canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((byte) => byte > 100)),
    pictures: document.querySelectorAll("#near canvas").length,
    stages: document.querySelectorAll("#seen canvas").length,
    findings: document.querySelectorAll("#measured tr").length,
    said: document.getElementById("said").textContent,
  }));
  check(seen.neighbours >= 1 && seen.pictures === seen.neighbours && seen.painted,
    `neighbours: ${JSON.stringify(seen)}`);
  check(seen.stages >= 2, `${seen.stages} stages`);
  check(seen.findings >= 8, `${seen.findings} findings`);
  check(/^[\d.]+ % sure$/.test(seen.said), `it says "${seen.said}"`);
  await press(tab, "#undo");
  check(await tab.page.$eval("#undo", (button) => !button.disabled), "undo took all strokes");
}

/** What lies there is read anew, as this. */
async function becomes(tab, label, when) {
  await tab.page.waitForFunction((wanted) =>
    document.getElementById("glyph").textContent === wanted, { timeout: 5000 }, label)
    .catch(() => {});
  await settled(tab);
  check(await glyph(tab) === label, `${when} it is read as ${await glyph(tab)}, not ${label}`);
}

/** "It is a 7": read right at once, when drawn again a little aside, and after a reload. */
async function checkTeaching(tab, digit, misreadAs) {
  const button = `#names button[aria-label^="It is a ${digit.label}"]`;
  await press(tab, button);
  await becomes(tab, digit.label, "after teaching");
  await press(tab, "#unteach");
  await becomes(tab, misreadAs, "what was taken back");
  await tab.page.focus(button);
  await tab.page.keyboard.press("Enter");
  await becomes(tab, digit.label, "after teaching by the keyboard");
  check(await tab.page.$("#near .yours") !== null, "none of the neighbours is marked as taught");
  check(await tab.page.$eval("#taught-count", (one) => one.textContent) === "1", "the count");
  check(await readAs(tab, digit.lines, 0.01) === digit.label, "drawn again it is misread");
  await tab.page.reload();
  await ready(tab);
  check(await readAs(tab, digit.lines) === digit.label, "after a reload it is misread");
}

/** One that is misread when drawn by pointers, too, and what it is taken for. */
async function misread(tab, wrong) {
  for (const digit of wrong) {
    const as = await readAs(tab, digit.lines);
    if (as !== digit.label) {
      return [digit, as];
    }
  }
  throw new Error("every digit is read right when drawn");
}

async function download(tab, button, name) {
  const session = await tab.page.createCDPSession();
  await session.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: folder,
    browserContextId: tab.context.id });
  await press(tab, button);
  const file = path.join(folder, name);
  for (let tries = 0; tries < 100 && !fs.existsSync(file); tries += 1) {
    await new Promise((done) => setTimeout(done, 50));
  }
  await session.detach();
  return file;
}

/** Exported, forgotten (misread again), imported (read right again). */
async function checkFiles(tab, digit, misreadAs) {
  await goTo(tab, "taught");
  check(await tab.page.$$eval("#taught-list li", (all) => all.length) === 1, "one taught digit");
  const file = await download(tab, "#export", "taught.npz");
  const info = JSON.parse(execFileSync(numeral, ["data", "info", file, "--json", "-"]).toString());
  check(info.n === 1 && info.labels.length === 1 && (info.labels[0].name ??
    String(info.labels[0].label)) === digit.label, `exported: ${JSON.stringify(info)}`);
  const zip = await download(tab, "#export-pictures", "taught.zip");
  check(fs.readFileSync(zip).includes(`${digit.label}/`), "exported pictures lie in folders");
  await press(tab, "#taught-list button");
  await tab.page.waitForFunction(() => document.getElementById("taught-count").hidden,
    { timeout: 5000 });
  await goTo(tab, "draw");
  check(await readAs(tab, digit.lines) === misreadAs, "what is forgotten is still known");
  await goTo(tab, "taught");
  for (const one of [file, zip]) {
    await (await tab.page.$("#import-file")).uploadFile(one);
    await tab.page.waitForFunction(() => !document.getElementById("taught-count").hidden &&
      /learnt/.test(document.getElementById("taught-said").textContent), { timeout: 5000 });
    await goTo(tab, "draw");
    check(await readAs(tab, digit.lines) === digit.label, `${one} teaches nothing`);
    if (one === file) {
      await goTo(tab, "taught");
      await press(tab, "#taught-list button");
      await tab.page.waitForFunction(() => document.getElementById("taught-count").hidden,
        { timeout: 5000 });
    }
  }
}

async function checkPage(tab, right) {
  const lines = [right.slice(0, 5), right.slice(5, 9)];
  const file = path.join(folder, "page.png");
  fs.writeFileSync(file, pageOf(lines));
  await (await tab.page.$("#file")).uploadFile(file);
  await tab.page.waitForSelector("#page-lines:not([hidden])", { timeout: 15000 });
  await settled(tab);
  const read = await tab.page.$$eval("#lines li", (all) => all.map((line) =>
    [...line.querySelectorAll("button")].map((one) => one.textContent).join("")));
  const wanted = lines.map((line) => line.map((one) => one.label).join(""));
  check(read.join() === wanted.join(), `the page ${wanted.join(" / ")} is read as ${read.join(" / ")}`);
  check(await tab.page.$$eval("#boxes .box", (all) => all.filter((box) =>
    box.getBoundingClientRect().width > 5).length) === 9, "nine boxes");
  await press(tab, "#lines button");
  await tab.page.waitForSelector("#decided-by:not([hidden])", { timeout: 5000 });
  check(await glyph(tab) === wanted[0][0], "the chosen digit is another");
  await press(tab, "#clear");
  check(await tab.page.$eval("#pad", (pad) => !pad.hidden), "no way back to drawing");
}

/** Dropped, pasted, and one that is no picture. */
async function checkIntake(tab, right) {
  const bytes = [...pageOf([[right[2]]])];
  for (const how of ["drop", "paste"]) {
    await tab.page.evaluate((way, data) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(data)], "digit.png", { type: "image/png" }));
      const event = way === "drop"
        ? new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true })
        : new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
    }, how, bytes);
    await tab.page.waitForSelector("#picture:not([hidden])", { timeout: 5000 });
    await becomes(tab, right[2].label, how);
    await press(tab, "#clear");
  }
  const file = path.join(folder, "no-picture.txt");
  fs.writeFileSync(file, "seven");
  await (await tab.page.$("#file")).uploadFile(file);
  await tab.page.waitForSelector("#trouble:not([hidden])", { timeout: 5000 });
  const says = await tab.page.$eval("#trouble", (one) => one.textContent);
  check(/^no-picture\.txt is no picture/.test(says), `of a text it says "${says}"`);
}

async function checkHow(tab) {
  await press(tab, "#example");
  await settled(tab);
  await goTo(tab, "how");
  await tab.page.waitForSelector("#votes li", { timeout: 5000 });
  const state = () => tab.page.evaluate(() => ({
    k: Number(document.getElementById("k").value), most: Number(document.getElementById("k").max),
    says: document.getElementById("vote-says").textContent,
    voters: [...document.querySelectorAll("#how-table td:last-child")]
      .filter((cell) => cell.textContent !== "–").length }));
  const first = await state();
  check(first.most >= 10 && first.voters === first.k, `the search: ${JSON.stringify(first)}`);
  await tab.page.focus("#k");
  await tab.page.keyboard.press("End");
  const all = await state();
  check(all.k === all.most && all.voters === all.most && all.says !== first.says,
    `k by the slider: ${JSON.stringify(all)}`);
  await press(tab, "[name=weights][value=uniform]");
  const shares = await tab.page.$$eval("#how-table td:last-child", (cells) =>
    new Set(cells.map((cell) => cell.textContent)).size);
  check(shares === 1, "with one vote each, all shares are one");
  await press(tab, "#play");
  await tab.page.waitForFunction(() => document.getElementById("play").textContent === "Play",
    { timeout: 10000 });
  const played = await state();
  check(played.k === first.k, `played until k is ${played.k}`);
  await goTo(tab, "draw");
}

/** In the view that is shown each control is reached by Tab, shows that it is there, and does
 * by a key what it does by a click: clicks are counted, and held back from doing it. */
async function checkControls(tab, view) {
  const wanted = await tab.page.evaluate(() => {
    document.activeElement.blur();
    const all = [...document.querySelectorAll("a, button, input, canvas[tabindex], summary, [tabindex='0']")]
      .filter((one) => !one.disabled && one.checkVisibility() && one.tabIndex >= 0);
    // radio buttons of one name are one stop, and arrows choose among them
    const keys = all.map((one) => (one.type === "radio" ? one.name : one));
    const stops = keys.filter((key, i) => keys.indexOf(key) === i);
    all.forEach((one, i) => one.setAttribute("data-stop", stops.indexOf(keys[i])));
    window.done = new Set();
    window.noteDone = (event) => {
      const stop = event.target.closest("[data-stop]");
      if (stop) {
        window.done.add(stop.getAttribute("data-stop"));
      }
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    for (const name of ["click", "input"]) {
      window.addEventListener(name, window.noteDone, { capture: true });
    }
    return stops.length;
  });
  const reached = new Set(), unmarked = [], idle = [];
  for (let i = 0; i < wanted + 2; i += 1) {
    await tab.page.keyboard.press("Tab");
    const at = await tab.page.evaluate(() => {
      const one = document.activeElement, style = getComputedStyle(one);
      return { stop: one.getAttribute("data-stop"), what: one.id || one.textContent.trim(),
        kind: one.type === "range" ? "range" : one.type === "radio" ? "radio" : one.tagName,
        marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 };
    });
    if (at.stop === null || reached.has(at.stop)) {
      continue;
    }
    reached.add(at.stop);
    if (!at.marked) {
      unmarked.push(at.what);
    }
    const keys = { A: ["Enter"], BUTTON: ["Enter"], SUMMARY: ["Enter"],
      range: ["ArrowLeft", "ArrowRight"], radio: ["ArrowDown", "ArrowUp"] }[at.kind];
    for (const key of keys ?? []) {
      await tab.page.keyboard.press(key);
    }
    if (keys && !await tab.page.evaluate((stop) => window.done.has(stop), at.stop)) {
      idle.push(at.what);
    }
  }
  const missed = await tab.page.evaluate((seen) => {
    const missed = [...document.querySelectorAll("[data-stop]")]
      .filter((one) => !seen.includes(one.getAttribute("data-stop")))
      .map((one) => one.id || one.className || one.textContent.trim());
    for (const name of ["click", "input"]) {
      window.removeEventListener(name, window.noteDone, { capture: true });
    }
    document.querySelectorAll("[data-stop]").forEach((one) => one.removeAttribute("data-stop"));
    return missed;
  }, [...reached]);
  check(missed.length === 0, `${view}: not reached by Tab: ${missed.join(", ")}`);
  check(unmarked.length === 0, `${view}: no focus mark: ${unmarked.join(", ")}`);
  check(idle.length === 0, `${view}: no key works: ${idle.join(", ")}`);
}

/** Keys draw, and do what clicks do in every view. */
async function checkKeys(tab) {
  await clear(tab);
  await tab.page.focus("#pad");
  for (const key of ["ArrowUp", "ArrowUp", "ArrowUp", " "]) {
    await tab.page.keyboard.press(key);
  }
  for (let i = 0; i < 18; i += 1) {
    await tab.page.keyboard.press("ArrowDown");
  }
  await tab.page.keyboard.press(" ");
  await settled(tab);
  check(await glyph(tab) === "1", `a 1 drawn by keys is read as ${await glyph(tab)}`);
  for (const view of ["taught", "how", "draw"]) {
    await goTo(tab, view);
    await checkControls(tab, view);
  }
  await tab.page.focus("#pad");
  await tab.page.keyboard.press("Escape");
  check(await tab.page.$eval("#clear", (button) => button.disabled), "Escape clears");
}

/** axe-core in each view and colour scheme; nothing wider than the screen. */
async function checkViews(tab, size, shots) {
  await tab.page.evaluate(axe.source);
  for (const scheme of ["light", "dark"]) {
    await tab.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    for (const view of ["draw", "taught", "how"]) {
      await goTo(tab, view);
      await tab.page.evaluate(() => new Promise((done) => setTimeout(done, 250)));
      const { violations, passes } = await tab.page.evaluate(() => window.axe.run());
      check(passes.length > 10, `axe-core looked at ${passes.length} rules alone`);
      check(violations.length === 0, `${size}, ${scheme}, ${view}: ` + violations.map((one) =>
        `${one.id}: ${one.nodes.map((node) => node.target).join(" ")}`).join("; "));
      const wide = await tab.page.evaluate(() =>
        document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth);
      check(wide <= 0, `${size}, ${view}: ${wide} pixels too wide`);
      if (shots) {
        await tab.page.screenshot({ path: path.join(shots, `${kind}-${view}-${size}-${scheme}.png`) });
      }
    }
  }
  await goTo(tab, "draw");
}

async function checkOffline(tab, home, digit) {
  await tab.page.evaluate(() => navigator.serviceWorker.ready);
  const session = await tab.page.createCDPSession();
  const { errors } = await session.send("Page.getAppManifest");
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  const against = installabilityErrors.map((one) => one.errorId)
    .filter((one) => one !== "in-incognito"); // the tests' own profiles are
  check(errors.length === 0 && against.length === 0, `installing: ${[...errors, ...against]}`);
  await home.stop();
  await tab.page.reload();
  await ready(tab);
  check(await readAs(tab, digit.lines) === digit.label, "without a network it is not read");
}

async function checkSize(browser, home, size, { right, wrong }) {
  const tab = await open(browser, home.url, size);
  await checkAnswer(tab, right[0]);
  const [digit, before] = await misread(tab, wrong);
  await checkTeaching(tab, digit, before);
  if (kind === "service") {
    await home.stop();
    await home.start();
    check(await readAs(tab, digit.lines) === digit.label, "after a restart it is misread");
  }
  await checkFiles(tab, digit, before);
  await checkPage(tab, right);
  await checkIntake(tab, right);
  await checkHow(tab);
  await checkKeys(tab);
  await readAs(tab, right[1].lines);
  await checkViews(tab, size, process.env.SHOTS);
  if (kind === "static" && size === "phone") {
    await checkOffline(tab, home, right[0]);
  }
  await goTo(tab, "taught");
  await press(tab, "#taught-list button");
  await tab.page.waitForFunction(() => document.getElementById("taught-count").hidden, { timeout: 5000 });
  check(tab.complaints.length === 0, `${size}: ${tab.complaints.join("; ")}`);
  await tab.context.close();
}

/** A service with a token asks for it where something is to be taught, until it is right. */
async function checkToken(browser, digit) {
  const token = "a-token-of-23-characters", file = path.join(folder, "token");
  fs.writeFileSync(file, `${token}\n`);
  const home = service(numeral, given, path.join(folder, "guarded.db"), await freePort(),
    ["--token-file", file]);
  await home.start();
  const tab = await open(browser, home.url, "phone");
  await readAs(tab, digit.lines);
  await press(tab, `#names button[aria-label^="It is a ${digit.label}"]`);
  for (const given of ["a-wrong-token-of-31-characters", token]) {
    await tab.page.waitForSelector("#token-form:not([hidden])", { timeout: 15000 })
      .catch(async (error) => {
        throw new Error(`${error.message} (said: ${await tab.page.evaluate(() =>
          document.getElementById("trouble").textContent +
          document.getElementById("learnt-words").textContent)}; ${tab.complaints})`);
      });
    check(await tab.page.evaluate(() => document.activeElement.id) === "token",
      "the place for the token has the focus");
    await tab.page.evaluate(axe.source);
    const { violations } = await tab.page.evaluate(() => window.axe.run());
    check(violations.length === 0, `asked for a token: ${violations.map((one) => one.id)}`);
    await tab.page.keyboard.type(given);
    await tab.page.keyboard.press("Enter");
  }
  await tab.page.waitForSelector("#learnt:not([hidden])", { timeout: 5000 }).catch(() => {});
  check(/^Learnt/.test(await tab.page.$eval("#learnt-words", (one) => one.textContent)) &&
    await tab.page.$eval("#token-form", (form) => form.hidden), "with the token it learns at once");
  await press(tab, "#unteach");
  await tab.page.waitForFunction(() => /^Forgotten/.test(
    document.getElementById("learnt-words").textContent), { timeout: 5000 });
  const others = tab.complaints.filter((one) => !/status of 401/.test(one));
  check(tab.complaints.length === 2 && others.length === 0, `token: ${tab.complaints.join("; ")}`);
  await tab.context.close();
  await home.stop();
}

/** A page that was visited before is ready within a second of being asked for: the best of
 * five, as other work may come between. */
async function checkReady(tab) {
  let best = Infinity;
  for (let i = 0; i < 5; i += 1) {
    await tab.page.reload();
    await ready(tab);
    best = Math.min(best, await tab.page.evaluate(() =>
      performance.getEntriesByName("ready")[0].startTime));
  }
  console.log(`${kind}: the page is ready after ${best.toFixed(0)} ms`);
  check(best <= 1000, `the page is ready after ${best.toFixed(0)} ms`);
}

async function main() {
  const home = kind === "service"
    ? service(numeral, given, path.join(folder, "taught.db"), await freePort())
    : await startStatic(given);
  await home.start?.();
  const browser = await launch();
  try {
    const tab = await open(browser, home.url, "desktop");
    const sorted = await sortDigits(tab, await load(numeral, process.env.DIGITS, folder));
    await checkReady(tab);
    await tab.context.close();
    for (const size of ["desktop", "phone"]) {
      await checkSize(browser, home, size, sorted);
    }
    if (kind === "service") {
      await checkToken(browser, sorted.right[0]);
    }
  } finally {
    await browser.close();
    await home.stop().catch(() => {});
    fs.rmSync(folder, { recursive: true });
  }
  console.log(`${kind}: ${passed} passed, ${failed} failed`);
  return failed ? 1 : 0;
}

main().then((status) => process.exit(status), (error) => {
  console.log(`FAILED: ${error.stack}`);
  process.exit(1);
});
