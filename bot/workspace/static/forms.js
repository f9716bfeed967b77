// Modals: opened, kept up to date, checked, submitted, closed, and the focus given back.

import { restore, stateOf, valueOf } from "./kit.js";
import { $, act } from "./page.js";
import { onMerge, refresh } from "./drawing.js";

/** Id of the element to which the focus returns. */
let opener = null;
export const openedFrom = (id) => { opener = id || null; };

const modal = $("modal");

function mergeModal(page) {
  const fresh = page.getElementById("modal");
  if (!fresh.dataset.view) {
    close();
    return;
  }
  const isSame = modal.open && modal.dataset.view === fresh.dataset.view;
  if (isSame && modal.dataset.digest === fresh.dataset.digest) return;
  const state = isSame ? stateOf(modal) : {};
  const focused = isSame ? document.activeElement?.id : null;
  modal.replaceChildren(...fresh.childNodes);
  modal.dataset.view = fresh.dataset.view;
  modal.dataset.digest = fresh.dataset.digest;
  restore(modal, state);
  show(focused);
}

function show(focused = null) {
  if (!modal.open) {
    opener ??= document.activeElement?.id || null;
    modal.showModal();
  }
  const target =
    modal.querySelector(".has-error :is(input, textarea, select)") ??
    (focused ? modal.querySelector(`#${CSS.escape(focused)}`) : null) ??
    modal.querySelector("[autofocus]") ??
    modal.querySelector(".modal-body :is(input, textarea, select, button)") ??
    modal.querySelector(".modal-foot button");
  target?.focus();
}

function close() {
  if (modal.dataset.view === undefined) return;
  delete modal.dataset.view;
  delete modal.dataset.digest;
  modal.close();
  ($(opener) ?? $("say-main"))?.focus();
  opener = null;
}

function showErrors(errors) {
  for (const block of modal.querySelectorAll("[data-input-block]")) {
    const text = errors[block.dataset.inputBlock] ?? "";
    block.classList.toggle("has-error", !!text);
    block.querySelector(".error").textContent = text;
    const field = block.querySelector("input, textarea, select");
    if (text) field?.setAttribute("aria-invalid", "true");
    else field?.removeAttribute("aria-invalid");
  }
  modal.querySelector(".has-error :is(input, textarea, select)")?.focus();
}

/** What Slack itself refuses before the app hears of it. */
function faults() {
  const errors = {};
  for (const e of modal.querySelectorAll(".bk-input [data-kit]")) {
    const [value] = Object.values(valueOf(e));
    const isEmpty = !value || value.length === 0;
    const least = Number(e.dataset.minLength ?? 0);
    if (isEmpty && "required" in e.dataset) {
      errors[e.dataset.block] = "Please complete this required field.";
    } else if (!isEmpty && value.length < least) {
      errors[e.dataset.block] = `Please use at least ${least} characters.`;
    } else if (!isEmpty && e.validity?.typeMismatch) {
      errors[e.dataset.block] = e.validationMessage;
    }
  }
  return errors;
}

export async function submit(form) {
  const errors = faults();
  showErrors(errors);
  if (Object.keys(errors).length) return;
  const button = form.querySelector('[type="submit"]');
  button.disabled = true;
  const answer = await act("submit_view", { view_id: modal.dataset.view, state: stateOf(modal) });
  button.disabled = false;
  await refresh();
  // Where the fresh page has them already, somebody may be at the next field by now.
  if (answer.errors && modal.open && !modal.querySelector(".has-error")) {
    showErrors(answer.errors);
  }
}

export async function closeView(all = false) {
  await act("close_view", { view_id: modal.dataset.view, all });
  await refresh();
}

onMerge(mergeModal);
modal.addEventListener("cancel", (event) => {
  event.preventDefault();
  closeView();
});
// Chromium closes a dialog at a second Escape even where the first was prevented.
modal.addEventListener("close", () => {
  if (modal.dataset.view) closeView();
});
if (modal.dataset.view) show();
