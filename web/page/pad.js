// The drawing area: finger, pen, mouse and keys become strokes, strokes a picture.
import { byId } from "./dom.js";
import { greyFromCanvas } from "./grey.js";
import { Strokes, WIDTHS } from "./strokes.js";

// Side of the picture that is read: several times what framing reduces a digit to.
const SIDE = 196;
const KEY_STEP = 1 / 32;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Pad {
  /** `changed` is called whenever the drawing is another. */
  constructor(changed, say) {
    this.canvas = byId("pad");
    this.cursor = byId("cursor");
    this.strokes = new Strokes();
    this.changed = changed;
    this.say = say;
    this.width = WIDTHS[2];
    this.pointer = null;
    this.keys = { x: 0.5, y: 0.3, down: false };
    this.reading = new OffscreenCanvas(SIDE, SIDE).getContext("2d", { willReadFrequently: true });
    this.listen();
    new ResizeObserver(() => this.paint()).observe(this.canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.paint());
  }

  listen() {
    const on = (name, what) => this.canvas.addEventListener(name, what);
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
      on(name, (event) => this.up(event));
    }
    on("contextmenu", (event) => event.preventDefault());
    on("keydown", (event) => this.key(event));
    on("blur", () => this.showCursor(false));
    byId("undo").addEventListener("click", () => this.undo());
    byId("clear").addEventListener("click", () => this.clear());
    byId("pen-width").addEventListener("input", (event) => {
      this.width = WIDTHS[event.target.value - 1];
    });
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  down(event) {
    if (this.pointer !== null || (event.pointerType === "mouse" && event.button !== 0)) {
      return; // a second finger, the palm, another button
    }
    event.preventDefault();
    this.canvas.focus({ preventScroll: true, focusVisible: false });
    this.showCursor(false);
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.strokes.begin(...this.place(event), this.width);
    this.update();
  }

  move(event) {
    if (event.pointerId !== this.pointer) {
      return;
    }
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const one of passed.length ? passed : [event]) {
      this.strokes.extend(...this.place(one));
    }
    this.update();
  }

  up(event) {
    if (event.pointerId === this.pointer) {
      this.pointer = null;
      this.strokes.end();
      this.update();
    }
  }

  key(event) {
    const keys = this.keys;
    if (event.ctrlKey || event.metaKey || event.altKey) {
      if (event.key === "z" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.undo();
      }
      return;
    }
    if (event.key in MOVES) {
      const [dx, dy] = MOVES[event.key];
      const step = event.shiftKey ? 3 * KEY_STEP : KEY_STEP;
      keys.x = Math.min(0.97, Math.max(0.03, keys.x + dx * step));
      keys.y = Math.min(0.97, Math.max(0.03, keys.y + dy * step));
      if (keys.down) {
        this.strokes.extend(keys.x, keys.y);
        this.update();
      }
    } else if (event.key === " ") {
      keys.down = !keys.down;
      if (keys.down) {
        this.strokes.begin(keys.x, keys.y, this.width);
      } else {
        this.strokes.end();
      }
      this.say(keys.down ? "Pen down" : "Pen up");
      this.update();
    } else if (event.key === "Backspace") {
      this.undo();
    } else if (event.key === "Escape") {
      this.clear();
    } else {
      return;
    }
    event.preventDefault();
    this.showCursor(true);
  }

  showCursor(shown) {
    if (!shown && this.keys.down) {
      this.keys.down = false;
      this.strokes.end();
    }
    this.cursor.hidden = !shown;
    this.cursor.style.left = `${100 * this.keys.x}%`;
    this.cursor.style.top = `${100 * this.keys.y}%`;
    this.cursor.classList.toggle("down", this.keys.down);
  }

  undo() {
    this.keys.down = false;
    this.strokes.undo();
    this.update();
  }

  clear() {
    this.keys.down = false;
    this.strokes.clear();
    this.update();
  }

  /** Puts strokes there as if they had been drawn: [[[x, y], ...], ...] in a square of 1. */
  draw(lines) {
    this.strokes.clear();
    for (const points of lines) {
      this.strokes.begin(...points[0], this.width);
      points.slice(1).forEach((point) => this.strokes.extend(...point));
      this.strokes.end();
    }
    this.update();
  }

  update() {
    this.paint();
    this.changed();
  }

  paint() {
    const { width } = this.canvas.getBoundingClientRect();
    const side = Math.round(width * (window.devicePixelRatio || 1));
    if (this.canvas.width !== side || this.canvas.height !== side) {
      this.canvas.width = side;
      this.canvas.height = side;
    }
    const context = this.canvas.getContext("2d");
    context.clearRect(0, 0, side, side);
    this.strokes.paint(context, side, getComputedStyle(this.canvas).color);
  }

  /** The drawing, dark on white; null where there is none. */
  image() {
    if (this.strokes.empty) {
      return null;
    }
    this.reading.fillStyle = "#fff";
    this.reading.fillRect(0, 0, SIDE, SIDE);
    this.strokes.paint(this.reading, SIDE);
    return greyFromCanvas(this.reading, SIDE);
  }
}
