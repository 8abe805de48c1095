// A page of digits: its boxes on the picture, its lines beside it, one of them chosen.
import { byId, el } from "./dom.js";
import { percent } from "./words.js";

const SURE = 0.9;

function about(digit) {
  return digit.label === null ? "not read"
    : `${digit.label}, ${percent(digit.confidence)} sure`;
}

export class Lines {
  /** `choose` gets the digit that was chosen, of a page. */
  constructor(choose) {
    this.choose = choose;
    this.parts = [];
  }

  show(page, image) {
    this.parts = [];
    const rows = page.lines.map((line, i) => el("li", { "aria-label": `Line ${i + 1}` },
      ...line.digits.map((digit) => this.part(digit, image)),
      el("span", { class: "soft" }, percent(line.confidence))));
    byId("lines").replaceChildren(...rows);
    byId("lines-title").textContent = rows.length === 1 ? "What is there" : "The page, line by line";
    byId("boxes").replaceChildren(...this.parts.map((part) => part.box));
    byId("page-lines").hidden = false;
    this.place(image);
  }

  part(digit, image) {
    const unsure = digit.label === null || digit.confidence < SURE;
    const text = digit.label ?? "?";
    const part = { digit };
    part.button = el("button", { type: "button", "aria-pressed": "false", class: unsure ? "unsure" : "",
      title: about(digit), "aria-label": about(digit), click: () => this.pick(part) }, text);
    part.box = el("div", { class: unsure ? "box refused" : "box", click: () => this.pick(part) },
      el("b", {}, text));
    const [top, left, bottom, right] = digit.box;
    part.box.style.top = `${100 * top / image.height}%`;
    part.box.style.left = `${100 * left / image.width}%`;
    part.box.style.width = `${100 * (right - left) / image.width}%`;
    part.box.style.height = `${100 * (bottom - top) / image.height}%`;
    this.parts.push(part);
    return part.button;
  }

  /** The boxes' layer lies exactly on the picture: as wide as its frame, or as high. */
  place(image) {
    const layer = byId("boxes");
    layer.style.width = `${Math.min(100, 100 * image.width / image.height)}%`;
    layer.style.height = "100%";
  }

  pick(part) {
    for (const one of this.parts) {
      const chosen = one === part;
      one.button.setAttribute("aria-pressed", String(chosen));
      one.box.classList.toggle("chosen", chosen);
    }
    this.choose(part.digit);
  }

  hide() {
    this.parts = [];
    byId("page-lines").hidden = true;
    byId("boxes").replaceChildren();
  }
}
