// The worker of a page: a model that reads, explains and learns. Messages {id, method,
// args} are answered by {id, result} or {id, error}, in their order.
import { Model } from "./model.js";
import { openStore } from "./taught_store.js";

/** Larger images are kept as the model sees them. */
const MOST_KEPT = 512 * 512;

class Reader {
  rows = new Map(); // of taught digits: id to row
  others = new BroadcastChannel("numeral-taught"); // other pages of this origin

  async start() {
    const about = await (await fetch("./model.json")).json();
    const [store, model] = await Promise.all([openStore(), Model.load(`./${about.file}`)]);
    this.store = store;
    this.reader = model;
    this.note = about.note;
    await this.learn();
    this.others.onmessage = () => queue(() => this.learn());
  }

  /** Makes the model know what is kept, and nothing else besides what it came with. */
  async learn() {
    const digits = await this.store.all();
    const fresh = digits.filter(({ id }) => !this.rows.has(id));
    if (fresh.length) {
      const { height, width } = fresh[0].framed;
      const pixels = new Uint8Array(fresh.length * height * width);
      fresh.forEach(({ framed }, i) => pixels.set(framed.pixels, i * height * width));
      const rows = this.reader.addExamples({ pixels, height, width },
        fresh.map(({ label }) => label), { as: "framed" });
      fresh.forEach(({ id }, i) => this.rows.set(id, rows[i]));
    }
    const there = new Set(digits.map(({ id }) => id));
    for (const id of [...this.rows.keys()].filter((one) => !there.has(one))) {
      this.forget(id);
    }
  }

  forget(id) {
    this.reader.removeExample(this.rows.get(id));
    this.rows.delete(id);
  }

  model() {
    return { ...this.reader.about(), n_taught: this.rows.size, can_teach: true,
      kept: this.store.kept, note: this.note };
  }

  predict(image) {
    return this.reader.predict(image, { as: "picture" });
  }

  read(image) {
    return this.reader.read(image);
  }

  why(image, { k } = {}) {
    return this.reader.why(image, { as: "picture", k });
  }

  doctor(image) {
    return this.reader.doctor(image, { as: "picture" });
  }

  /** `options.framed`: the image is as the model's own, and is not framed anew. */
  async teach({ height, width, pixels }, label, options = {}) {
    const image = { height, width, pixels };
    const own = this.reader.about();
    const framed = options.framed && height === own.height && width === own.width ? image
      : this.reader.frame(image);
    const row = this.reader.addExample(framed, label, { as: "framed" });
    const kept = height * width > MOST_KEPT ? framed : image;
    try {
      const id = await this.store.add({ label, created: new Date().toISOString(), image: kept,
        framed });
      this.rows.set(id, row);
      this.others.postMessage("changed");
      return { id, row };
    } catch (error) {
      this.reader.removeExample(row); // what is not kept is not learnt
      throw error;
    }
  }

  async taught() {
    await this.learn(); // of other pages, too
    const digits = await this.store.all();
    return digits.map(({ id, label, created, image }) =>
      ({ id, row: this.rows.get(id), label, created, image }));
  }

  async untaught(id) {
    if (!this.rows.has(id)) {
      throw new Error(`there is no taught digit ${id}`);
    }
    await this.store.remove(id);
    this.forget(id);
    this.others.postMessage("changed");
  }
}

const METHODS = new Set(["model", "predict", "read", "why", "doctor", "teach", "taught",
  "untaught"]);
const reader = new Reader();
const started = reader.start();
let last = started.catch(() => {});

/** One after the other, whatever became of the one before. */
function queue(work) {
  const result = last.then(work);
  last = result.catch(() => {});
  return result;
}

self.onmessage = async ({ data: { id, method, args } }) => {
  try {
    await started; // one that could not start says so to everyone
    if (!METHODS.has(method)) {
      throw new TypeError(`there is no method ${method}`);
    }
    self.postMessage({ id, result: await queue(() => reader[method](...args)) });
  } catch (error) {
    self.postMessage({ id, error: { message: String(error?.message ?? error) } });
  }
};
