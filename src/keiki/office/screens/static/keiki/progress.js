/* What a request is doing, in words: while it runs, when it fails, and what the server says of it. The words are in the
   page's templates (#words-loading, #words-unreachable, #words-refused), so that they are in the reader's language. */
(() => {
  "use strict";
  const delay = 300; // ms: what answers sooner needs no words
  let running = 0;
  let timer = 0;

  const place = (id) => document.getElementById(id);
  const words = (id) => place(id)?.content.cloneNode(true);

  const say = (content) => {
    const area = place("messages");
    if (!area || !content) return;
    area.replaceChildren(...(Array.isArray(content) ? content : [content]));
    area.scrollIntoView({ block: "nearest" });
  };

  const showProgress = (text) => {
    const area = place("progress");
    if (!area) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (text) area.textContent = text;
      else area.replaceChildren(words("words-loading") || "");
    }, delay);
  };

  const hideProgress = () => {
    clearTimeout(timer);
    place("progress")?.replaceChildren();
  };

  document.addEventListener("htmx:beforeRequest", (event) => {
    running += 1;
    showProgress(event.target.closest?.("[data-progress]")?.dataset.progress);
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    running = Math.max(0, running - 1);
    if (!running) hideProgress();
    if (event.detail.successful) for (const notice of document.querySelectorAll("#messages .from-request")) notice.remove();
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status === 422) {
      event.detail.shouldSwap = true; // a form with its errors goes where the form was
      event.detail.isError = false;
    } else if (xhr.status >= 400) {
      const answer = new DOMParser().parseFromString(xhr.responseText, "text/html");
      const notices = [...answer.querySelectorAll(".notice")];
      for (const notice of notices) notice.classList.add("from-request");
      say(notices.length ? notices : words("words-refused"));
    }
  });

  for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, () => say(words("words-unreachable")));

  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && event.target.dataset.progress) showProgress(event.target.dataset.progress);
  });
  window.addEventListener("pageshow", hideProgress);
})();
