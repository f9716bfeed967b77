// A fresh page from the server takes the place of the one on the screen, piece by piece.
//
// Rows and regions that have not changed stay as they are, and with them focus, scrolling and
// half-filled fields.

import { restore, stateOf } from "./kit.js";
import { $ } from "./page.js";

const NEAR_BOTTOM_PX = 90;
const REFRESH_MS = 60;
const GAP_PX = 20;

const mergers = [];
const arrivals = [];

/** Call *merger* with each fresh page that is put in place of the same address. */
export const onMerge = (merger) => mergers.push(merger);
/** Call *arrival* after another address has been opened. */
export const onArrival = (arrival) => arrivals.push(arrival);

async function fetchPage(url) {
  const response = await fetch(url, { headers: { Accept: "text/html" } });
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

let refreshing = null;
let again = false;

/** Bring the page up to date; calls that come while one is under way are served together. */
export function refresh() {
  again = true;
  refreshing ??= refreshUntilQuiet().finally(() => { refreshing = null; });
  return refreshing;
}

async function refreshUntilQuiet() {
  while (again) {
    again = false;
    await new Promise((done) => setTimeout(done, REFRESH_MS));
    const address = location.href;
    let page;
    try {
      page = await fetchPage(address);
    } catch {
      return; // The stream reconnects by itself, and a refresh follows.
    }
    if (address === location.href) await merge(page);
    else again = true;
  }
}

/** Open *url* without leaving the page. */
export async function navigate(url, { push = true } = {}) {
  keepDrafts();
  const page = await fetchPage(url);
  if (push) history.pushState({}, "", url);
  document.body.className = page.body.className;
  document.title = page.title;
  const [old, fresh] = [$("main"), page.getElementById("main")];
  const isSame = old.dataset.channel === fresh.dataset.channel &&
    !old.querySelector(".list") === !fresh.querySelector(".list");
  if (!isSame) old.replaceWith(fresh.cloneNode(true));
  await merge(page);
  if (!isSame) toNewest($("messages"));
  returnDrafts();
  for (const arrival of arrivals) arrival();
}

async function merge(page) {
  const focused = document.activeElement?.id;
  mergeRail(page);
  following("messages", () => {
    for (const id of ["list", "home", "foot-main"]) mergeInside($(id), page.getElementById(id));
  });
  mergeThread(page);
  for (const merger of mergers) await merger(page);
  if (focused && document.activeElement === document.body) $(focused)?.focus();
}

/** Where we last scrolled each pane to: as long as it is there, nobody has scrolled it. */
const followed = new WeakMap();

/** Panes in which something was pressed, so that what comes next is what somebody waits for. */
const expecting = new WeakSet();
export const expectAnswer = (surface) => expecting.add(surface.closest(".scroll"));

const newestIn = (pane) => pane.querySelector(".list > .row:last-child")?.dataset.key;

function following(id, change) {
  const pane = $(id);
  if (!pane) return;
  const left = pane.scrollHeight - pane.scrollTop - pane.clientHeight;
  const before = newestIn(pane);
  const isFollowed = left < NEAR_BOTTOM_PX || followed.get(pane) === pane.scrollTop;
  change();
  const isNew = newestIn(pane) !== before;
  if (isFollowed || (isNew && expecting.delete(pane))) toNewest(pane);
  else if (isNew) jumpTo(pane).hidden = false;
}

const jumpTo = (pane) => pane.parentElement.querySelector(".jump");

document.addEventListener("scroll", ({ target }) => {
  if (!target.matches?.(".scroll") || !jumpTo(target)) return;
  const left = target.scrollHeight - target.scrollTop - target.clientHeight;
  if (left < NEAR_BOTTOM_PX) jumpTo(target).hidden = true;
}, true);

/** Show the newest message: all of it, or its beginning where it is taller than the pane. */
export function toNewest(pane) {
  const row = pane?.querySelector(".list > .row:last-child");
  if (!row) return;
  const top = row.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop;
  pane.scrollTop = Math.min(pane.scrollHeight - pane.clientHeight, top - GAP_PX);
  followed.set(pane, pane.scrollTop);
  jumpTo(pane).hidden = true;
}

function mergeRail(page) {
  const [old, fresh] = [document, page].map((d) => d.querySelector(".rail-scroll"));
  const before = old.cloneNode(true);
  for (const line of before.querySelectorAll(".unread")) line.classList.remove("unread");
  for (const line of before.querySelectorAll('[class=""]')) line.removeAttribute("class");
  if (before.innerHTML === fresh.innerHTML) return;
  const focused = document.activeElement?.dataset?.line;
  old.replaceChildren(...fresh.childNodes);
  if (focused) old.querySelector(`[data-line="${CSS.escape(focused)}"]`)?.focus();
}

/** The HTML that each region was last made of. */
const sources = new WeakMap();

function mergeInside(old, fresh) {
  if (!old || !fresh) return;
  if (old.classList.contains("list")) {
    mergeRows(old, fresh);
    return;
  }
  const source = fresh.innerHTML;
  if ((sources.get(old) ?? old.innerHTML) !== source) {
    const state = stateOf(old);
    old.replaceChildren(...fresh.childNodes);
    restore(old, state);
  }
  sources.set(old, source);
}

function mergeRows(list, fresh) {
  const known = new Map([...list.children].map((row) => [row.dataset.key, row]));
  let at = list.firstElementChild;
  for (const row of [...fresh.children]) {
    const old = known.get(row.dataset.key);
    known.delete(row.dataset.key);
    const isInPlace = !!old && old === at;
    if (isInPlace) at = at.nextElementSibling;
    const stays = old && (old.dataset.digest === row.dataset.digest || isWrittenIn(old));
    // Even where a node already is, putting it there would take the focus out of it.
    if (!stays || !isInPlace) list.insertBefore(stays ? old : row, at);
    if (old && !stays) {
      const state = typed(stateOf(old));
      old.remove();
      restore(row, state);
    }
  }
  for (const gone of known.values()) gone.remove();
}

/** Whether somebody edits *row*, or looks for a choice in it: drawn anew, that would be lost. */
function isWrittenIn(row) {
  const active = document.activeElement;
  return !!row.querySelector(".edit-form") ||
    (row.contains(active) && !!active.value &&
      active.matches('[role="combobox"][aria-expanded="true"]'));
}

/** Of *state* what was typed: what was chosen the server knows, since it was told. */
function typed(state) {
  const kept = {};
  for (const [block, held] of Object.entries(state)) {
    kept[block] = Object.fromEntries(
      Object.entries(held).filter(([, one]) => one.type.endsWith("_input")),
    );
  }
  return kept;
}

function mergeThread(page) {
  const [old, fresh] = [$("thread"), page.getElementById("thread")];
  if (!fresh) {
    old?.remove();
  } else if (old?.dataset.thread !== fresh.dataset.thread) {
    old?.remove();
    document.querySelector(".shell").append(fresh);
    toNewest($("thread-messages"));
  } else {
    following("thread-messages", () => {
      for (const id of ["thread-list", "foot-thread"]) mergeInside($(id), page.getElementById(id));
    });
  }
}

// --- what was typed and not sent, by place ---------------------------------------------------

const drafts = new Map();
const place = (form) => `${form.dataset.channel}:${form.dataset.thread ?? ""}`;

function keepDrafts() {
  for (const form of document.querySelectorAll(".composer")) {
    drafts.set(place(form), form.querySelector("textarea").value);
  }
}

function returnDrafts() {
  for (const form of document.querySelectorAll(".composer")) {
    form.querySelector("textarea").value ||= drafts.get(place(form)) ?? "";
  }
}
