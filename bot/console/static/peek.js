// Shows the passage that a citation rests on while the citation has the focus or the pointer, and
// brings whoever comes back from a provision to where they left. The list of passages at the end
// of the page holds the same, so nothing needs this to be read.
"use strict";
const LINGER = 400; // ms in which the pointer may cross from a citation to its passage
const pane = document.getElementById("peek");
const citations = [...document.querySelectorAll("[data-passage]")];
let leaving = 0;
let pointed = false;

function show(link) {
  clearTimeout(leaving);
  const passage = document.getElementById(`passage-${link.dataset.passage}`);
  if (!passage) return;
  const copy = passage.cloneNode(true);
  // What the pane holds can be seen only: keys would otherwise get lost in it.
  for (const anchor of copy.querySelectorAll("a")) anchor.replaceWith(...anchor.childNodes);
  pane.replaceChildren(...copy.childNodes);
  pane.hidden = false;
}

document.addEventListener("focusin", (event) => {
  pointed = false;
  if (event.target.dataset.passage) show(event.target);
  else pane.hidden = true;
});
document.addEventListener("mouseover", (event) => {
  const link = event.target.closest("[data-passage]");
  clearTimeout(leaving);
  if (link) {
    pointed = true;
    show(link);
  } else if (pointed && !pane.contains(event.target)) {
    leaving = setTimeout(() => { pane.hidden = true; }, LINGER);
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") pane.hidden = true;
});
document.addEventListener("click", (event) => {
  const at = citations.indexOf(event.target.closest("[data-passage]"));
  if (at >= 0) history.replaceState({ cited: at }, "");
});
// The list of turns begins with those that stand on the page.
const first = document.querySelector(".steps [data-first]");
if (first?.previousElementSibling) {
  const list = first.closest(".steps");
  const [to, from] = [first.getBoundingClientRect(), list.getBoundingClientRect()];
  list.scrollBy(to.left - from.left, to.top - from.top);
}
// An address of before long conversations were read in stretches names a turn by its end alone.
const [, turn] = /^#turn-(\d+)/.exec(location.hash) ?? [];
if (turn && !document.getElementById(`turn-${turn}`) && !new URLSearchParams(location.search).has("turn")) {
  location.replace(`?turn=${turn}${location.hash}`);
}
window.addEventListener("pageshow", () => {
  const link = citations[history.state?.cited];
  if (!link) return;
  for (let box = link.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  link.focus({ preventScroll: true });
  link.scrollIntoView({ block: "center", behavior: "instant" });
});
