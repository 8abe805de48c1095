// The nearest digits around the one that is read: the farther out, the less alike.

const GOLDEN = Math.PI * (3 - Math.sqrt(5));
// where the nearest and the farthest lie, as shares of half the side
const INNER = 0.3, OUTER = 0.88;
const TILE = 0.062;

function inked(pixels, colour) {
  const height = pixels.length, width = pixels[0].length;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  const data = context.createImageData(width, height);
  pixels.flat().forEach((ink, i) => {
    data.data[4 * i + 3] = ink;
  });
  context.putImageData(data, 0, 0);
  context.globalCompositeOperation = "source-in";
  context.fillStyle = colour;
  context.fillRect(0, 0, width, height);
  return canvas;
}

function coloursOf(canvas) {
  const style = getComputedStyle(canvas);
  const named = (name) => style.getPropertyValue(name).trim();
  return { ink: named("--ink"), card: named("--card"), line: named("--line"),
    soft: named("--soft"), accent: named("--accent"), other: named("--other"), inside: named("--accent-soft") };
}

export class Rings {
  constructor(canvas) {
    this.canvas = canvas;
    this.found = null;
    new ResizeObserver(() => this.paint()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.take());
  }

  /** `own` and each neighbour's `pixels` are rows of ink; neighbours by rising length. */
  show(own, neighbours) {
    this.found = { own, neighbours };
    this.seen = neighbours.length;
    this.take();
  }

  take() {
    if (!this.found) {
      return;
    }
    this.colours = coloursOf(this.canvas);
    this.own = inked(this.found.own, this.colours.ink);
    this.tiles = this.found.neighbours.map((one) => one.pixels && inked(one.pixels, this.colours.ink));
    this.paint();
  }

  /** How many vote, which label wins, and which neighbours have been met so far. */
  set({ k, winner, met }) {
    Object.assign(this, { k, winner, met });
    this.paint();
  }

  radius(length) {
    const { neighbours } = this.found;
    const first = neighbours[0].length, last = neighbours[neighbours.length - 1].length;
    return last > first ? INNER + (OUTER - INNER) * (length - first) / (last - first) : INNER;
  }

  paint() {
    if (!this.own) {
      return;
    }
    const { width } = this.canvas.getBoundingClientRect();
    const side = Math.round(width * (devicePixelRatio || 1));
    if (side === 0) {
      return;
    }
    this.canvas.width = side;
    this.canvas.height = side;
    const context = this.canvas.getContext("2d");
    context.translate(side / 2, side / 2);
    context.scale(side / 2, side / 2);
    context.imageSmoothingEnabled = true;
    this.paintCircles(context);
    this.found.neighbours.forEach((one, i) => {
      if (!this.met || this.met.has(i)) {
        this.paintTile(context, one, i);
      }
    });
    context.drawImage(this.own, -0.15, -0.15, 0.3, 0.3);
  }

  paintCircles(context) {
    const { neighbours } = this.found;
    context.lineWidth = 0.004;
    context.strokeStyle = this.colours.line;
    for (const share of [0, 0.5, 1]) {
      context.beginPath();
      context.arc(0, 0, INNER + (OUTER - INNER) * share, 0, 2 * Math.PI);
      context.stroke();
    }
    if (!this.k) {
      return;
    }
    const at = this.radius(neighbours[this.k - 1].length);
    const next = neighbours[this.k] ? this.radius(neighbours[this.k].length) : at + 0.09;
    context.beginPath();
    context.arc(0, 0, Math.min(at + 0.05, (at + next) / 2 + 0.004), 0, 2 * Math.PI);
    context.fillStyle = this.colours.inside;
    context.fill();
    context.strokeStyle = this.colours.accent;
    context.lineWidth = 0.008;
    context.stroke();
  }

  paintTile(context, one, i) {
    const radius = this.radius(one.length), angle = i * GOLDEN - Math.PI / 2;
    const x = radius * Math.cos(angle), y = radius * Math.sin(angle);
    const votes = i < (this.k ?? 0), agrees = one.label === this.winner;
    context.globalAlpha = votes || !this.k ? 1 : 0.4;
    context.beginPath();
    context.roundRect(x - TILE, y - TILE, 2 * TILE, 2 * TILE, 0.02);
    context.fillStyle = this.colours.card;
    context.fill();
    context.lineWidth = votes ? 0.009 : 0.004;
    context.strokeStyle = !votes ? this.colours.soft : agrees ? this.colours.accent : this.colours.other;
    context.setLineDash(votes && !agrees ? [0.02, 0.014] : []);
    context.stroke();
    context.setLineDash([]);
    if (this.tiles[i]) {
      context.drawImage(this.tiles[i], x - TILE, y - TILE, 2 * TILE, 2 * TILE);
    }
    context.globalAlpha = 1;
  }
}
