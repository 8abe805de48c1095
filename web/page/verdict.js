// The answer in large: what it is read as, how sure, and how that came about.
import { byId } from "./dom.js";
import { decidedWords, percent, refusedWords } from "./words.js";

// Below this an answer is shown as unsure.
const SURE = 0.9;
const SAY_MS = 500;

export class Verdict {
  constructor() {
    this.box = byId("answer");
    this.timer = null;
  }

  put({ state, glyph, said, decided = "", confidence = 0, aloud = said }) {
    this.box.dataset.state = state;
    byId("welcome").hidden = state !== "none";
    byId("verdict").hidden = state === "none";
    this.box.classList.toggle("unsure", state === "answer" && confidence < SURE);
    byId("glyph").textContent = glyph;
    byId("glyph").classList.toggle("long", glyph.length > 2);
    byId("said").textContent = said;
    byId("decided").textContent = decided;
    byId("sure-bar").firstElementChild.style.width = `${100 * confidence}%`;
    this.say(aloud);
  }

  /** To a screen reader, once it is quiet; not every answer while one draws. */
  say(text) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      byId("status").textContent = text;
    }, SAY_MS);
  }

  none() {
    this.put({ state: "none", glyph: "", said: "", aloud: "" });
  }

  working(words) {
    this.put({ state: "working", glyph: "", said: words });
  }

  answer(answer, name) {
    if (answer.refused) {
      const near = answer.refused === "blank" ? "" : `Its nearest neighbour is a ${name}.`;
      this.put({ state: "refused", glyph: answer.refused === "blank" ? "" : "?",
        said: refusedWords(answer.refused), decided: near,
        aloud: `${refusedWords(answer.refused)}. ${near}` });
      return;
    }
    const sure = `${percent(answer.confidence)} sure`;
    this.put({ state: "answer", glyph: name, said: sure, decided: decidedWords(answer.decided),
      confidence: answer.confidence, aloud: `Read as ${name}, ${sure}` });
  }

  page(texts, n) {
    const whole = texts.length === 1 && texts[0].length <= 6;
    this.put({ state: "page", glyph: whole ? texts[0] : String(n),
      said: whole ? `${n} digits` : `digits in ${texts.length === 1 ? "a line" : `${texts.length} lines`}`,
      decided: "Choose one to see why.",
      aloud: `${n} digits: ${texts.join("; ")}` });
  }
}
