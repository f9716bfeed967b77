// j and k step through what a page lists; / goes to the search. Nothing needs this to be read.
// Whoever dictates or types elsewhere by accident can turn the keys off; the browser remembers it.
"use strict";
const OFF = "keys-off";
const off = () => localStorage.getItem(OFF) === "yes";
for (const button of document.querySelectorAll("[data-keys]")) {
  const say = () => { button.textContent = off() ? "Turn the keys on" : "Turn the keys off"; };
  button.hidden = false;
  button.addEventListener("click", () => { localStorage.setItem(OFF, off() ? "no" : "yes"); say(); });
  say();
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  if (off()) return;
  if (event.key === "/") {
    const search = document.querySelector("[data-search]");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
    return;
  }
  if (event.key !== "j" && event.key !== "k") return;
  const steps = [...document.querySelectorAll("[data-step]")];
  const here = document.activeElement;
  const at = steps.findLastIndex((step) => step === here
    || step.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING);
  const next = steps[event.key === "j" ? at + 1 : here === steps[at] ? Math.max(at - 1, 0) : at];
  if (next) { next.focus(); next.scrollIntoView({ block: "center" }); }
});
