// Block Kit's elements in the browser: what they hold, as Slack's state, and the combobox.
//
// The server draws every element with data-kit, data-block and data-action, and every option
// with its own JSON in data-option.  Nothing here knows what an option means.

const one = (kind) => kind.replace("multi_", "").replace(/s?_select$/, "");

function chosenOptions(element) {
  const kind = element.dataset.kit;
  if (element.tagName === "SELECT") {
    return [...element.selectedOptions].filter((o) => o.dataset.option).map(option);
  }
  if (kind === "radio_buttons" || kind === "checkboxes") {
    return [...element.querySelectorAll("input:checked")].map(option);
  }
  if (kind.startsWith("multi_")) return [...element.querySelectorAll(".chip")].map(option);
  const input = element.querySelector("input");
  return input?.dataset.option ? [option(input)] : [];
}

const option = (node) => JSON.parse(node.dataset.option);

/** What *element* holds, under the key that Slack gives it. */
export function valueOf(element) {
  const kind = element.dataset.kit;
  if (kind === "datepicker") return { selected_date: element.value || null };
  if (kind === "timepicker") return { selected_time: element.value || null };
  if (kind.endsWith("_input")) return { value: element.value || null };
  const options = chosenOptions(element);
  if (/(users|conversations|channels)_select$/.test(kind)) {
    const values = options.map((o) => o.value);
    const many = kind.startsWith("multi_");
    return { [`selected_${one(kind)}${many ? "s" : ""}`]: many ? values : values[0] ?? null };
  }
  if (kind === "checkboxes" || kind.startsWith("multi_")) return { selected_options: options };
  if (kind === "button" || kind.endsWith("_button") || kind === "feedback_buttons") {
    return { value: element.dataset.value };
  }
  return { selected_option: options[0] ?? null };
}

const holders = (root) =>
  [...root.querySelectorAll("[data-kit]")].filter(
    (e) => !/button|overflow/.test(e.dataset.kit) || e.dataset.kit === "radio_buttons",
  );

/** The state of all elements under *root*: block_id → action_id → type and value. */
export function stateOf(root) {
  const state = {};
  for (const e of holders(root)) {
    const block = (state[e.dataset.block] ??= {});
    block[e.dataset.action] = { type: e.dataset.kit, ...valueOf(e) };
  }
  return state;
}

/** Put *state*, as `stateOf` gave it, into the elements of the same blocks and actions. */
export function restore(root, state) {
  for (const e of holders(root)) {
    const held = state[e.dataset.block]?.[e.dataset.action];
    if (!held || held.type !== e.dataset.kit) continue;
    if ("value" in held) e.value = held.value ?? "";
    else if ("selected_date" in held) e.value = held.selected_date ?? "";
    else if ("selected_time" in held) e.value = held.selected_time ?? "";
    else restoreOptions(e, held);
  }
}

function restoreOptions(element, held) {
  const options = held.selected_options ?? (held.selected_option ? [held.selected_option] : []);
  const wanted = new Set(options.map((o) => o.value));
  if (element.tagName === "SELECT") {
    for (const o of element.options) o.selected = o.dataset.option && wanted.has(option(o).value);
    if (!wanted.size) element.selectedIndex = 0;
  } else if (element.classList.contains("choices")) {
    for (const input of element.querySelectorAll("input")) {
      input.checked = wanted.has(option(input).value);
    }
  } else if ("selected_options" in held || "selected_option" in held) {
    const combo = new Combo(element);
    combo.clear();
    for (const o of options) combo.take(o);
  }
}

/** Put *value*, as `valueOf` gave it, back into *element*. */
export function putBack(element, value) {
  const { kit, block, action } = element.dataset;
  restore(element.parentElement, { [block]: { [action]: { type: kit, ...value } } });
}

/** Whether a change of *element* goes to the app at once, rather than with a form. */
export const firesAtOnce = (element) =>
  !element.closest(".bk-input") || "dispatch" in element.dataset;

const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** How long somebody has to stop typing before the app is asked for options. */
const ASK_AFTER_MS = 150;

/** A select with a field to type in, over the list that the server drew or the app answers. */
class Combo {
  constructor(element) {
    this.element = element;
    this.input = element.querySelector("input");
    this.list = element.querySelector(".listbox");
    this.many = element.dataset.kit.startsWith("multi_");
    this.external = "external" in element.dataset;
  }

  get isOpen() {
    return !this.list.hidden;
  }

  options() {
    return [...this.list.querySelectorAll('[role="option"]:not([hidden])')];
  }

  async open(query = "") {
    if (!this.isOpen) {
      this.element.dataset.before = JSON.stringify(valueOf(this.element));
      this.list.hidden = false;
      this.input.setAttribute("aria-expanded", "true");
      this.place();
    }
    this.query = query.trim();
    if (this.external) await this.load(query);
    else this.filter(query);
    this.mark();
    this.place();
  }

  place() {
    const box = this.element.getBoundingClientRect();
    const scroller = this.element.closest(".modal-body, .scroll")?.getBoundingClientRect();
    const below = Math.min(innerHeight, scroller?.bottom ?? innerHeight) - box.bottom;
    const above = box.top - Math.max(0, scroller?.top ?? 0);
    this.list.classList.toggle("above", below < this.list.offsetHeight + 8 && above > below);
    this.list.scrollIntoView({ block: "nearest" });
  }

  filter(query) {
    const wanted = folded(query.trim());
    let shown = 0;
    for (const o of this.list.querySelectorAll('[role="option"]')) {
      o.hidden = !folded(o.textContent).includes(wanted);
      shown += !o.hidden;
    }
    for (const group of this.list.querySelectorAll(".listbox-group")) {
      let next = group.nextElementSibling;
      while (next?.matches('[role="option"]') && next.hidden) next = next.nextElementSibling;
      group.hidden = !next?.matches('[role="option"]');
    }
    this.note(shown ? "" : "No matches");
  }

  async load(query) {
    const least = Number(this.element.dataset.minQuery);
    if (query.trim().length < least) {
      this.list.replaceChildren();
      this.note(`Type ${least === 1 ? "a letter" : `${least} letters`} to search`);
      return;
    }
    if (this.element.dataset.loaded === query && this.options().length) return;
    this.element.dataset.loaded = query;
    if (!this.options().length) this.note("Loading…");
    const answer = await Combo.ask(this.element, query);
    // The answer to an earlier question must not overwrite that of a later one.
    if (this.element.dataset.loaded !== query) return;
    const groups = answer.option_groups ?? [{ options: answer.options ?? [] }];
    const items = [];
    for (const group of groups) {
      if (group.label) items.push(listItem("presentation", group.label.text, "listbox-group"));
      for (const o of group.options) {
        const item = listItem("option", o.text.text);
        item.id = `${this.list.id}-${items.length}`;
        item.dataset.option = JSON.stringify(o);
        if (o.description) item.append(small(o.description.text));
        items.push(item);
      }
    }
    this.list.replaceChildren(...items);
    this.note(items.length ? "" : answer.error ?? "No matches");
    this.mark();
  }

  note(text) {
    this.list.querySelector(".listbox-note")?.remove();
    if (text) this.list.append(listItem("presentation", text, "listbox-note"));
  }

  mark() {
    const chosen = new Set(chosenOptions(this.element).map((o) => o.value));
    for (const o of this.list.querySelectorAll('[role="option"]')) {
      o.setAttribute("aria-selected", String(chosen.has(option(o).value)));
    }
    const options = this.options();
    const here = options.find((o) => o.classList.contains("here"));
    const picked = this.many ? null : options.find((o) => o.getAttribute("aria-selected") === "true");
    this.go(here ?? picked ?? (this.query ? options[0] : null));
  }

  go(item) {
    for (const o of this.list.querySelectorAll(".here")) o.classList.remove("here");
    item?.classList.add("here");
    item?.scrollIntoView({ block: "nearest" });
    if (item) this.input.setAttribute("aria-activedescendant", item.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  move(step) {
    const items = this.options();
    const at = items.findIndex((o) => o.classList.contains("here"));
    this.go(items.at(at < 0 ? (step > 0 ? 0 : -1) : (at + step) % items.length));
  }

  pick(item) {
    const picked = option(item);
    if (!this.many) {
      this.clear();
      this.take(picked);
      this.close();
      return;
    }
    const chip = [...this.element.querySelectorAll(".chip")].find(
      (c) => option(c).value === picked.value,
    );
    const most = Number(this.element.dataset.max || Infinity);
    if (chip) chip.remove();
    else if (this.element.querySelectorAll(".chip").length < most) this.take(picked);
    const typed = this.input.value.trim();
    this.input.value = "";
    this.input.focus();
    if (this.external || typed) {
      // The list answered what was typed, which is gone now; open, it would cover what follows.
      this.close();
      return;
    }
    this.filter("");
    this.mark();
  }

  take(picked) {
    if (!this.many) {
      this.input.value = picked.text.text;
      this.input.dataset.option = JSON.stringify(picked);
      return;
    }
    const chip = document.createElement("span");
    chip.className = "chip";
    chip.dataset.option = JSON.stringify(picked);
    const label = document.createElement("span");
    label.textContent = picked.text.text;
    const off = document.createElement("button");
    off.type = "button";
    off.className = "chip-off";
    off.textContent = "×";
    off.setAttribute("aria-label", `Remove ${picked.text.text}`);
    chip.append(label, off);
    this.element.querySelector(".chips").append(chip);
  }

  drop(chip) {
    this.element.dataset.before ||= JSON.stringify(valueOf(this.element));
    chip.remove();
    this.mark();
    this.input.focus();
    if (!this.isOpen) this.commit();
  }

  clear() {
    for (const chip of this.element.querySelectorAll(".chip")) chip.remove();
    this.input.value = "";
    delete this.input.dataset.option;
  }

  close() {
    if (!this.isOpen) return;
    this.list.hidden = true;
    this.go(null);
    this.input.setAttribute("aria-expanded", "false");
    if (this.many) this.input.value = "";
    else if (!this.input.value) delete this.input.dataset.option;
    else this.input.value = this.input.dataset.option ? option(this.input).text.text : "";
    this.commit();
  }

  commit() {
    const before = this.element.dataset.before;
    delete this.element.dataset.before;
    if (before && before !== JSON.stringify(valueOf(this.element))) {
      const detail = JSON.parse(before);
      this.element.dispatchEvent(new CustomEvent("kit-change", { bubbles: true, detail }));
    }
  }
}

function listItem(role, text, className = "") {
  const item = document.createElement("li");
  item.setAttribute("role", role);
  item.className = className;
  item.textContent = text;
  return item;
}

function small(text) {
  const node = document.createElement("small");
  node.textContent = text;
  return node;
}

const comboAt = (target) => {
  const element = target.closest?.(".combo");
  return element ? new Combo(element) : null;
};

/** Bring every combobox on the page to life; *ask* answers (element, query) with options. */
export function wireCombos(ask) {
  Combo.ask = ask;
  let typing = 0;

  document.addEventListener("click", (event) => {
    const combo = comboAt(event.target);
    if (!combo) return;
    const item = event.target.closest('[role="option"]');
    const off = event.target.closest(".chip-off");
    if (item) combo.pick(item);
    else if (off) combo.drop(off.closest(".chip"));
    else if (event.target.closest(".combo-box")) {
      combo.input.focus();
      if (!combo.many) combo.input.select();
      combo.open();
    }
  });
  // Keeps the focus in the field while the list is clicked, so that it does not close first.
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest(".combo .listbox")) event.preventDefault();
  });
  document.addEventListener("input", (event) => {
    const combo = comboAt(event.target);
    if (!combo) return;
    const query = combo.input.value;
    clearTimeout(typing);
    // What the page itself can filter is filtered before the next key, which may be Enter.
    if (combo.external) typing = setTimeout(() => combo.open(query), ASK_AFTER_MS);
    else combo.open(query);
  });
  document.addEventListener("focusout", (event) => {
    const combo = comboAt(event.target);
    if (combo && !combo.element.contains(event.relatedTarget)) {
      clearTimeout(typing);
      combo.close();
    }
  });
  document.addEventListener("keydown", (event) => {
    const combo = event.target.matches?.(".combo input") ? comboAt(event.target) : null;
    if (!combo || event.isComposing) return;
    const here = combo.list.querySelector(".here");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (combo.isOpen) combo.move(event.key === "ArrowDown" ? 1 : -1);
      else combo.open();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (combo.isOpen && here) combo.pick(here);
      else if (!combo.isOpen) combo.open();
    } else if (event.key === "Escape" && combo.isOpen) {
      event.preventDefault();
      event.stopPropagation();
      combo.close();
    } else if (event.key === "Backspace" && combo.many && !combo.input.value) {
      const last = [...combo.element.querySelectorAll(".chip")].at(-1);
      if (last) combo.drop(last);
    }
  }, true);
}
