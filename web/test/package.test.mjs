// The npm package where it is installed. Environment: MODEL, a model file.
import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import * as numeral from "numeral-knn";

/** A one: a stroke from top to bottom. */
function stroke() {
  const pixels = new Uint8Array(784);
  for (let y = 4; y < 24; y += 1) {
    pixels.fill(255, 28 * y + 13, 28 * y + 15);
  }
  return { height: 28, width: 28, pixels };
}

test("a model is loaded, answers, learns, forgets, and is saved", async () => {
  const knn = await numeral.load(process.env.MODEL);
  assert.equal(knn.predict(stroke()).label, 1);
  assert.equal(knn.neighbours(stroke(), { k: 9 }).length, 9);
  assert.equal(knn.why(stroke()).label, 1);
  const row = knn.addExample(stroke(), "stroke");
  assert.equal(knn.predict(stroke()).neighbours[0].row, row);
  const again = await numeral.load(knn.save());
  assert.equal(again.predictText(stroke()), knn.predictText(stroke()));
  knn.removeExample(row);
  assert.equal(knn.predict(stroke()).label, 1);
});

test("ImageData of a canvas is read: dark on nothing", async () => {
  const knn = await numeral.load(new URL(`file://${process.env.MODEL}`));
  const data = new Uint8ClampedArray(4 * 784);
  stroke().pixels.forEach((ink, i) => {
    data[4 * i + 3] = ink;
  });
  assert.equal(knn.predict({ height: 28, width: 28, data }, { as: "picture" }).label, 1);
});

test("digits are learnt from nothing", async () => {
  const bar = stroke();
  bar.pixels = Uint8Array.from(bar.pixels, (_, i) => stroke().pixels[28 * (i % 28) + Math.floor(i / 28)]);
  const both = { height: 28, width: 28, pixels: Uint8Array.of(...stroke().pixels, ...bar.pixels) };
  const knn = await numeral.train(both, ["stroke", "bar"], { recipe: "pixels -k 1" });
  assert.equal(knn.predict(bar).name, "bar");
});

test("the package has its types and no more than it needs", () => {
  const { resolve } = createRequire(import.meta.url);
  const folder = resolve("numeral-knn").replace(/index\.js$/, "");
  assert.deepEqual(fs.readdirSync(folder).sort(), ["README.md", "index.d.ts", "index.js", "model.js",
    "module.js", "numeral-simd.wasm", "numeral.wasm", "package.json"]);
  for (const name of ["load", "train"]) {
    assert.match(fs.readFileSync(`${folder}index.d.ts`, "utf8"), new RegExp(`function ${name}\\(`));
    assert.equal(typeof numeral[name], "function");
  }
});
