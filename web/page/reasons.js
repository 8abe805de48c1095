// Below the answer: the neighbours that decided, how it was seen, what looks wrong.
import { byId, digitPicture, el, paintGrey } from "./dom.js";
import { figure, percent } from "./words.js";

function shareOf(neighbour, all) {
  const total = all.reduce((sum, one) => sum + (one.weight ?? 0), 0);
  return total > 0 ? neighbour.weight / total : null;
}

function neighbourItem(neighbour, why, nameOf, yours) {
  const agrees = neighbour.label === why.label;
  const name = nameOf(neighbour.label);
  const share = shareOf(neighbour, why.neighbours);
  const tile = el("div", { class: "tile" });
  if (neighbour.pixels) {
    tile.append(digitPicture(neighbour.pixels, `a ${name}`));
  }
  return el("li", { class: agrees ? "" : "against" }, tile,
    el("b", {}, agrees ? name : `${name} ✗`,
      el("span", { class: "hidden" }, agrees ? " agrees" : " disagrees")),
    el("div", {}, el("span", { class: "hidden" }, "distance "), figure(neighbour.length)),
    share === null ? null : el("div", {}, `${percent(share)}`,
      el("span", { class: "hidden" }, " of the votes")),
    yours.has(neighbour.row) ? el("div", { class: "yours" }, "yours") : null);
}

/** `yours` has the rows that were taught. */
export function showNeighbours(why, nameOf, yours) {
  byId("decided-by").hidden = false;
  const n = why.neighbours.length;
  const words = ["", "The neighbour", "The two", "The three", "The four", "The five"][n];
  byId("near-title").textContent = n === 1 ? "The neighbour that decided"
    : `${words ?? `The ${n}`} that decided`;
  byId("near").replaceChildren(...why.neighbours.map((one) => neighbourItem(one, why, nameOf, yours)));
}

/** The list of stages; the first is the picture as given. */
export function showStages(list, why, image) {
  list.replaceChildren(...why.stages.map((stage, i) => {
    const tile = el("div", { class: "tile" });
    if (stage.pixels) {
      tile.append(digitPicture(stage.pixels, stage.name));
    } else {
      const canvas = el("canvas", { role: "img", "aria-label": stage.name });
      paintGrey(canvas, image);
      tile.append(canvas);
    }
    const size = `${stage.height} × ${stage.width}`;
    return el("li", {}, tile, stage.name, i < 2 ? el("div", {}, size) : null);
  }));
}

export function showSeen(why, image) {
  byId("seen-part").hidden = false;
  showStages(byId("seen"), why, image);
}

function usual({ low, high }) {
  if (low === null && high === null) {
    return "";
  }
  return low === null ? `up to ${figure(high)}`
    : high === null ? `from ${figure(low)}` : `${figure(low)} to ${figure(high)}`;
}

export function showFindings(doctor) {
  byId("doctor").hidden = false;
  const warns = (finding) => doctor.warnings.includes(finding.name);
  const bad = doctor.findings.filter(warns);
  byId("doctor-title").textContent = bad.length ? "What looks wrong" : "Nothing looks wrong";
  byId("findings").replaceChildren(...(bad.length
    ? bad.map((finding) => el("li", { class: "warns" }, finding.words))
    : [el("li", {}, "Ink, size, place and strokes are as usual.")]));
  byId("measured").replaceChildren(...doctor.findings.map((finding) =>
    el("tr", { class: warns(finding) ? "warns" : "" },
      el("td", {}, `${finding.name}: ${finding.measure}`,
        warns(finding) ? el("span", { class: "hidden" }, " (unusual)") : null),
      el("td", {}, figure(finding.value)), el("td", {}, usual(finding)))));
}

export function hideReasons() {
  for (const id of ["decided-by", "seen-part", "doctor"]) {
    byId(id).hidden = true;
  }
}
