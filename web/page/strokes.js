// What has been drawn: strokes of points in a square of side 1, and how they look.

/** Widths of the pen, as shares of the side; the middle one is as MNIST's pens are. */
export const WIDTHS = [0.03, 0.045, 0.065, 0.085, 0.11];

export class Strokes {
  constructor() {
    this.list = [];
    this.open = null;
  }

  get empty() {
    return this.list.length === 0;
  }

  begin(x, y, width) {
    this.open = { width, points: [[x, y]] };
    this.list.push(this.open);
  }

  extend(x, y) {
    this.open?.points.push([x, y]);
  }

  end() {
    this.open = null;
  }

  undo() {
    this.open = null;
    return this.list.pop() !== undefined;
  }

  clear() {
    this.open = null;
    this.list = [];
  }

  /** Lines with round ends, through the middles between points (so curves are smooth). */
  paint(context, side, colour = "#000") {
    context.lineCap = "round";
    context.lineJoin = "round";
    context.strokeStyle = colour;
    for (const { width, points } of this.list) {
      context.lineWidth = width * side;
      context.beginPath();
      const [x0, y0] = points[0];
      context.moveTo(x0 * side, y0 * side);
      for (let i = 1; i < points.length - 1; i += 1) {
        const [x, y] = points[i], [nx, ny] = points[i + 1];
        context.quadraticCurveTo(x * side, y * side, (x + nx) / 2 * side, (y + ny) / 2 * side);
      }
      const [x1, y1] = points[points.length - 1];
      context.lineTo(x1 * side, y1 * side);
      context.stroke();
    }
  }
}
