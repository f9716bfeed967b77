// Writing: what can complete the word before the caret, sending, and prompts.

import { $, act, toast } from "./page.js";
import { navigate, onMerge, refresh, toNewest } from "./drawing.js";
import { openedFrom } from "./forms.js";

const commands = JSON.parse(document.body.dataset.commands);

/** ts of the message last posted from here, whose thread opens by itself. */
let awaited = null;

export async function send(form) {
  const field = form.querySelector("textarea");
  const text = field.value.trim();
  if (!text) return;
  const { channel, thread } = form.dataset;
  closeHints(form);
  const [, name, rest] = text.match(/^(\/[\w-]+)\s*([\s\S]*)$/) ?? [];
  field.value = "";
  let answer = { ok: false };
  if (!name) {
    answer = await say(channel, thread, text);
  } else if (!commands.some((c) => c.command === name)) {
    toast(`${name} is not a valid command.`);
  } else if (thread) {
    toast(`${name} is not supported in threads. Sorry!`);
  } else {
    openedFrom(field.id);
    answer = await act("command", { channel, command: name, text: rest });
  }
  // What could not be sent is not lost, unless something new has been typed meanwhile.
  if (answer.ok === false && !field.value) field.value = text;
}

export async function say(channel, thread, text) {
  const answer = await act("message", { channel, text, thread_ts: thread });
  if (answer.ok === false) return answer;
  if (!thread) awaited = answer.ts;
  await refresh();
  toNewest($(thread ? "thread-messages" : "messages"));
  return answer;
}

/** Open the thread of what was just posted, once the app works on it or has answered. */
async function openAwaited() {
  if (!awaited || $("thread")) return;
  const isAnswered = document.querySelector(
    `#list .replies[data-thread-link="${awaited}"], #foot-main [data-thread="${awaited}"]`,
  );
  const link = document.querySelector(`#list [data-thread-link="${awaited}"]`);
  if (!isAnswered || !link) return;
  awaited = null;
  await navigate(link.href);
}
onMerge(openAwaited);

export function insertAtCaret(form, mark) {
  const field = form.querySelector("textarea");
  const at = field.selectionStart;
  if (mark === "/") {
    field.value = `/${field.value}`;
    field.setSelectionRange(1, 1);
  } else {
    const gap = at > 0 && !/\s/.test(field.value[at - 1]) ? " " : "";
    field.setRangeText(gap + mark, at, field.selectionEnd, "end");
  }
  field.focus();
  showHints(form);
}

// --- hints: people after "@", commands after "/" ---------------------------------------------

function hintsFor(form) {
  const field = form.querySelector("textarea");
  const before = field.value.slice(0, field.selectionStart);
  const command = before.match(/^\/([\w-]*)$/);
  if (command && !form.dataset.thread) {
    return commands
      .filter((c) => c.command.startsWith(`/${command[1]}`))
      .map((c) => ({
        text: `${c.command} ${c.usage_hint ?? ""}`, note: c.description,
        from: 0, put: `${c.command} `,
      }));
  }
  const mention = before.match(/(?:^|\s)@([^\s@]*(?: [^\s@]*)?)$/);
  if (!mention) return [];
  const wanted = mention[1].toLowerCase();
  return JSON.parse(form.dataset.members)
    .filter(({ name }) => ` ${name}`.toLowerCase().includes(` ${wanted}`))
    .filter(({ name }) => name.toLowerCase() !== wanted.trim())
    .map(({ name, title }) => ({
      text: name, note: title, from: before.length - mention[1].length - 1, put: `@${name} `,
    }));
}

export function showHints(form) {
  const list = form.querySelector(".composer-list");
  const field = form.querySelector("textarea");
  const hints = hintsFor(form);
  list.replaceChildren(...hints.map((hint, i) => {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.id = `${list.id}-${i}`;
    item.textContent = hint.text;
    const note = document.createElement("small");
    note.textContent = hint.note ?? "";
    item.append(note);
    item.hint = hint;
    return item;
  }));
  list.hidden = !hints.length;
  if (hints.length) goTo(list, field, list.firstElementChild);
  else field.removeAttribute("aria-activedescendant");
}

function goTo(list, field, item) {
  for (const other of list.children) {
    other.classList.toggle("here", other === item);
    other.setAttribute("aria-selected", other === item);
  }
  item.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", item.id);
}

function closeHints(form) {
  form.querySelector(".composer-list").hidden = true;
  form.querySelector("textarea").removeAttribute("aria-activedescendant");
}

export function takeHint(form, item) {
  const field = form.querySelector("textarea");
  field.setRangeText(item.hint.put, item.hint.from, field.selectionStart, "end");
  closeHints(form);
  field.focus();
}

/** A key in the field; true when it was of no concern here. */
export function composerKey(event, form) {
  const field = event.target;
  const list = form.querySelector(".composer-list");
  const here = list.hidden ? null : list.querySelector(".here");
  if (here && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    const next = event.key === "ArrowDown"
      ? here.nextElementSibling ?? list.firstElementChild
      : here.previousElementSibling ?? list.lastElementChild;
    goTo(list, field, next);
  } else if (here && (event.key === "Enter" || event.key === "Tab")) {
    event.preventDefault();
    takeHint(form, here);
  } else if (here && event.key === "Escape") {
    closeHints(form);
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  } else {
    return true;
  }
  return false;
}

document.addEventListener("input", (event) => {
  if (event.target.matches(".composer textarea")) showHints(event.target.form);
});
document.addEventListener("focusout", (event) => {
  const form = event.target.closest?.(".composer");
  if (form && !form.contains(event.relatedTarget)) closeHints(form);
});
// Keeps the focus in the field while a hint is clicked.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest(".composer-list")) event.preventDefault();
});
