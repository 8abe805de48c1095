// Which of the views is there: the part of the address behind #.
import { byId } from "./dom.js";

const TITLES = { draw: "Draw a digit", taught: "What you taught", how: "How it works" };

function wanted() {
  const name = location.hash.slice(1);
  return name in TITLES ? name : "draw";
}

function show(name) {
  for (const one of Object.keys(TITLES)) {
    byId(`view-${one}`).hidden = one !== name;
  }
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${name}`) {
      link.setAttribute("aria-current", "page");
    } else {
      link.removeAttribute("aria-current");
    }
  }
  document.title = `${TITLES[name]} · numeral`;
}

/** `entered` gets the name of each view that comes. */
export function start(entered) {
  addEventListener("hashchange", () => {
    if (location.hash === "#main") {
      return;
    }
    show(wanted());
    scrollTo(0, 0);
    byId(`${wanted()}-title`).focus({ preventScroll: true });
    entered(wanted());
  });
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("main").focus();
  });
  show(wanted());
  entered(wanted());
}
