// Models of numeral in JavaScript: what they answer, and how they are taught.
import { Module } from "./module.js";

const modules = new Map();

/** One module for each kind, whatever the number of models. */
function moduleFor(simd) {
  if (!modules.has(simd)) {
    modules.set(simd, Module.open(simd === undefined ? {} : { simd }));
  }
  return modules.get(simd);
}

/** Bytes without the gzip that may be around them. */
async function unpacked(bytes) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    return bytes;
  }
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The bytes of a file, a Blob, a response, an address, or those given. */
async function bytesOf(source) {
  if (source instanceof ArrayBuffer) {
    return new Uint8Array(source);
  }
  if (ArrayBuffer.isView(source)) {
    return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  }
  if (typeof source?.arrayBuffer === "function") { // a Blob, or what fetch gives
    if (source.ok === false) {
      throw new Error(`${source.url}: ${source.status} ${source.statusText}`);
    }
    return new Uint8Array(await source.arrayBuffer());
  }
  const url = new URL(source, globalThis.location?.href ?? `file://${process.cwd()}/`);
  if (url.protocol === "file:") {
    const { readFile } = await import("node:fs/promises");
    return readFile(url);
  }
  return bytesOf(await fetch(url));
}

/** Grey images {pixels, n, height, width} of what callers give: ImageData, too. */
function greyOf(image) {
  const { height, width } = image;
  if (image.data?.length === 4 * height * width) { // ImageData: on white
    const pixels = Uint8Array.from({ length: height * width }, (_, i) => {
      const [red, green, blue, alpha] = image.data.subarray(4 * i, 4 * i + 4);
      const grey = 0.299 * red + 0.587 * green + 0.114 * blue;
      return Math.round((grey * alpha + 255 * (255 - alpha)) / 255);
    });
    return { pixels, n: 1, height, width };
  }
  const pixels = image.pixels instanceof Uint8Array ? image.pixels : Uint8Array.from(image.pixels);
  const n = pixels.length / (height * width);
  if (!Number.isInteger(n)) {
    throw new RangeError(`${pixels.length} pixels are no images of ${height} × ${width}`);
  }
  return { pixels, n, height, width };
}

function one(image) {
  const grey = greyOf(image);
  if (grey.n !== 1) {
    throw new RangeError(`expected one image, found ${grey.n}`);
  }
  return grey;
}

/** A model: a recipe fitted to digits, with the digits that it was taught since. */
export class Model {
  #module;
  #model;

  constructor(module, model) {
    this.#module = module;
    this.#model = model;
  }

  static async load(source, { name = "model", simd } = {}) {
    const bytes = await unpacked(await bytesOf(source));
    const module = await moduleFor(simd);
    return new Model(module, module.call((error, { load }) =>
      load(module.put(bytes), bytes.length, module.putTexts(name), error)));
  }

  static async train(images, labels, { recipe = "fast", name = "examples", simd } = {}) {
    const module = await moduleFor(simd);
    const grey = greyOf(images);
    if (labels.length !== grey.n) {
      throw new RangeError(`${grey.n} images and ${labels.length} labels`);
    }
    return new Model(module, module.call((error, { train }) =>
      train(module.putImages(grey, { name }), module.putTexts(...labels),
        module.putTexts(recipe), error)));
  }

  /** Ends it: its memory is the module's, which no collector sees. */
  dispose() {
    this.#module.exports.destroy(this.#model);
    this.#model = 0;
  }

  /** "simd128" or "ref". */
  get instructions() {
    return this.#module.textAt(this.#module.exports.cpu());
  }

  #say(ask) {
    if (!this.#model) {
      throw new Error("the model was disposed of");
    }
    return this.#module.takeText(this.#module.call(ask));
  }

  about({ name = "model", bytes = 0 } = {}) {
    return JSON.parse(this.#say((error, { about }) =>
      about(this.#model, this.#module.putTexts(name), bytes, error)));
  }

  /** The answers of many images of one size, as the command writes them, a line each. */
  predictText(images, options = {}) {
    const grey = greyOf(images);
    return this.#say((error, { predict }) =>
      predict(this.#model, this.#module.putImages(grey, options), error));
  }

  predict(image, options = {}) {
    return JSON.parse(this.predictText(one(image), options));
  }

  predictAll(images, options = {}) {
    return this.predictText(images, options).split("\n").map((line) => JSON.parse(line));
  }

  neighbours(image, { k = 0, ...options } = {}) {
    return JSON.parse(this.#say((error, { neighbours }) =>
      neighbours(this.#model, this.#module.putImages(one(image), options), k, error)));
  }

  why(image, { k = 0, ...options } = {}) {
    return JSON.parse(this.#say((error, { why }) =>
      why(this.#model, this.#module.putImages(one(image), options), k, error)));
  }

  doctor(image, options = {}) {
    return JSON.parse(this.#say((error, { doctor }) =>
      doctor(this.#model, this.#module.putImages(one(image), options), error)));
  }

  read(image, options = {}) {
    return JSON.parse(this.#say((error, { read }) =>
      read(this.#model, this.#module.putImages(one(image), options), error)));
  }

  /** The image as the model sees it: of its own size, ink 255 on ground 0. */
  frame(image) {
    const { height, width } = this.about();
    const at = this.#module.call((error, { frame }) =>
      frame(this.#model, this.#module.putImages(one(image), { as: "picture" }), error));
    return { height, width, pixels: this.#module.take(at, height * width) };
  }

  /** The row numbers of the examples, which stay theirs. */
  addExamples(images, labels, options = {}) {
    const grey = greyOf(images);
    if (labels.length !== grey.n) {
      throw new RangeError(`${grey.n} images and ${labels.length} labels`);
    }
    const first = this.#module.call((error, { add }) =>
      add(this.#model, this.#module.putImages(grey, { name: "taught", ...options }),
        this.#module.putTexts(...labels), error), (result) => result < 0);
    return labels.map((_, i) => first + i);
  }

  addExample(image, label, options = {}) {
    return this.addExamples(one(image), [label], options)[0];
  }

  removeExamples(rows) {
    this.#module.call((error, { remove }) => {
      const at = this.#module.room(8 * rows.length);
      rows.forEach((row, i) => this.#module.view().setFloat64(at + 8 * i, row, true));
      return remove(this.#model, at, rows.length, error);
    });
  }

  removeExample(row) {
    this.removeExamples([row]);
  }

  /** The image of a row; null where it is gone. */
  example(row) {
    const { height, width } = this.about();
    let pixels = null;
    this.#module.call((error, { image }) => {
      const at = this.#module.room(height * width);
      if (image(this.#model, row, at)) {
        pixels = this.#module.bytes(at, height * width).slice();
      }
    });
    return pixels && { height, width, pixels };
  }

  /** Changes k, weights, ties or index. */
  set(option, value) {
    this.#module.call((error, { set }) =>
      set(this.#model, this.#module.putTexts(option), this.#module.putTexts(value), error));
  }

  /** The bytes of a model file, which every numeral reads. */
  save() {
    let n = 0;
    const at = this.#module.call((error, { save }) => {
      const size = this.#module.putWords([0]);
      const bytes = save(this.#model, size, error);
      n = this.#module.view().getUint32(size, true);
      return bytes;
    });
    return this.#module.take(at, n);
  }
}

/** Decodes a PNM file's bytes to a grey image. */
export async function decode(bytes, { simd } = {}) {
  const module = await moduleFor(simd);
  let size;
  const at = module.call((error, exports) => {
    const words = module.putWords([0, 0]);
    const pixels = exports.decode(module.put(bytes), bytes.length, words, error);
    size = [0, 4].map((i) => module.view().getUint32(words + i, true));
    return pixels;
  });
  const [height, width] = size;
  return { height, width, pixels: module.take(at, height * width) };
}
