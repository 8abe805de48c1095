// Digits to look at before one has drawn any: strokes in a square of side 1.

function arc(cx, cy, rx, ry, from, to) {
  return Array.from({ length: 25 }, (_, i) => {
    const angle = (from + (to - from) * i / 24) * Math.PI / 180;
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)];
  });
}

export const EXAMPLES = [
  // in doubt: neighbours of both labels are near
  { name: "4 or 9", lines: [[[0.5, 0.22], [0.38, 0.34], [0.37, 0.48], [0.48, 0.52], [0.63, 0.44]],
    [[0.61, 0.23], [0.62, 0.5], [0.57, 0.82]]] },
  { name: "7", lines: [[[0.3, 0.24], [0.5, 0.22], [0.68, 0.22], [0.6, 0.42], [0.52, 0.6], [0.45, 0.82]]] },
  { name: "2", lines: [[...arc(0.48, 0.36, 0.17, 0.16, 195, 375), [0.55, 0.58], [0.32, 0.8],
    [0.5, 0.79], [0.7, 0.8]]] },
  { name: "5", lines: [[[0.66, 0.2], [0.42, 0.21], [0.38, 0.46], ...arc(0.48, 0.62, 0.18, 0.18, 250, 500)]] },
  { name: "3", lines: [[...arc(0.46, 0.34, 0.17, 0.14, 200, 440), ...arc(0.46, 0.65, 0.19, 0.17, 280, 520)]] },
  { name: "4", lines: [[[0.42, 0.2], [0.38, 0.35], [0.33, 0.5], [0.45, 0.53], [0.68, 0.5]],
    [[0.62, 0.22], [0.6, 0.5], [0.57, 0.82]]] },
];
