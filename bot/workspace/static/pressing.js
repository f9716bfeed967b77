// Buttons, menus and dates of Block Kit: asked about where the app wants that, and sent.

import { firesAtOnce, putBack, stateOf, valueOf, wireCombos } from "./kit.js";
import { $, act } from "./page.js";
import { expectAnswer } from "./drawing.js";
import { openedFrom } from "./forms.js";

function surfaceOf(element) {
  const surface = element.closest("[data-surface]");
  const { channel, ts, view } = surface.dataset;
  return {
    message: { what: "press", where: { channel, ts }, surface },
    home: { what: "press_home", where: { view_id: view }, surface },
    modal: { what: "press_view", where: { view_id: $("modal").dataset.view }, surface },
  }[surface.dataset.surface];
}

/** Ask what *words* (title, text, confirm, deny) say; whether the answer was yes. */
export async function confirmed(words) {
  $("confirm-title").textContent = words.title?.text ?? "Are you sure?";
  $("confirm-text").textContent = words.text?.text ?? "";
  $("confirm-ok").textContent = words.confirm?.text ?? "Yes";
  $("confirm-deny").textContent = words.deny?.text ?? "No";
  const dialog = $("confirm");
  dialog.returnValue = "deny";
  dialog.showModal();
  $("confirm-ok").focus();
  await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
  return dialog.returnValue === "confirm";
}

/** Tell the app that *element* was used; false when the person thought better of it. */
export async function press(element, value = valueOf(element)) {
  const { kit, block, action, confirm } = element.dataset;
  if (confirm && !(await confirmed(JSON.parse(confirm)))) return false;
  if (kit === "feedback_buttons") {
    for (const b of element.parentElement.children) b.setAttribute("aria-pressed", b === element);
  }
  const { what, where, surface } = surfaceOf(element);
  if (what === "press") expectAnswer(surface);
  if (what !== "press_view") openedFrom(element.id || document.activeElement?.id);
  element.classList.add("waiting");
  await act(what, {
    ...where, block_id: block, action_id: action, ...value, state: stateOf(surface),
  });
  element.classList.remove("waiting");
  return true;
}

wireCombos((element, query) => {
  const { block, action } = element.dataset;
  return act("options", {
    ...surfaceOf(element).where, block_id: block, action_id: action, query,
  });
});

document.addEventListener("kit-change", async (event) => {
  const element = event.target;
  if (firesAtOnce(element) && !(await press(element))) putBack(element, event.detail);
});

document.addEventListener("change", (event) => {
  const element = event.target.closest("[data-kit]");
  if (!element || element.classList.contains("combo") || !firesAtOnce(element)) return;
  if (!element.dataset.kit.endsWith("_input")) press(element);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input[data-dispatch]")) {
    event.preventDefault();
    press(event.target);
  }
});
