// The page: connects its parts with the home that answers.
import { Asker } from "./asker.js";
import { byId, paintGrey } from "./dom.js";
import { EXAMPLES } from "./examples.js";
import { cut, greyFromFile } from "./grey.js";
import { connect } from "./home.js";
import { How } from "./how.js";
import * as intake from "./intake.js";
import { Lines } from "./lines.js";
import { Pad } from "./pad.js";
import { hideReasons, showFindings, showNeighbours, showSeen } from "./reasons.js";
import { Taught } from "./taught.js";
import { Teach } from "./teach.js";
import { Verdict } from "./verdict.js";
import * as views from "./views.js";
import { count } from "./words.js";

class Page {
  constructor(home) {
    this.home = home;
    this.facts = null;
    this.subject = null; // what is asked about: the drawing, a picture, a piece of a page
    this.source = null; // the picture that lies on the desk instead of a drawing
    this.example = 0;
    this.verdict = new Verdict();
    this.asker = new Asker(home, this);
    this.teach = new Teach(home, () => this.learnt(), (error) => this.trouble(error));
    this.lines = new Lines((digit) => this.choosePiece(digit));
    this.taught = new Taught(home, () => this.facts, () => this.learnt());
    this.how = new How(home, () => this.facts);
    this.pad = new Pad(() => this.drawn(), (text) => this.verdict.say(text));
  }

  async start() {
    await this.know();
    this.teach.setLabels(this.facts.labels);
    document.body.classList.toggle("cannot-teach", this.facts.can_teach === false);
    intake.listen((file) => this.take(file));
    byId("example").addEventListener("click", () => this.showExample());
    byId("clear").addEventListener("click", () => this.toDrawing());
    byId("token-form").addEventListener("submit", (event) => this.takeToken(event));
    byId("how-example").addEventListener("click", () => this.showOther());
    if (this.facts.can_teach !== false) {
      await this.taught.refresh(this.facts.n_taught ?? 0, location.hash === "#taught");
    }
    views.start((name) => this.entered(name));
    performance.mark("ready");
    document.body.dataset.ready = "yes";
  }

  async know() {
    this.facts = await this.home.model();
    byId("model-facts").textContent =
      `${count(this.facts.n_rows, "digit is", "digits are")} compared with yours` +
      (this.facts.n_taught ? `, ${this.facts.n_taught.toLocaleString("en")} of them taught here` : "") + ".";
    byId("recipe").textContent = this.facts.recipe ?? "";
    byId("place").textContent = [this.facts.note, this.home.place].filter(Boolean).join(" ");
  }

  // What lies on the desk

  /** Asks about the drawing, at most once for each frame that the screen shows. */
  drawn() {
    this.busy(true);
    byId("pad-hint").hidden = !this.pad.strokes.empty;
    byId("undo").disabled = this.pad.strokes.empty;
    byId("clear").disabled = this.pad.strokes.empty;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (!this.source) {
        this.lookAtDrawing();
      }
    });
  }

  lookAtDrawing() {
    const image = this.pad.image();
    this.lines.hide();
    this.look(image && { image, whole: true });
  }

  showExample() {
    this.toDrawing();
    this.pad.draw(EXAMPLES[this.example % EXAMPLES.length].lines);
    this.example += 1;
    this.lookAtDrawing();
  }

  /** On "How it works": another digit to search for. */
  async showOther() {
    this.showExample();
    await this.entered("how");
  }

  toDrawing() {
    this.source = null;
    byId("pad-frame").classList.remove("shows-picture");
    byId("pad-frame").style.aspectRatio = "";
    byId("picture").hidden = true;
    byId("pad").hidden = false;
    byId("draw-title").textContent = "Draw a digit";
    byId("clear-words").textContent = "Clear";
    this.drawn();
  }

  async take(file) {
    try {
      const image = await greyFromFile(file);
      location.hash = "#draw";
      this.pad.strokes.clear();
      this.source = image;
      paintGrey(byId("picture"), image);
      byId("picture").hidden = false;
      byId("pad").hidden = true;
      byId("pad-frame").classList.add("shows-picture");
      byId("pad-frame").style.aspectRatio = String(Math.max(1, image.width / image.height));
      byId("pad-hint").hidden = true;
      byId("clear-words").textContent = "Draw instead";
      byId("clear").disabled = false;
      byId("draw-title").textContent = "Your picture";
      this.lines.hide();
      this.verdict.working("Reading…");
      this.look({ image, whole: true });
    } catch (error) {
      this.trouble(error);
    }
  }

  choosePiece(digit) {
    const image = this.source ?? this.pad.image();
    this.look({ image: cut(image, digit.box), whole: false });
  }

  /** Asks about a subject; null: there is nothing. */
  look(subject) {
    this.subject = subject;
    this.busy(subject !== null);
    this.asker.ask(subject);
    if (!subject) {
      this.verdict.none();
      this.teach.hide();
      hideReasons();
    }
  }

  // What the asker tells

  answer(subject, answer) {
    byId("trouble").hidden = true;
    this.verdict.answer(answer, this.teach.nameOf(answer.label ?? answer.nearest));
    if (answer.refused === "blank") {
      this.teach.hide();
      hideReasons();
      this.busy(false);
    } else {
      this.teach.show(subject, answer);
    }
  }

  page(subject, page) {
    const digits = page.lines.flatMap((line) => line.digits);
    this.verdict.page(page.lines.map((line) => line.text), digits.length);
    this.teach.hide();
    hideReasons();
    this.lines.show(page, subject.image);
    this.busy(false);
  }

  reasons(subject, why, doctor) {
    showNeighbours(why, (label) => this.teach.nameOf(label), this.taught.rows);
    showSeen(why, subject.image);
    showFindings(doctor);
    this.busy(false);
  }

  /** Whether more is to come about what lies there. */
  busy(is) {
    byId("answer").setAttribute("aria-busy", String(is));
  }

  trouble(error) {
    this.busy(false);
    byId("trouble").textContent = error.message;
    byId("trouble").hidden = false;
    if (error.status === 401) {
      byId("trouble").textContent = "Who teaches this service must know its token.";
      byId("token-form").hidden = false;
      byId("token").focus();
    }
  }

  /** A service that others can reach asks for its token where something changes. */
  takeToken(event) {
    event.preventDefault();
    this.home.giveToken(byId("token").value);
    byId("token").value = "";
    byId("token-form").hidden = true;
    byId("trouble").hidden = true;
    this.teach.again();
  }

  // Other views, and what was taught

  async learnt() {
    await this.know();
    await this.taught.refresh(this.facts.n_taught ?? 0, location.hash === "#taught");
    if (this.subject) {
      this.look({ ...this.subject });
    }
  }

  async entered(name) {
    try {
      if (name === "taught" && this.taught.list.length !== this.taught.n) {
        await this.taught.load();
      }
      if (name === "how") {
        if (!this.subject) {
          this.showExample();
        }
        await this.how.show(this.subject.image);
      }
    } catch (error) {
      this.trouble(error);
    }
  }
}

try {
  await new Page(await connect()).start();
} catch (error) {
  byId("trouble").textContent = error.message;
  byId("trouble").hidden = false;
}
