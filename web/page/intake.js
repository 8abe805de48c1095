// Pictures from elsewhere: chosen, photographed, dropped, pasted.
import { byId } from "./dom.js";

function fileOf(transfer) {
  return [...(transfer?.files ?? [])].find((file) => file.type.startsWith("image/")) ??
    transfer?.files?.[0];
}

function listenToInputs(take) {
  for (const [button, input] of [["choose", "file"], ["photograph", "camera"]]) {
    byId(button).addEventListener("click", () => byId(input).click());
    byId(input).addEventListener("change", ({ target }) => {
      const [file] = target.files;
      target.value = ""; // so that the same one can be chosen again
      if (file) {
        take(file);
      }
    });
  }
}

function listenToDrops(take) {
  const sign = byId("drop");
  let inside = 0;
  const files = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragenter", (event) => {
    inside += files(event) ? 1 : 0;
    sign.hidden = inside === 0;
  });
  addEventListener("dragleave", (event) => {
    inside = Math.max(0, inside - (files(event) ? 1 : 0));
    sign.hidden = inside === 0;
  });
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    inside = 0;
    sign.hidden = true;
    const file = fileOf(event.dataTransfer);
    if (file) {
      take(file);
    }
  });
}

/** `take` gets each picture's file. */
export function listen(take) {
  listenToInputs(take);
  listenToDrops(take);
  addEventListener("paste", (event) => {
    const file = fileOf(event.clipboardData);
    if (file) {
      event.preventDefault();
      take(file);
    }
  });
}
