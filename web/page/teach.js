// "It is a 7": a button for each label, with its share of the votes; and undo.
import { byId, el } from "./dom.js";
import { percent } from "./words.js";

export class Teach {
  /** `did` is called after something was taught or taken back. */
  constructor(home, did, trouble) {
    this.home = home;
    this.did = did;
    this.trouble = trouble;
    this.subject = null;
    this.last = null;
    byId("unteach").addEventListener("click", () => this.undo());
  }

  setLabels(labels) {
    this.buttons = new Map(labels.map(({ label, name }) => {
      const button = el("button", { type: "button", class: "name", click: () => this.teach(name) },
        name, el("i", { "aria-hidden": "true" }));
      return [label, { button, name }];
    }));
    byId("names").replaceChildren(...[...this.buttons.values()].map((one) => one.button));
  }

  nameOf(label) {
    return this.buttons.get(label)?.name ?? String(label);
  }

  show(subject, answer) {
    if (this.subject?.image !== subject.image) {
      byId("learnt").hidden = true;
    }
    this.subject = subject;
    this.sayOutvoted(answer);
    byId("teach").hidden = false;
    byId("teach-title").textContent = answer.refused ? "Say what it is" : "Wrong? Say what it is";
    [...this.buttons].forEach(([label, { button, name }], i) => {
      const read = !answer.refused && label === answer.label;
      const share = answer.votes?.[i] ?? 0;
      button.classList.toggle("read", read);
      button.style.setProperty("--share", `${100 * share}%`);
      button.setAttribute("aria-label", `It is a ${name}` + (read ? " (so it was read)" : "") +
        (share > 0 ? `, ${percent(share)} of the votes` : ""));
    });
  }

  /** Where each neighbour has one vote, one more may not turn the answer. */
  sayOutvoted(answer) {
    const taught = this.last && !byId("learnt").hidden && !byId("unteach").hidden;
    if (taught && (answer.refused || this.nameOf(answer.label) !== this.last.name)) {
      this.note(`Learnt: this is a ${this.last.name}. The other neighbours still outvote it; ` +
        "say so once more where they should not.", true);
    }
  }

  hide() {
    this.subject = null;
    byId("teach").hidden = true;
    byId("learnt").hidden = true;
  }

  /** What was refused for want of a token, once that is given. */
  async again() {
    if (this.refused) {
      byId("names").firstElementChild.focus();
      await this.teach(this.refused);
    }
  }

  async teach(name) {
    this.refused = "";
    if (!this.subject) {
      return;
    }
    const { image } = this.subject;
    try {
      const { id } = await this.home.teach(image, name);
      this.last = { id, name };
      this.note(`Learnt: this is a ${name}.`, true);
      await this.did();
    } catch (error) {
      this.refused = error.status === 401 ? name : "";
      this.trouble(error);
    }
  }

  async undo() {
    const { id, name } = this.last;
    try {
      await this.home.untaught(id);
      this.note(`Forgotten: this is no taught ${name} any more.`, false);
      byId("names").firstElementChild.focus();
      await this.did();
    } catch (error) {
      this.trouble(error);
    }
  }

  note(words, undo) {
    byId("learnt").hidden = false;
    byId("learnt-words").textContent = words;
    byId("teach-status").textContent = words;
    byId("unteach").hidden = !undo;
  }
}
