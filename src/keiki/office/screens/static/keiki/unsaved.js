/* Unsaved entries: a form with data-unsaved asks before one leaves the page with what was typed and not sent, and a
   form is sent once however often its button is pressed. */
(() => {
  "use strict";
  const touched = new WeakSet();
  const sent = new WeakSet();
  const patience = 4000; // ms: an answer that is a file leaves the page, and its form can be sent again

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.hasAttribute("data-unsaved")) touched.add(form);
  });

  document.addEventListener("reset", (event) => touched.delete(event.target));

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (sent.has(form)) event.preventDefault();
    sent.add(form);
    setTimeout(() => sent.delete(form), patience);
    touched.delete(form);
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form");
    if (!form) return;
    sent.delete(form);
    if (event.detail.successful) touched.delete(form);
  });

  window.addEventListener("pageshow", () => {
    for (const form of document.forms) sent.delete(form);
  });

  window.addEventListener("beforeunload", (event) => {
    for (const form of document.forms) if (touched.has(form) && !sent.has(form)) event.preventDefault();
  });
})();
