// Has the browser ask before what was typed or chosen on a page is lost: when a page is left, and
// when one of its forms is sent while another holds something.  Nothing needs this to be read.
"use strict";
let sent = null; // the form that is on its way

function changed(control) {
  if (control.type === "radio" || control.type === "checkbox") return control.checked !== control.defaultChecked;
  if (control.tagName === "SELECT") {
    const first = [...control.options].findIndex((option) => option.defaultSelected);
    return control.selectedIndex !== Math.max(first, 0);
  }
  return control.type !== "hidden" && "defaultValue" in control && control.value !== control.defaultValue;
}

document.addEventListener("submit", (event) => { sent = event.target; });
window.addEventListener("beforeunload", (event) => {
  const holds = [...document.forms].some((form) => form !== sent && form.method === "post" && [...form.elements].some(changed));
  sent = null;
  if (holds) event.preventDefault();
});
