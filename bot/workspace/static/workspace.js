// The pages of the workspace come alive: they listen, and hand each event to whom it concerns.
//
// Nothing is drawn in the browser.  When something changes, the page's own address is fetched
// again and what differs is put in place; see drawing.js.

import { $, act, isShown, root, toast, user } from "./page.js";
import { navigate, onArrival, onMerge, refresh, toNewest } from "./drawing.js";
import { closeView, openedFrom, submit } from "./forms.js";
import { press } from "./pressing.js";
import { closeMenus, menuKey, openMenu } from "./menus.js";
import { composerKey, insertAtCaret, say, send, takeHint } from "./composing.js";
import { editLast, messageActs, messageKey, openMessageMenu } from "./messages.js";

const STATUS_CHECK_MS = 30_000;

// --- what the page's own buttons do ----------------------------------------------------------

const acts = {
  ...messageActs,
  more: openMessageMenu,
  shortcut(button) {
    openedFrom(button.closest(".overflow").querySelector("[data-menu]").id);
    act("shortcut", { callback_id: button.dataset.callback });
  },
  async join() {
    await act("join", { channel: $("main").dataset.channel });
    location.reload();
  },
  async invite() {
    await act("invite", { channel: $("main").dataset.channel });
    location.reload();
  },
  prompt(button) {
    const { channel, thread } = button.closest(".main, .thread").querySelector(".composer").dataset;
    say(channel, thread, button.dataset.message);
  },
  jump: (button) => toNewest(button.closest(".main, .thread").querySelector(".scroll")),
  mention: (button) => insertAtCaret(button.closest(".composer"), "@"),
  slash: (button) => insertAtCaret(button.closest(".composer"), "/"),
  "close-view": () => closeView(),
  "close-all": () => closeView(true),
};

document.addEventListener("click", (event) => {
  const { target } = event;
  const hint = target.closest(".composer-list [role='option']");
  if (hint) return takeHint(hint.closest("form"), hint);
  const menuButton = target.closest("[data-menu]");
  if (menuButton) {
    const menu = $(menuButton.dataset.menu);
    return menu.hidden ? openMenu(menuButton, menu) : closeMenus({ refocus: true });
  }
  const item = target.closest('[role="menuitem"]');
  closeMenus({ refocus: !!item });
  if (item?.dataset.option) {
    return press(item.closest("[data-kit]"), { selected_option: JSON.parse(item.dataset.option) });
  }
  const doing = target.closest("[data-do]");
  if (doing) return acts[doing.dataset.do](doing);
  const kit = target.closest("button[data-kit], a[data-kit]");
  if (kit) return press(kit);
  const url = pageBehind(target.closest("a[href]"));
  if (url && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    return navigate(url);
  }
});

/** The address of the page to which *link* leads, if it leads to one of these. */
function pageBehind(link) {
  if (link?.matches("[data-nav], [data-thread-link]")) return link.href;
  // A permalink, which knows nothing of who is reading.
  const [, channel, seconds, micros] =
    link?.pathname.slice(root.length).match(/^\/archives\/(\w+)\/p(\d+)(\d{6})$/) ?? [];
  if (!channel || link.origin !== location.origin) return null;
  const thread = new URLSearchParams(link.search).get("thread_ts") ?? `${seconds}.${micros}`;
  const page = new URL(`${root}/c/${channel}/${thread}`, location.href);
  page.search = location.search;
  return page.href;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches(".composer")) {
    event.preventDefault();
    send(form);
  } else if (form.closest("#modal")) {
    event.preventDefault();
    submit(form);
  }
});

document.addEventListener("keydown", (event) => {
  const { target } = event;
  const menu = target.closest(".menu");
  if (menu) return menuKey(event, menu);
  if (target.matches(".msg")) messageKey(event, target);
  if (target.matches(".composer textarea") && !composerKey(event, target.form)) return;
  if (event.key === "ArrowUp" && target.matches(".composer textarea") && !target.value) {
    event.preventDefault();
    editLast();
  } else if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
    document.querySelector(".close-thread")?.click();
  }
});

$("acting").addEventListener("change", (event) => event.target.form.requestSubmit());
addEventListener("popstate", () => navigate(location.href, { push: false }));

// --- what has not been read ------------------------------------------------------------------

function markUnread() {
  const isRead = document.visibilityState === "visible" && isShown($("list"));
  for (const line of document.querySelectorAll("[data-line]")) {
    const { line: channel, latest } = line.dataset;
    const key = `seen:${user}:${channel}`;
    const seen = localStorage.getItem(key);
    const isHere = isRead && channel === $("main").dataset.channel;
    if (isHere || seen === null) localStorage.setItem(key, latest);
    line.classList.toggle("unread", !isHere && seen !== null && latest > seen);
  }
}
onMerge(markUnread);
markUnread();
document.addEventListener("visibilitychange", markUnread);

// --- arriving --------------------------------------------------------------------------------

/** Tell the app that its Home or its messages were opened. */
function announce() {
  if ($("main").dataset.kind !== "im" || !isShown($("main")) || $("thread")) return;
  act("open_home", { tab: document.body.classList.contains("at-home") ? "home" : "messages" });
}

onArrival(() => {
  announce();
  // A field in focus brings up a phone's keyboard, which nobody asked for.
  const isWide = matchMedia("(min-width: 760px)").matches;
  const places = isWide ? ["say-thread", "say-main", "messages"] : ["thread-messages", "messages"];
  places.map($).find(isShown)?.focus();
});

// --- listening -------------------------------------------------------------------------------

function listen() {
  const stream = new EventSource(`${root}/workspace/stream?user=${encodeURIComponent(user)}`);
  stream.addEventListener("change", (event) => {
    const change = JSON.parse(event.data);
    if (change.kind === "toast") toast(change.text);
    else refresh();
  });
  stream.addEventListener("open", () => refresh());
  // A status ends by itself after two minutes, and a stream after five; nobody tells of that.
  setInterval(() => {
    if (document.querySelector(".status span, .msg-streaming")) refresh();
  }, STATUS_CHECK_MS);
}

toNewest($("messages"));
toNewest($("thread-messages"));
announce();
listen();
document.documentElement.dataset.ready = "";
