// What every part of the page needs: who is reading, how to act for them, how to tell them.

export const root = document.body.dataset.root;
export const user = document.body.dataset.user;
export const $ = (id) => document.getElementById(id);

const TOAST_MS = 7000;

/** Do *what* as the reader; answers with the server's JSON, also when it could not be reached. */
export async function act(what, body = {}) {
  let answer;
  try {
    const response = await fetch(`${root}/workspace/do/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ user, ...body }),
    });
    answer = await response.json();
  } catch {
    answer = { ok: false, error: "The workspace can't be reached. Is it still running?" };
  }
  // What is wrong with a field stands beside the field.
  if (answer.ok === false && answer.error && !answer.errors) toast(answer.error);
  return answer;
}

export function toast(text) {
  const box = $("toasts");
  const item = document.createElement("p");
  item.className = "toast";
  item.textContent = text;
  box.append(item);
  // As a popover it lies above an open dialog.
  box.popover = "manual";
  box.hidePopover();
  box.showPopover();
  setTimeout(() => {
    item.remove();
    if (!box.children.length) box.hidePopover();
  }, TOAST_MS);
}

export const isShown = (node) => !!node && node.getClientRects().length > 0;
