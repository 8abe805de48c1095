// Digits for the tests: from numeral's data, and laid on a page's picture.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const zlib = require("node:zlib");
const { execFileSync } = require("node:child_process");

/** [{label, rows}] of DATA: labels as texts, 28 rows of ink. */
async function load(numeral, data, folder) {
  const file = path.join(folder, "digits.npz");
  execFileSync(numeral, ["data", "convert", data, "-q", "-o", file]);
  const { readZip } = await import("../page/zip.js");
  const { readNpy } = await import("../page/npy.js");
  const entries = await readZip(new Blob([fs.readFileSync(file)]));
  const array = (what) => readNpy(entries.find((entry) => what.test(entry.name)).bytes);
  const x = array(/^(x|images)/), y = array(/^(y|labels)/);
  const [n, height, width] = x.shape;
  return Array.from({ length: n }, (_, i) => ({
    label: String(y.values[i]),
    rows: Array.from({ length: height }, (_, r) =>
      x.values.slice((i * height + r) * width, (i * height + r + 1) * width)),
  }));
}

/** The ink of a digit as lines: [[x0, y0, x1, y1], ...] in a square of side 1. */
function linesOf({ rows }) {
  const lines = [], side = rows.length;
  rows.forEach((row, y) => {
    for (let x = 0; x < side; x += 1) {
      const from = x;
      while (x < side && row[x] > 110) {
        x += 1;
      }
      if (x > from) {
        const at = (y + 0.5) / side;
        lines.push([(from + 0.5) / side, at, Math.max(from + 0.6, x - 0.5) / side, at]);
      }
    }
  });
  return lines;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const out = Buffer.alloc(8);
  out.writeUInt32BE(data.length, 0);
  out.writeUInt32BE(zlib.crc32 ? zlib.crc32(body) : crc(body), 4);
  return Buffer.concat([out.subarray(0, 4), body, out.subarray(4)]);
}

function crc(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let k = 0; k < 8; k += 1) {
      sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1;
    }
  }
  return (sum ^ 0xffffffff) >>> 0;
}

/** A grey PNG. */
function png(height, width, pixels) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  const raw = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y += 1) {
    pixels.copy(raw, y * (width + 1) + 1, y * width, (y + 1) * width);
  }
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", head), chunk("IDAT", zlib.deflateSync(raw)), chunk("IEND", Buffer.alloc(0))]);
}

/** A picture of lines of digits, dark ink on light paper, each pixel `scale` wide. */
function pageOf(lines, scale = 2) {
  const step = 34 * scale, margin = 20 * scale;
  const width = 2 * margin + step * Math.max(...lines.map((line) => line.length));
  const height = 2 * margin + 44 * scale * lines.length;
  const pixels = Buffer.alloc(height * width, 240);
  lines.forEach((line, r) => line.forEach(({ rows }, c) => {
    const top = margin + r * 44 * scale, left = margin + c * step;
    for (let y = 0; y < 28 * scale; y += 1) {
      for (let x = 0; x < 28 * scale; x += 1) {
        const ink = rows[Math.floor(y / scale)][Math.floor(x / scale)];
        pixels[(top + y) * width + left + x] = 240 - Math.round(0.8 * ink);
      }
    }
  }));
  return png(height, width, pixels);
}

module.exports = { linesOf, load, pageOf };
