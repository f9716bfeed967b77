// Menus: one open at a time, walked with the arrows, left with Escape.

const GAP_PX = 8;

/** Open *menu* for *button*; floating under *near* where that is given. */
export function openMenu(button, menu, near = null) {
  closeMenus();
  menu.hidden = false;
  menu.opener = button;
  button.setAttribute("aria-expanded", "true");
  if (near) {
    const box = near.getBoundingClientRect();
    const top = Math.min(box.bottom + 4, innerHeight - menu.offsetHeight - GAP_PX);
    menu.style.top = `${Math.max(GAP_PX, top)}px`;
    menu.style.left = `${Math.max(GAP_PX, box.right - menu.offsetWidth)}px`;
  }
  itemsOf(menu)[0]?.focus();
}

export function closeMenus({ refocus = false } = {}) {
  for (const menu of document.querySelectorAll(".menu:not([hidden])")) {
    menu.hidden = true;
    menu.opener.setAttribute("aria-expanded", "false");
    if (refocus) menu.opener.focus();
  }
}

const itemsOf = (menu) =>
  [...menu.querySelectorAll('[role="menuitem"]')].filter((item) => !item.closest("[hidden]"));

export function menuKey(event, menu) {
  const items = itemsOf(menu);
  const at = items.indexOf(document.activeElement);
  const go = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (go !== undefined) {
    event.preventDefault();
    items.at(go % items.length)?.focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    if (event.key === "Escape") event.preventDefault();
    event.stopPropagation();
    closeMenus({ refocus: true });
  }
}
