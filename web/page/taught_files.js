// Taught digits as files: an NPZ of arrays x and y, a folder (ZIP) of PNG, and back.
import { greyFromFile } from "./grey.js";
import { readNpy, writeBytes, writeTexts } from "./npy.js";
import { paintGrey, el } from "./dom.js";
import { readZip, writeZip } from "./zip.js";

/** Pictures of one size: smaller ones lie in the middle of their own corner's grey. */
function laidOn(image, height, width) {
  if (image.height === height && image.width === width) {
    return image.pixels;
  }
  const out = new Uint8Array(height * width).fill(image.pixels[0]);
  const top = (height - image.height) >> 1, left = (width - image.width) >> 1;
  for (let y = 0; y < image.height; y += 1) {
    out.set(image.pixels.subarray(y * image.width, (y + 1) * image.width),
      (top + y) * width + left);
  }
  return out;
}

export function npzOf(taught) {
  const height = Math.max(...taught.map((digit) => digit.image.height));
  const width = Math.max(...taught.map((digit) => digit.image.width));
  const pixels = new Uint8Array(taught.length * height * width);
  taught.forEach((digit, i) => pixels.set(laidOn(digit.image, height, width), i * height * width));
  return writeZip([
    { name: "x.npy", bytes: writeBytes([taught.length, height, width], pixels) },
    { name: "y.npy", bytes: writeTexts(taught.map((digit) => digit.label)) },
  ]);
}

/** A folder for each label, as any tool reads it. */
export async function picturesOf(taught) {
  const entries = [];
  for (const digit of taught) {
    const canvas = paintGrey(el("canvas"), digit.image);
    const png = await new Promise((done) => canvas.toBlob(done, "image/png"));
    entries.push({ name: `${digit.label.replace(/[/\\]/g, "_")}/${digit.id}.png`,
      bytes: new Uint8Array(await png.arrayBuffer()) });
  }
  return writeZip(entries);
}

function arrayNamed(entries, names) {
  const found = entries.find((entry) => names.includes(entry.name.replace(/\.npy$/, "")));
  return found && readNpy(found.bytes);
}

function digitsOfArrays(entries) {
  const x = arrayNamed(entries, ["x", "images", "data", "x_train", "train_images", "arr_0"]);
  const y = arrayNamed(entries, ["y", "labels", "target", "y_train", "train_labels", "arr_1"]);
  if (!x || !y || x.values.some((value) => typeof value !== "number")) {
    throw new Error("The file has no arrays x and y of digits and labels.");
  }
  const n = x.shape[0], side = Math.sqrt(x.shape[1]);
  const [height, width] = x.shape.length === 3 ? x.shape.slice(1) : [side, side];
  if (y.values.length !== n || x.shape.length < 2 || x.shape.length > 3 ||
      !Number.isInteger(height)) {
    throw new Error(`Arrays of (${x.shape.join(" × ")}) and (${y.shape.join(" × ")}) do not ` +
      "fit: expected n × height × width, and n labels.");
  }
  return Array.from({ length: n }, (_, i) => ({
    label: String(y.values[i]),
    image: { height, width,
      pixels: Uint8Array.from(x.values.slice(i * height * width, (i + 1) * height * width)) },
  }));
}

/** [{label, image}] of a file that was exported here, or made by other tools. */
export async function digitsOf(blob) {
  const entries = await readZip(blob);
  if (entries.some((entry) => entry.name.endsWith(".npy"))) {
    return digitsOfArrays(entries);
  }
  const pictures = entries.filter((entry) => /\.(png|jpe?g|webp|gif)$/i.test(entry.name));
  return Promise.all(pictures.map(async ({ name, bytes }) => {
    const parts = name.split("/");
    if (parts.length < 2) {
      throw new Error(`${name} lies in no folder: the folder says what a picture is.`);
    }
    return { label: parts[parts.length - 2], image: await greyFromFile(new Blob([bytes])) };
  }));
}
