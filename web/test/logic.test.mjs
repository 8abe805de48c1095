// The page's logic without a browser: node --test web/test/logic.test.mjs
import assert from "node:assert/strict";
import { test } from "node:test";
import { Asker } from "../page/asker.js";
import { base64, cut, fromBase64, pgm } from "../page/grey.js";
import { readNpy, writeBytes, writeTexts } from "../page/npy.js";
import { Strokes } from "../page/strokes.js";
import { tally, weigh } from "../page/votes.js";
import { figure, percent } from "../page/words.js";
import { crc32, readZip, writeZip } from "../page/zip.js";

const near = (label, length) => ({ label, length });

test("votes: one each, or by distance", () => {
  const found = [near(4, 2), near(9, 4), near(9, 4)];
  assert.deepEqual(weigh(found, 3, "uniform"), [1, 1, 1]);
  assert.deepEqual(weigh(found, 3, "distance"), [0.5, 0.25, 0.25]);
  assert.equal(tally(found, 3, "uniform").winner, 9);
  assert.equal(tally(found, 1, "uniform").winner, 4);
  assert.equal(tally(found, 1, "uniform").shares.get(4), 1);
});

test("votes: a tie goes to the nearest, copies overrule all", () => {
  const tie = tally([near(4, 2), near(9, 4), near(9, 4)], 3, "distance");
  assert.deepEqual([tie.winner, tie.tied], [4, true]);
  const copy = tally([near(7, 0), near(1, 1), near(1, 1)], 3, "distance");
  assert.deepEqual([copy.winner, copy.tied, copy.shares.get(7)], [7, false, 1]);
});

test("numbers in words", () => {
  assert.equal(percent(0.99999), "99.9 %");
  assert.equal(percent(1), "100.0 %");
  assert.equal(figure(1234.5), "1,235");
  assert.equal(figure(12.345), "12.3");
  assert.equal(figure(null), "");
});

test("NPY: bytes and texts come back", () => {
  const bytes = readNpy(writeBytes([2, 2, 3], Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255])));
  assert.deepEqual(bytes.shape, [2, 2, 3]);
  assert.equal(bytes.values[11], 255);
  const texts = readNpy(writeTexts(["7", "eight", "é"]));
  assert.deepEqual(texts, { shape: [3], values: ["7", "eight", "é"] });
  const file = writeBytes([3], Uint8Array.of(1, 2, 3));
  assert.equal((file.length - 3) % 64, 0);
  assert.throws(() => readNpy(file.subarray(0, file.length - 1)), /cut short/);
  assert.throws(() => readNpy(Uint8Array.of(1, 2)), /no NPY/);
});

test("ZIP: written and read; damage is told", async () => {
  assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
  const entries = [{ name: "x.npy", bytes: Uint8Array.of(1, 2, 3) },
    { name: "ä/1.png", bytes: new Uint8Array(0) }];
  const blob = writeZip(entries);
  assert.deepEqual(await readZip(blob), entries);
  const bytes = new Uint8Array(await blob.arrayBuffer());
  bytes[30 + 5] ^= 1; // the first byte of what x.npy holds
  await assert.rejects(readZip(new Blob([bytes])), /x\.npy in the archive is damaged/);
  await assert.rejects(readZip(new Blob([bytes.subarray(0, 40)])), /no NPZ or ZIP/);
});

test("grey pictures: cut, as PGM, as text", () => {
  const image = { height: 4, width: 5, pixels: Uint8Array.from({ length: 20 }, (_, i) => i) };
  const part = cut(image, [1, 2, 3, 4], 0);
  assert.deepEqual([part.height, part.width, ...part.pixels], [2, 2, 7, 8, 12, 13]);
  const whole = cut(image, [0, 0, 4, 5], 1);
  assert.deepEqual([whole.height, whole.width], [4, 5]);
  assert.equal(new TextDecoder().decode(pgm(part)).slice(0, 11), "P5\n2 2\n255\n");
  assert.deepEqual(fromBase64(base64(image.pixels)), image.pixels);
});

test("strokes: undo takes the last one", () => {
  const strokes = new Strokes();
  strokes.begin(0, 0, 0.1);
  strokes.extend(1, 1);
  strokes.end();
  strokes.extend(2, 2);
  strokes.begin(0.5, 0.5, 0.1);
  assert.equal(strokes.list.length, 2);
  assert.equal(strokes.list[0].points.length, 2);
  assert.equal(strokes.undo(), true);
  assert.equal(strokes.undo(), true);
  assert.equal(strokes.undo(), false);
});

// A home that answers when it is told to.
class SlowHome {
  asked = [];
  answers = {};
  read = async () => ({ lines: [{ digits: [{ confidence: 0.8 }, { confidence: 0.9 }] }] });
  why = async () => "why";
  doctor = async () => "doctor";
  predict(image) {
    this.asked.push(image);
    return new Promise((done) => {
      this.finish = () => done(this.answers[image] ?? { label: 1, refused: null, likeness: 1 });
    });
  }
}

function told() {
  const all = [];
  const note = (name) => (subject, ...more) => all.push([name, subject.image ?? String(subject), ...more]);
  return { all, answer: note("answer"), page: note("page"), reasons: note("reasons"),
    trouble: (error) => all.push(["trouble", error.message]) };
}

const quiet = () => new Promise((done) => setTimeout(done, 220));

test("asker: what was drawn over meanwhile is neither asked nor told", async () => {
  const home = new SlowHome(), tell = told();
  const asker = new Asker(home, tell);
  asker.ask({ image: "a" });
  asker.ask({ image: "b" });
  asker.ask({ image: "c" });
  home.finish();
  await new Promise(setImmediate);
  assert.deepEqual(home.asked, ["a", "c"]);
  home.finish();
  await quiet();
  assert.deepEqual(tell.all.map(([what, image]) => what + image), ["answerc", "reasonsc"]);
});

test("asker: several digits are read as a page; a cleared pad is told nothing", async () => {
  const home = new SlowHome(), tell = told();
  const asker = new Asker(home, tell);
  home.answers.two = { refused: "several digits", likeness: 0 };
  asker.ask({ image: "two", whole: true });
  home.finish();
  await quiet();
  assert.deepEqual(tell.all.map(([what]) => what), ["answer", "page"]);
  home.answers.odd = { refused: null, likeness: 0.01, confidence: 0.85 };
  asker.ask({ image: "odd", whole: true });
  home.finish();
  await quiet();
  assert.deepEqual(tell.all.map(([what]) => what), ["answer", "page", "answer", "reasons"]);
  asker.ask({ image: "two", whole: true });
  asker.ask(null);
  home.finish();
  await quiet();
  assert.equal(tell.all.length, 4);
});

test("asker: trouble is told, and the next question is asked", async () => {
  const home = new SlowHome(), tell = told();
  let fail;
  home.predict = (image) => new Promise((done, failed) => {
    if (image === "good") {
      done({ label: 1, refused: null, likeness: 1 });
    }
    fail = () => failed(new Error("it failed"));
  });
  const asker = new Asker(home, tell);
  asker.ask({ image: "bad" });
  fail();
  await new Promise(setImmediate);
  asker.ask({ image: "also bad" });
  asker.ask({ image: "good" });
  fail();
  await quiet();
  assert.deepEqual(tell.all.map(([what, image]) => `${what} ${image}`),
    ["trouble it failed", "answer good", "reasons good"]);
});
