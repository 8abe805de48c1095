// The WebAssembly module in Node, with SIMD and without, beside the numeral command: the
// same bytes. Environment: NUMERAL, the command; MODULE, a folder of web/build's (web/dist-npm);
// MODEL, that it was built with; DATA and N, digits to read; FAST=1: time it, too.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const { NUMERAL, MODULE, MODEL, DATA = "pen:test", N = "1000", TIMED } = process.env;
const { decode, Model } = await import(pathToFileURL(path.resolve(MODULE, "model.js")));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "numeral-module-"));
const KINDS = [true, false]; // with SIMD, without

after(() => fs.rmSync(folder, { recursive: true }));

function numeral(...args) {
  return execFileSync(NUMERAL, [...args, "--threads", "2", "-q"],
    { encoding: "utf8", maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "inherit"] });
}

function inFolder(name) {
  return path.join(folder, name);
}

/** Digits of DATA as an IDX file has them. */
function digitsOf(data) {
  const file = inFolder("digits-images-idx3-ubyte");
  execFileSync(NUMERAL, ["data", "convert", data, "-o", file, "-q"]);
  const bytes = fs.readFileSync(file);
  const [n, height, width] = [4, 8, 12].map((at) => bytes.readUInt32BE(at));
  const labels = fs.readFileSync(inFolder("digits-labels-idx1-ubyte")).subarray(8);
  return { n, height, width, pixels: bytes.subarray(16), labels: [...labels].map(String) };
}

function slice({ height, width, pixels, labels }, from, to) {
  const size = height * width;
  return { n: to - from, height, width, pixels: pixels.subarray(from * size, to * size),
    labels: labels.slice(from, to) };
}

/** A picture of a digit: dark on light, thrice as large, in a corner of a sheet. */
function pictureOf({ height, width, pixels }) {
  const picture = { height: 4 * height, width: 5 * width };
  picture.pixels = new Uint8Array(picture.height * picture.width).fill(236);
  for (let y = 0; y < 3 * height; y += 1) {
    for (let x = 0; x < 3 * width; x += 1) {
      const ink = pixels[Math.floor(y / 3) * width + Math.floor(x / 3)];
      picture.pixels[(y + 9) * picture.width + x + 40] = 236 - Math.round(0.8 * ink);
    }
  }
  return picture;
}

function savePicture(picture, name) {
  const head = Buffer.from(`P5\n${picture.width} ${picture.height}\n255\n`);
  fs.writeFileSync(inFolder(name), Buffer.concat([head, picture.pixels]));
  return inFolder(name);
}

/** Compares texts line by line, so that a failure names one. */
function same(said, wanted) {
  const lines = said.split("\n"), others = wanted.split("\n");
  assert.equal(lines.length, others.length);
  lines.forEach((line, i) => assert.equal(line, others[i]));
}

const digits = digitsOf(`${DATA}[0:${N}]`);
const models = await Promise.all(KINDS.map((simd) => Model.load(MODEL, { simd })));

test("which instructions are used", () => {
  assert.deepEqual(models.map((model) => model.instructions), ["wasm", "ref"]);
});

test(`${digits.n} digits of ${DATA} are read as by the command, byte by byte`, () => {
  const wanted = numeral("predict", MODEL, `${DATA}[0:${N}]`, "--json", "-");
  for (const model of models) {
    for (let from = 0; from < digits.n; from += 500) {
      const to = Math.min(from + 500, digits.n);
      // rows count from the first of the set
      const said = model.predictText(slice(digits, from, to), { name: DATA })
        .replaceAll(/("input":"[^[]*\[)(\d+)\]/g, (_, head, row) => `${head}${Number(row) + from}]`);
      same(said, wanted.split("\n").slice(from, to).join("\n"));
    }
  }
});

test("a picture is read, explained and examined as by the command", () => {
  for (let i = 0; i < 6; i += 1) {
    const picture = pictureOf(slice(digits, i, i + 1));
    const name = savePicture(picture, `${i}.pgm`);
    const asked = { as: "picture", name };
    const line = numeral("predict", MODEL, name, "--json", "-");
    const page = numeral("read", MODEL, name, "--json", "-");
    for (const model of models) {
      assert.equal(`${model.predictText(picture, asked)}\n`, line);
      assert.deepEqual(model.why(picture, asked), JSON.parse(numeral("why", MODEL, name, "--json", "-")));
      assert.deepEqual(model.doctor(picture, asked),
        JSON.parse(numeral("doctor", MODEL, name, "--json", "-")));
      assert.deepEqual(model.read(picture, { name }), JSON.parse(page));
    }
  }
});

test("what is taught is known, in files too, and forgotten when it is removed", async () => {
  for (const simd of KINDS) {
    const model = await Model.load(MODEL, { simd });
    const before = model.predictText(digits, { name: DATA });
    const { n_rows: rows } = model.about();
    const given = slice(digits, 0, 20);
    const wrong = given.labels.map((label) => String((Number(label) + 1) % 10));
    const taught = model.addExamples(given, wrong);
    const [nearest] = model.predict(slice(digits, 3, 4)).neighbours;
    assert.deepEqual(nearest, { row: taught[3], label: Number(wrong[3]), distance: 0 });
    assert.equal(model.about().n_rows, rows + 20);
    assert.deepEqual(model.example(taught[7]).pixels, Uint8Array.from(slice(digits, 7, 8).pixels));
    const file = inFolder("taught.model");
    fs.writeFileSync(file, model.save());
    const some = slice(digits, 0, 300);
    same(`${model.predictText(some, { name: DATA })}\n`,
      numeral("predict", file, `${DATA}[0:300]`, "--json", "-"));
    model.removeExamples(taught.slice(1));
    model.removeExample(taught[0]);
    assert.equal(model.example(taught[0]), null);
    same(model.predictText(digits, { name: DATA }), before);
    model.dispose();
  }
});

test("the rows of a picture that was framed are those of the picture", () => {
  const [model] = models;
  const picture = pictureOf(slice(digits, 5, 6));
  const row = model.addExample(picture, "5", { as: "picture" });
  const again = model.addExample(model.frame(picture), "5", { as: "framed" });
  const near = model.neighbours(picture, { k: 2, as: "picture" });
  assert.deepEqual(near.map(({ row: one, distance }) => [one, distance]), [[row, 0], [again, 0]]);
  model.removeExamples([row, again]);
});

test("models fitted here are read by the command", async () => {
  const given = slice(digits, 0, Math.min(400, digits.n / 2));
  for (const recipe of ["pixels", "fast"]) {
    const model = await Model.train(given, given.labels, { recipe });
    const file = inFolder(`${recipe}.model`);
    fs.writeFileSync(file, model.save());
    const line = numeral("predict", file, `${DATA}[0:${N}]`, "--json", "-");
    same(`${model.predictText(digits, { name: DATA })}\n`, line);
    model.dispose();
  }
});

test("names, numbers and classes", async () => {
  const given = slice(digits, 0, 6);
  const labels = ["cat", "0", "dog", "cat", "0", "dog"];
  const model = await Model.train(given, labels, { recipe: "pixels -k 1" });
  assert.deepEqual(model.about().labels,
    [{ label: 0, name: "0" }, { label: 1, name: "cat" }, { label: 2, name: "dog" }]);
  assert.equal(model.predict(slice(digits, 2, 3)).name, "dog");
  model.addExample(slice(digits, 3, 4), "boat");
  assert.equal(model.predict(slice(digits, 3, 4)).neighbours[0].distance, 0);
  assert.deepEqual(model.about().labels.at(-1), { label: 3, name: "boat" });
  model.set("k", "2");
  assert.equal(model.about().k, 2);
  model.dispose();
});

test("wrong input gets a sentence", async () => {
  const [model] = models;
  const bytes = fs.readFileSync(MODEL);
  await assert.rejects(Model.load(new Uint8Array(3)), /model/);
  await assert.rejects(Model.load(bytes.subarray(0, bytes.length - 70)), /model: /);
  await assert.rejects(Model.train(slice(digits, 0, 3), ["1"], {}), /3 images and 1 labels/);
  await assert.rejects(Model.train(slice(digits, 0, 3), ["1", "2", "3"], { recipe: "nope" }), /nope/);
  assert.throws(() => model.predict({ height: 0, width: 0, pixels: [] }), RangeError);
  assert.throws(() => model.predict(slice(digits, 0, 2)), /one image, found 2/);
  assert.throws(() => model.predict(slice(digits, 0, 1), { as: "x" }), TypeError);
  assert.throws(() => model.removeExample(1e12), /1000000000000/);
  assert.throws(() => model.set("k", "0"), /k/);
  await assert.rejects(decode(Uint8Array.of(1, 2, 3)), /image/);
});

test("a PNM file is decoded", async () => {
  const picture = pictureOf(slice(digits, 0, 1));
  assert.deepEqual(await decode(fs.readFileSync(savePicture(picture, "p.pgm"))), picture);
});

test("the module is small", () => {
  for (const name of ["numeral.wasm", "numeral-simd.wasm"]) {
    const { length } = gzipSync(fs.readFileSync(path.join(MODULE, name)), { level: 9 });
    console.log(`${name}: ${length} bytes by gzip -9`);
    assert.ok(length <= 250 * 1000, `${length} bytes`);
  }
});

test("one digit takes a millisecond at most", { skip: !TIMED }, () => {
  const [model] = models;
  const times = [];
  for (let i = 0; i < digits.n; i += 1) {
    const digit = slice(digits, i, i + 1);
    const start = performance.now();
    model.predict(digit);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const median = times[times.length >> 1];
  console.log(`one digit: ${median.toFixed(3)} ms (median), ${mean.toFixed(3)} ms (mean)`);
  assert.ok(median <= 1, `${median} ms`);
});
