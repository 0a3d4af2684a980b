/* What was typed and not accepted (#kept) goes back into the form that it was sent from. The person presses once more.
   Hidden fields keep the page's own values: they say which row or state the form is about. */
(() => {
  "use strict";
  const kept = document.getElementById("kept");
  const entries = JSON.parse(document.getElementById("kept-entries")?.textContent || "{}");
  if (!kept) return;
  const untyped = new Set(["hidden", "password", "file", "submit", "button", "reset", "image"]);

  const address = (form) => new URL(form.getAttribute("action") || location.href, location.href).pathname;
  const controls = (form) => [...form.elements].filter((each) => each.name);
  const sameRow = (form) =>
    controls(form).every(
      (each) => each.type !== "hidden" || !(each.name in entries) || entries[each.name].includes(each.value),
    );

  const put = (control, used) => {
    const values = entries[control.name];
    if (control.type === "checkbox" || control.type === "radio") control.checked = Boolean(values?.includes(control.value));
    else if (control instanceof HTMLSelectElement) {
      for (const option of control.options) if (values) option.selected = values.includes(option.value);
    } else if (values) {
      const at = used.get(control.name) || 0;
      used.set(control.name, at + 1);
      if (values[at] !== undefined) control.value = values[at];
    }
    control.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const fill = (form) => {
    const used = new Map();
    for (const control of controls(form)) if (!untyped.has(control.type)) put(control, used);
    for (let at = form; at; at = at.parentElement) {
      if (at instanceof HTMLDetailsElement) at.open = true;
      if (at instanceof HTMLDialogElement && !at.open) at.showModal();
    }
    const buttons = [...form.elements].filter((each) => each.type === "submit" && !each.disabled);
    const pressed = buttons.find((each) => each.name && entries[each.name]?.includes(each.value));
    (pressed || buttons.at(-1))?.focus();
    kept.replaceChildren(document.getElementById("words-kept").content.cloneNode(true));
  };

  const forms = [...document.forms].filter((form) => form.method === "post" && address(form) === kept.dataset.action);
  const form = forms.find(sameRow) || (forms.length === 1 ? forms[0] : undefined);
  if (form) fill(form);
})();
