/* Lists by keyboard: j and k, or the arrows, move along the rows of the list one is in (or the page's first list);
   Enter opens, since it is a link that has the focus. A list is [data-rows]; a row's stop is its .row-link or
   [data-row]. With data-rows="sideways" the arrows are left and right, and up and down are the page's own. */
(() => {
  "use strict";
  const steps = { j: 1, k: -1, Home: -Infinity, End: Infinity };
  const arrows = { "": { ArrowDown: 1, ArrowUp: -1 }, sideways: { ArrowRight: 1, ArrowLeft: -1 } };

  const listAt = (element) => element.closest("[data-rows]") || document.querySelector("[data-rows]");

  document.addEventListener("keydown", (event) => {
    const at = event.target instanceof Element ? event.target : document.body;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (at.matches("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
    const list = listAt(at);
    if (!list) return;
    const inside = list.contains(at);
    const letter = "jk".includes(event.key);
    if (letter ? document.documentElement.classList.contains("keys-off") : !inside) return;
    const step = steps[event.key] ?? arrows[list.dataset.rows]?.[event.key];
    if (step === undefined) return;
    const stops = [...list.querySelectorAll(".row-link, [data-row]")].filter((stop) => stop.checkVisibility());
    if (!stops.length) return;
    event.preventDefault();
    const row = at.closest("tr, li");
    let now = stops.findIndex((stop) => stop === at || (row && row.contains(stop)));
    if (now < 0) now = step > 0 ? -1 : stops.length;
    const next = Math.min(Math.max(now + step, 0), stops.length - 1);
    stops[next].focus();
    stops[next].scrollIntoView({ block: "nearest" });
  });
})();
