// The WebAssembly module as a command that tests/matrix/run can call.
// usage: node module.mjs FOLDER WORDS...     (FOLDER: web/dist-npm, which web/build made)
// As numeral does: data info DATA, predict MODEL CSV --json -, neighbours MODEL CSV -k K -o
// OUT, train CSV --recipe R --index I -o OUT. NUMERAL_CPU is wasm (SIMD) or ref. The module
// itself reads no files and one digit's neighbours at a time: that is done here.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [folder, command, ...words] = process.argv.slice(2);
const { Model } = await import(pathToFileURL(path.resolve(folder, "model.js")));
const simd = process.env.NUMERAL_CPU === "wasm";

function option(name) {
  return words[words.indexOf(name) + 1];
}

/** Digits of a CSV file's slice, NAME.csv[FROM:TO]. */
function digitsOf(data) {
  const [, name, from, to] = data.match(/^(.*?)(?:\[(\d+):(\d+)\])?$/);
  const rows = fs.readFileSync(name, "utf8").trimEnd().split("\n").slice(1)
    .slice(Number(from ?? 0), to && Number(to)).map((line) => line.split(",").map(Number));
  const side = Math.sqrt(rows[0].length - 1);
  const pixels = Uint8Array.from(rows.flatMap((row) => row.slice(1)));
  return { n: rows.length, height: side, width: side, pixels, from: Number(from ?? 0), name,
    labels: rows.map(([label]) => String(label)) };
}

function predict(model, digits) {
  const said = model.predictText(digits, { name: digits.name });
  // rows count from the first of the file
  return `${said.replaceAll(/("input":"[^[]*\[)(\d+)\]/g,
    (_, head, row) => `${head}${Number(row) + digits.from}]`)}\n`;
}

function neighbours(model, digits, k) {
  const size = digits.height * digits.width;
  const lines = ["query,rank,id,distance"];
  for (let query = 0; query < digits.n; query += 1) {
    const one = { ...digits, n: 1, pixels: digits.pixels.subarray(query * size, (query + 1) * size) };
    model.neighbours(one, { k }).forEach(({ row, distance }, rank) =>
      lines.push(`${query},${rank},${row},${distance}`));
  }
  return `${lines.join("\n")}\n`;
}

const load = () => Model.load(words[0], { name: words[0], simd });
switch (command) {
  case "data": // asked with each instruction set: has it this one?
    process.exitCode = ["wasm", "ref"].includes(process.env.NUMERAL_CPU) ? 0 : 1;
    break;
  case "predict":
    process.stdout.write(predict(await load(), digitsOf(words[1])));
    break;
  case "neighbours":
    fs.writeFileSync(option("-o"), neighbours(await load(), digitsOf(words[1]), Number(option("-k"))));
    break;
  case "train": {
    const digits = digitsOf(words[0]);
    const recipe = `${option("--recipe")} --index ${option("--index")}`;
    const model = await Model.train(digits, digits.labels, { recipe, name: digits.name, simd });
    fs.writeFileSync(option("-o"), model.save());
    break;
  }
  default:
    process.exitCode = 2;
}
