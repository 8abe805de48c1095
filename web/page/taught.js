// The list of what was taught: looked at, taken back, exported, imported.
import { byId, el, taughtPicture } from "./dom.js";
import { digitsOf, npzOf, picturesOf } from "./taught_files.js";
import { count } from "./words.js";

// More are counted and exported, but not all drawn.
const MOST_SHOWN = 300;

function save(blob, name) {
  const url = URL.createObjectURL(blob);
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

function when(created) {
  const date = new Date(created);
  return Number.isNaN(date.getTime()) ? ""
    : date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

export class Taught {
  /** `did` is called after digits came or went. */
  constructor(home, facts, did) {
    this.home = home;
    this.facts = facts; // what the home says of its model
    this.did = did;
    this.list = [];
    this.rows = new Set(); // the model's rows of taught digits, where the home tells
    this.on("export", async () => save(npzOf(await this.home.taught()), "taught.npz"));
    this.on("export-pictures", async () =>
      save(await picturesOf(await this.home.taught()), "taught.zip"));
    this.on("import", () => byId("import-file").click());
    byId("import-file").addEventListener("change", (event) => this.take(event.target));
  }

  on(id, what) {
    byId(id).addEventListener("click", () => this.doing(what));
  }

  async doing(what) {
    try {
      await what();
    } catch (error) {
      this.say(error.message);
    }
  }

  say(text) {
    byId("taught-said").textContent = text;
  }

  /** Whether it is of the model's own size, with a border: as exported, as MNIST's are. */
  isFramed({ height, width, pixels }) {
    const facts = this.facts();
    const edge = [...pixels.subarray(0, width), ...pixels.subarray((height - 1) * width)];
    return height === facts.height && width === facts.width && edge.every((ink) => ink === 0);
  }

  take(input) {
    const [blob] = input.files;
    input.value = "";
    return blob && this.doing(async () => {
      const digits = await digitsOf(blob);
      for (const { image, label } of digits) {
        await this.home.teach(image, label, { framed: this.isFramed(image) });
      }
      this.say(`${count(digits.length, "digit", "digits")} learnt from ${blob.name}.`);
      await this.did();
    });
  }

  /** How many there are; the list itself is asked for where it is looked at. */
  async refresh(n, looked) {
    this.n = n;
    byId("taught-count").hidden = n === 0;
    byId("taught-count").textContent = n.toLocaleString("en");
    if (looked || n <= MOST_SHOWN) {
      await this.load();
    }
  }

  async load() {
    this.list = await this.home.taught();
    this.rows = new Set(this.list.map((digit) => digit.row).filter((row) => row !== undefined));
    const n = this.list.length, more = n - MOST_SHOWN;
    byId("taught-words").textContent = n === 0
      ? "Nothing yet. Draw a digit, and where the answer is wrong, say what it is."
      : `${count(n, "digit is", "digits are")} looked at in every search, beside those that the ` +
        `model came with.${more > 0 ? ` The newest ${MOST_SHOWN} are shown.` : ""}`;
    byId("export").disabled = n === 0;
    byId("export-pictures").disabled = n === 0;
    byId("taught-list").replaceChildren(
      ...this.list.slice(-MOST_SHOWN).reverse().map((digit) => this.item(digit)));
  }

  item(digit) {
    return el("li", {}, el("div", { class: "pic" }, taughtPicture(digit.image, `a ${digit.label}`)),
      el("b", {}, `It is a ${digit.label}`),
      el("span", { class: "soft" }, when(digit.created)),
      el("button", { type: "button", class: "plain", "aria-label": `Forget this ${digit.label}`,
        click: () => this.doing(() => this.forget(digit)) }, "Forget"));
  }

  async forget(digit) {
    await this.home.untaught(digit.id);
    this.say(`A ${digit.label} is forgotten.`);
    byId("taught-title").focus();
    await this.did();
  }
}
