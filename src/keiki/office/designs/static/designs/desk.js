/* The design desk: keys pressed while an answer is on its way wait for it, focus stays on the selected unit, a refusal
   comes with the desk as it is now, and a blocked button says why and sends nothing. Without scripts every button is
   one of a plain form, and every unit a link. */
(() => {
  "use strict";
  const most = 12; // keys that wait: held down, a key must not run away from its person
  const stepping = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "z"];
  const waiting = [];
  let running = null; // the request whose answer the desk waits for
  let wasOnDesk = false;

  const place = () => document.getElementById("desk");
  const isDesk = (event) => event.detail.target === place();

  const button = (key) =>
    [...place().querySelectorAll("[data-shortcut]")].find(
      (element) => element.dataset.shortcut === key && element.checkVisibility(),
    );

  const writing = (element) => element.closest("textarea, select, input:not([type=checkbox], [type=radio]), dialog");

  document.addEventListener(
    "keydown",
    (event) => {
      if (!running || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (!(event.target instanceof Element) || writing(event.target)) return;
      if (document.documentElement.classList.contains("keys-off") || document.querySelector("dialog[open]")) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      if (!stepping.includes(key)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (waiting.length < most) waiting.push(key);
    },
    true,
  );

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !place()?.contains(event.target)) return;
    const blocked = event.target.closest("[aria-disabled='true']");
    if (blocked) {
      event.preventDefault();
      blocked.focus();
      return;
    }
    const unit = event.target.closest("a[data-unit]");
    if (!unit || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    window.history.replaceState(window.history.state, "", unit.getAttribute("href"));
    window.htmx.ajax("GET", unit.getAttribute("href"), { target: "#desk", swap: "outerHTML show:none" });
  });

  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (isDesk(event)) running = event.detail.xhr;
  });

  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (!isDesk(event)) return;
    const { xhr } = event.detail;
    const answered = xhr.responseText.includes('id="desk"');
    if (xhr.status < 400 && !answered) {
      event.detail.shouldSwap = false; // the log-in ended: its page, and then this one again
      window.location.reload();
      return;
    }
    if (xhr.status === 409 && answered) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
      waiting.length = 0;
      event.stopPropagation(); // the desk says it itself
    }
    const at = document.activeElement;
    wasOnDesk = !at || at === document.body || Boolean(at.closest("a[data-unit]")) || place().contains(at);
  });

  const ready = () => {
    running = null;
    const key = waiting.shift();
    if (key) button(key)?.click();
  };

  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.target !== place()) return;
    const at = document.activeElement;
    if (wasOnDesk && (!at || at === document.body))
      place().querySelector("a[data-unit][aria-current]")?.focus({ preventScroll: true });
    ready(); // not before: until then the new buttons are not htmx's yet
  });

  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr !== running || event.detail.successful) return;
    waiting.length = 0;
    running = null;
  });
})();
