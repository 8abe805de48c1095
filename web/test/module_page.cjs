// usage: module_page.cjs NUMERAL MODEL DIST DATA N
// The module in Chromium: N digits of DATA with SIMD and without, byte for byte as by the
// command; the time that one takes, and until the page's reader is ready on a second visit.
"use strict";
const assert = require("node:assert/strict");
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { launch } = require("./browser.cjs");
const { startStatic } = require("./homes.cjs");

const [numeral, model, dist, data, n] = process.argv.slice(2);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "numeral-module-page-"));

/** Read in the page: the answers as text. */
async function readAll({ pixels, size, name, simd }) {
  const { Model } = await import("./model.js");
  const reader = await Model.load("./digits.model.gz", { simd });
  const bytes = Uint8Array.from(atob(pixels), (letter) => letter.charCodeAt(0));
  const area = size * size, count = Math.min(500, bytes.length / area);
  globalThis.readSome = () => {
    for (let i = 0; i < count; i += 1) {
      reader.predict({ height: size, width: size, pixels: bytes.subarray(i * area, (i + 1) * area) });
    }
    return count;
  };
  return reader.predictText({ pixels: bytes, height: size, width: size }, { name });
}

/** Milliseconds of processor time for each digit, the best of five times, as other work takes
 * its share of caches. */
async function timeOfOne(page, session) {
  let best = Infinity;
  const spent = async () => (await session.send("Performance.getMetrics")).metrics
    .find((one) => one.name === "TaskDuration").value;
  for (let i = 0; i < 5; i += 1) {
    const before = await spent();
    const count = await page.evaluate(() => globalThis.readSome());
    best = Math.min(best, 1000 * (await spent() - before) / count);
  }
  return best;
}

/** Milliseconds until the page's worker has said what its model is. */
function readyAfter() {
  return new Promise((done) => {
    const start = performance.now();
    const worker = new Worker("worker.js", { type: "module" });
    worker.onmessage = () => done(performance.now() - start);
    worker.postMessage({ id: 1, method: "model", args: [] });
  });
}

async function main() {
  const file = path.join(folder, "digits-images-idx3-ubyte");
  execFileSync(numeral, ["data", "convert", `${data}[0:${n}]`, "-o", file, "-q"]);
  const bytes = fs.readFileSync(file);
  const wanted = execFileSync(numeral, ["predict", model, `${data}[0:${n}]`, "--json", "-", "-q"],
    { encoding: "utf8", maxBuffer: 1 << 30 }).trimEnd().split("\n");
  const server = await startStatic(dist);
  const browser = await launch();
  try {
    const page = await browser.newPage();
    // a document without the page's own policy, which keeps WebAssembly to the worker
    await page.goto(`${server.url}model.json`);
    const session = await page.createCDPSession();
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    for (const simd of [true, false]) {
      const text = await page.evaluate(readAll, { simd, name: data,
        size: bytes.readUInt32BE(8), pixels: bytes.subarray(16).toString("base64") });
      const lines = text.split("\n");
      assert.equal(lines.length, wanted.length);
      lines.forEach((line, i) => assert.equal(line, wanted[i]));
      const each = await timeOfOne(page, session);
      console.log(`${simd ? "with" : "without"} SIMD: ${lines.length} digits as by the command, ` +
        `${each.toFixed(3)} ms each`);
      assert.ok(!simd || each <= 1, "one digit takes more than a millisecond");
    }
    await page.evaluate(readyAfter);
    let ready = Infinity;
    for (let i = 0; i < 5; i += 1) {
      ready = Math.min(ready, await page.evaluate(readyAfter));
    }
    console.log(`a second reader is ready after ${ready.toFixed(0)} ms`);
    assert.ok(ready <= 1000, "the reader is not ready within a second");
  } finally {
    await browser.close();
    await server.stop();
    fs.rmSync(folder, { recursive: true });
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
