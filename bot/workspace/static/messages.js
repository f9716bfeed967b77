// What can be done with a message: reply, copy, edit, delete, hand to the app; and the keys for it.

import { $, act, root, toast } from "./page.js";
import { navigate, onMerge, refresh } from "./drawing.js";
import { openedFrom } from "./forms.js";
import { openMenu } from "./menus.js";
import { confirmed } from "./pressing.js";

/** The message whose menu was opened last. */
let chosen = null;

export function openMessageMenu(button) {
  chosen = button.closest(".msg");
  const menu = $("message-menu");
  const shown = { own: "own" in chosen.dataset, root: !!chosen.querySelector(".msg-tools a") };
  for (const item of menu.querySelectorAll("[data-for]")) item.hidden = !shown[item.dataset.for];
  openMenu(button, menu, button);
}

export const messageActs = {
  thread: () => navigate(chosen.querySelector(".msg-tools a").href),
  edit: () => edit(chosen),
  async copy() {
    const { channel, ts, thread } = chosen.dataset;
    const link = new URL(`${root}/c/${channel}/${thread ?? ts}`, location.href);
    link.search = location.search;
    try {
      await navigator.clipboard.writeText(link.href);
      toast("Link copied.");
    } catch {
      toast(link.href); // Not allowed to write there: show it, to be copied by hand.
    }
  },
  async forward() {
    const { channel, ts } = chosen.dataset;
    const answer = await act("forward", { channel, ts });
    if (answer.ok !== false) toast("Forwarded.");
  },
  async delete() {
    const { channel, ts } = chosen.dataset;
    const sure = await confirmed({
      title: { text: "Delete message" }, text: { text: "This can't be undone." },
      confirm: { text: "Delete" }, deny: { text: "Cancel" },
    });
    if (sure) act("delete", { channel, ts });
  },
  "message-shortcut"(button) {
    const { channel, ts } = chosen.dataset;
    openedFrom(`${chosen.id}-more`);
    act("message_shortcut", { callback_id: button.dataset.callback, channel, ts });
  },
  dismiss(button) {
    const { channel, ts } = button.closest(".msg").dataset;
    act("delete", { channel, ts });
  },
  stop(button) {
    const { channel, ts } = button.closest(".msg").dataset;
    act("stop_stream", { channel, ts });
  },
};

export function edit(message) {
  const body = message.querySelector(".msg-body");
  const form = $("edit-form").content.firstElementChild.cloneNode(true);
  const field = form.querySelector("textarea");
  field.value = message.dataset.text;
  const end = () => {
    form.replaceWith(body);
    $(`${message.id}-more`)?.focus();
  };
  form.querySelector('[type="button"]').addEventListener("click", end);
  form.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") end();
    if (event.key === "Enter" && !event.shiftKey && event.target === field) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { channel, ts } = message.dataset;
    const answer = await act("edit", { channel, ts, text: field.value });
    if (answer.ok === false) return;
    end();
    refresh();
  });
  body.replaceWith(form);
  field.focus();
}

export function editLast() {
  const own = [...document.querySelectorAll(".msg[data-own]")].at(-1);
  if (own) edit(own);
}

export function messageKey(event, message) {
  const all = [...message.closest(".list").querySelectorAll(".msg")];
  const at = all.indexOf(message);
  const next = { ArrowUp: all[at - 1], ArrowDown: all[at + 1], Home: all[0], End: all.at(-1) };
  if (event.key in next) {
    event.preventDefault();
    if (next[event.key]) rove(next[event.key]);
    next[event.key]?.focus();
  } else if (event.key === "Enter" || event.key === "t") {
    message.querySelector(".msg-tools a")?.click();
  } else if (event.key === "m" || event.key === "ContextMenu") {
    event.preventDefault();
    message.querySelector('[data-do="more"]')?.click();
  } else if (event.key === "e" && "own" in message.dataset) {
    event.preventDefault();
    edit(message);
  }
}

/** One message of each list is reached by Tab; the arrows go on from there. */
function rove(wanted = null) {
  for (const list of document.querySelectorAll(".list")) {
    const all = [...list.querySelectorAll(".msg")];
    const current = all.includes(wanted) ? wanted : all.find((m) => m.tabIndex === 0);
    for (const message of all) message.tabIndex = message === (current ?? all.at(-1)) ? 0 : -1;
  }
}
onMerge(() => rove());
rove();
