/* A log-in that ended while a form was being filled in: what was typed stays in the page, and nowhere else. Before such
   a form is sent the office is asked whether this person is still logged in. If not, nothing is sent and a dialog says
   how to log in beside this page; the next press sends the form, with the new log-in's token. What htmx sends by itself
   is not asked about first: the office's answer names the same causes (header Keiki-Log-In), with the same dialog. */
(() => {
  "use strict";
  const dialog = document.getElementById("log-in-ended");
  if (!dialog) return;
  const { person, session } = dialog.dataset;
  const asked = new WeakSet();
  let doubtful = false; // an answer to htmx said that this page's log-in is not the present one

  const filledIn = (form) =>
    form.method === "post" &&
    !form.hasAttribute("hx-post") &&
    form.querySelector("input:not([type=hidden]), textarea, select") !== null;

  const present = async () => {
    try {
      const answer = await fetch(session, { credentials: "same-origin", cache: "no-store" });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null; // the server does not answer: the browser says so when the form is sent
    }
  };

  const renew = (token) => {
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  };

  /* Say whether what this person wants may be sent now; if not, the dialog says why. */
  const maySend = async () => {
    const now = await present();
    if (now && now.person !== person) {
      for (const words of dialog.querySelectorAll("[data-when]")) {
        words.hidden = words.dataset.when !== (now.person ? "another" : "ended");
      }
      if (!dialog.open) dialog.showModal();
      return false;
    }
    if (now) {
      renew(now.token);
      doubtful = false;
    }
    return true;
  };

  document.addEventListener(
    "submit",
    async (event) => {
      const form = event.target;
      if (!filledIn(form) || asked.delete(form)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const submitter = event.submitter;
      if (!(await maySend())) return;
      asked.add(form);
      form.requestSubmit(submitter);
    },
    true,
  );

  document.addEventListener("htmx:confirm", async (event) => {
    if (!doubtful || event.detail.verb === "get") return;
    event.preventDefault();
    if (await maySend()) event.detail.issueRequest(true);
  });

  document.addEventListener("htmx:responseError", (event) => {
    if (!event.detail.xhr.getResponseHeader("Keiki-Log-In")) return;
    doubtful = true;
    maySend();
  });
})();
