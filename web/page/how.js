// "How it works": the search for the digit that lies there, played step by step.
import { byId, el } from "./dom.js";
import { showStages } from "./reasons.js";
import { Rings } from "./rings.js";
import { tally } from "./votes.js";
import { count, figure, percent } from "./words.js";

const MOST = 30;
const STEP_MS = 420;
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

function afterWords(why, nameOf) {
  const words = [];
  const name = nameOf(why.label);
  if (why.gate) {
    words.push(`The ${why.vote.k} nearest vote, ${why.vote.weights === "distance"
      ? "each with 1 / distance votes" : `by ${why.vote.weights} votes`}.`);
    words.push({
      "gate: unanimous": `As the ${why.gate.unanimous} nearest agree, their vote stands.`,
      "gate: margin": "The nearest of the other labels are so much farther off that the vote stands.",
      "second look": "That was close, so the best labels were compared by slower, finer distances, which let the shapes bend a little.",
    }[why.decided_by]);
  } else {
    words.push(`The ${why.vote.k} nearest vote, and the vote stands.`);
  }
  words.push(`It is read as a ${name}, ${percent(why.confidence)} sure: so often were such answers right with digits that had been left out.`);
  return words.join(" ");
}

export class How {
  constructor(home, facts) {
    this.home = home;
    this.facts = facts;
    this.timer = null;
    this.rings = new Rings(byId("rings"));
    byId("k").addEventListener("input", (event) => this.pause(Number(event.target.value)));
    byId("step-on").addEventListener("click", () => this.pause(this.k + 1));
    byId("step-back").addEventListener("click", () => this.pause(this.k - 1));
    byId("play").addEventListener("click", () => (this.timer ? this.pause(this.k) : this.play()));
    for (const radio of document.querySelectorAll("[name=weights]")) {
      radio.addEventListener("change", () => {
        this.weights = radio.value;
        this.set(this.k);
      });
    }
  }

  /** Shows the search for this picture. */
  async show(image) {
    const why = await this.home.why(image, { k: MOST });
    const usual = await this.home.why(image);
    this.why = why;
    this.usual = usual;
    this.neighbours = why.neighbours;
    const framed = why.stages[1] ?? why.stages[0];
    showStages(byId("how-seen"), why, image);
    byId("how-numbers").textContent = this.numbersWords();
    byId("how-search").textContent = `The same was done with ${count(this.facts().n_rows, "known digit", "known digits")} before. ` +
      "How unlike two digits are is the distance of their numbers: all are compared, and the nearest kept.";
    this.rings.show(framed.pixels, this.neighbours);
    byId("k").max = String(this.neighbours.length);
    this.weights = usual.vote.weights === "uniform" ? "uniform" : "distance";
    document.querySelector(`[name=weights][value=${this.weights}]`).checked = true;
    byId("how-after").textContent = afterWords(usual, (label) => this.name(label));
    this.pause(Math.min(usual.vote.k, this.neighbours.length));
  }

  name(label) {
    return this.facts().labels.find((one) => one.label === label)?.name ?? String(label);
  }

  numbersWords() {
    const { dims } = this.facts();
    const framed = this.why.stages[1];
    return "Ink and paper are told apart, the digit is brought to the size and place that all have" +
      (framed ? ` (${framed.height} × ${framed.width})` : "") +
      (dims ? `, and what tells digits apart becomes ${figure(dims)} numbers.` : ", and becomes numbers.");
  }

  /** Neighbours come in the order of their rows, as a search meets them; then k grows. */
  play() {
    const until = Math.min(this.usual.vote.k, this.neighbours.length);
    const order = this.neighbours.map((_, i) => i)
      .sort((a, b) => this.neighbours[a].row - this.neighbours[b].row);
    const met = new Set();
    let k = 0;
    byId("play").textContent = "Pause";
    const each = CALM.matches ? 0 : 1600 / order.length;
    if (CALM.matches) {
      order.forEach((i) => met.add(i));
    }
    const next = () => {
      if (met.size < order.length) {
        met.add(order[met.size]);
        this.rings.set({ k: 0, winner: null, met });
        byId("vote-says").textContent = "";
        this.timer = setTimeout(next, each);
      } else if (k < until) {
        k += 1;
        this.set(k);
        this.timer = setTimeout(next, STEP_MS);
      } else {
        this.pause(k);
      }
    };
    this.timer = setTimeout(next, each);
  }

  pause(k) {
    clearTimeout(this.timer);
    this.timer = null;
    byId("play").textContent = "Play";
    this.set(k);
  }

  set(k) {
    this.k = Math.min(this.neighbours.length, Math.max(1, k));
    byId("k").value = String(this.k);
    byId("k-out").textContent = String(this.k);
    byId("step-back").disabled = this.k <= 1;
    byId("step-on").disabled = this.k >= this.neighbours.length;
    const vote = tally(this.neighbours, this.k, this.weights);
    this.rings.set({ k: this.k, winner: vote.winner, met: null });
    this.showVotes(vote);
    this.showTable(vote);
  }

  showVotes({ shares, winner, tied }) {
    byId("vote-says").textContent = `With k = ${this.k} it is a ${this.name(winner)}` +
      (tied ? ": a tie, which the nearest decides." : `, with ${percent(shares.get(winner))} of the votes.`);
    const items = [...shares].sort((a, b) => b[1] - a[1]).map(([label, share]) => {
      const bar = el("div");
      bar.style.width = `${100 * share}%`;
      return el("li", { class: label === winner ? "wins" : "" }, el("b", {}, this.name(label)),
        el("div", { class: "vote-bar", "aria-hidden": "true" }, bar), el("span", {}, percent(share)));
    });
    byId("votes").replaceChildren(...items);
  }

  showTable({ each }) {
    byId("how-table").replaceChildren(...this.neighbours.map((one, i) =>
      el("tr", {}, el("th", { scope: "row" }, `${i + 1}`), el("td", {}, this.name(one.label)),
        el("td", {}, figure(one.length)), el("td", {}, i < this.k ? percent(each[i]) : "–"))));
  }}
