// The list of what was taught: looked at, taken back, exported, imported.
import { byId, el, taughtPicture } from "./dom.js";
import { digitsOf, npzOf, picturesOf } from "./taught_files.js";
import { count } from "./words.js";

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
  constructor(home, did) {
    this.home = home;
    this.did = did;
    this.list = [];
    this.on("export", () => save(npzOf(this.list), "taught.npz"));
    this.on("export-pictures", async () => save(await picturesOf(this.list), "taught.zip"));
    this.on("import", () => byId("import-file").click());
    byId("import-file").addEventListener("change", (event) => this.take(event.target));
  }

  /** The model's rows of these digits, where the home tells. */
  get rows() {
    return new Set(this.list.map((digit) => digit.row).filter((row) => row !== undefined));
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

  take(input) {
    const [blob] = input.files;
    input.value = "";
    return blob && this.doing(async () => {
      const digits = await digitsOf(blob);
      for (const { image, label } of digits) {
        await this.home.teach(image, label);
      }
      this.say(`${count(digits.length, "digit", "digits")} learnt from ${blob.name}.`);
      await this.did();
    });
  }

  async refresh() {
    this.list = await this.home.taught();
    const n = this.list.length;
    byId("taught-count").hidden = n === 0;
    byId("taught-count").textContent = String(n);
    byId("taught-words").textContent = n === 0
      ? "Nothing yet. Draw a digit, and where the answer is wrong, say what it is."
      : `${count(n, "digit is", "digits are")} looked at in every search, beside those that the model came with.`;
    byId("export").disabled = n === 0;
    byId("export-pictures").disabled = n === 0;
    byId("taught-list").replaceChildren(...[...this.list].reverse().map((digit) => this.item(digit)));
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
