/** Grey images of one size, row by row, one behind the other: 0 to 255. */
export interface GreyImages {
  height: number;
  width: number;
  pixels: Uint8Array | Uint8ClampedArray | ArrayLike<number>;
}

/** One image; ImageData, too, whose transparency lies on white. */
export type Image = GreyImages | ImageData;

export interface Taken {
  /**
   * How the image is taken: a "row", of the model's own size and ink 255, as it is, anything
   * else framed (the default); a "picture" is always framed, whatever its size and whether its
   * ink is dark or light, as image files are; "framed", as it is, for what `frame` gave.
   */
  as?: "row" | "picture" | "framed";
  /** What answers call it: their `input`. */
  name?: string;
}

export interface Neighbour {
  /** The number of the training row, which it keeps. */
  row: number;
  label: number;
  /** In the metric's own units (l2: squared), a whole number for most metrics. */
  distance: number;
}

/** As `numeral predict --json` says it: docs/json.md. */
export interface Answer {
  input: string;
  /** null where it is refused; `nearest` is then what its neighbours are. */
  label: number | null;
  /** What the label is called, where labels have names. */
  name?: string;
  /** The chance that the label is right, 0 to 1. */
  confidence: number;
  /** The share of training digits that are as strange, 0 to 1. */
  likeness: number;
  refused: null | "blank" | "several digits" | "no digit";
  nearest?: number;
  decided: "unanimous" | "vote" | "second look";
  /** For each label, in the order of `about().labels`; 1 together. */
  votes: number[];
  neighbours: Neighbour[];
}

export interface LongNeighbour extends Neighbour {
  /** The distance as the vote takes it: the root of a squared one. */
  length: number;
}

export interface About {
  recipe: string;
  trained_on: { data: string; n: number }[];
  labels: { label: number; name: string }[];
  n_rows: number;
  n_numbers: number;
  dims: number;
  height: number;
  width: number;
  index: string;
  metric: string;
  k: number;
  calibration: string | null;
  seed: number;
  bytes: number;
  [field: string]: unknown;
}

export interface Box {
  /** [top, left, bottom, right], in pixels. */
  box: [number, number, number, number];
}

/** As `numeral read --json` says it. */
export interface Page {
  input: string;
  turned: number;
  lines: (Box & {
    text: string;
    confidence: number;
    digits: (Box & {
      label: string | null;
      confidence: number;
      alternatives: [string, number][];
    })[];
  })[];
  skipped: (Box & { why: string })[];
}

/** As `numeral why --json` says it. */
export interface Explanation {
  label: number;
  confidence: number;
  decided_by: "vote" | "gate: unanimous" | "gate: margin" | "second look";
  classes: number[];
  votes: number[];
  neighbours: (LongNeighbour & { weight?: number; pixels?: number[][] })[];
  stages: { name: string; height: number; width: number; pixels?: number[][] }[];
  [field: string]: unknown;
}

/** As `numeral doctor --json` says it. */
export interface Checkup {
  label: number;
  confidence: number;
  warnings: string[];
  findings: {
    name: string;
    measure: string;
    value: number | null;
    low: number | null;
    high: number | null;
    verdict: "fine" | "low" | "high" | "explained";
    words: string;
  }[];
  [field: string]: unknown;
}

export interface Engine {
  /** Whether to use 128-bit SIMD (default: where the engine has it). Answers are the same. */
  simd?: boolean;
}

export class Model {
  static load(source: string | URL | ArrayBuffer | ArrayBufferView | Blob | Response,
    options?: Engine & { name?: string }): Promise<Model>;
  static train(images: GreyImages, labels: string[],
    options?: Engine & { recipe?: string; name?: string }): Promise<Model>;

  /** The instructions in use: "wasm" (SIMD) or "ref". */
  readonly instructions: "wasm" | "ref";

  about(): About;
  predict(image: Image, options?: Taken): Answer;
  predictAll(images: GreyImages, options?: Taken): Answer[];
  /** The same as lines of JSON, byte for byte those of the command. */
  predictText(images: Image, options?: Taken): string;
  /** The k nearest rows (default: as many as vote), nearest first. */
  neighbours(image: Image, options?: Taken & { k?: number }): LongNeighbour[];
  /** Why it is read as it is; with k, `neighbours` are the k nearest rows. */
  why(image: Image, options?: Taken & { k?: number }): Explanation;
  /** What looks wrong with a picture. */
  doctor(image: Image, options?: Taken): Checkup;
  /** Reads a page of many digits. */
  read(image: Image, options?: { name?: string }): Page;

  /** The image as the model sees it: of its own size, ink 255 on ground 0. */
  frame(image: Image): { height: number; width: number; pixels: Uint8Array };

  /** Teaches it a digit, known from then on; gives the row's number. */
  addExample(image: Image, label: string, options?: Taken): number;
  addExamples(images: GreyImages, labels: string[], options?: Taken): number[];
  removeExample(row: number): void;
  removeExamples(rows: number[]): void;
  /** The image of a row; null where it is gone. */
  example(row: number): { height: number; width: number; pixels: Uint8Array } | null;

  /** Changes "k", "weights", "ties" or "index". */
  set(option: string, value: string): void;
  /** A model file, which the command, Python and this package read. */
  save(): Uint8Array;
  /** Gives its memory back; nothing else does. */
  dispose(): void;
}

export function load(source: string | URL | ArrayBuffer | ArrayBufferView | Blob | Response,
  options?: Engine & { name?: string }): Promise<Model>;
export function train(images: GreyImages, labels: string[],
  options?: Engine & { recipe?: string; name?: string }): Promise<Model>;
/** Decodes a PNM file to a grey image. Browsers decode the others. */
export function decode(bytes: Uint8Array, options?: Engine):
  Promise<{ height: number; width: number; pixels: Uint8Array }>;
export function hasSimd(): boolean;
