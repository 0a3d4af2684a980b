/* The theme: what the system says, or light or dark as this person chose in this browser. Runs before the page is
   drawn, so that no screen flashes in the other theme. */
(() => {
  "use strict";
  const root = document.documentElement;
  const key = "keiki-theme";

  const chosen = () => {
    try {
      return localStorage.getItem(key) || "auto";
    } catch {
      return "auto";
    }
  };

  const show = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
    for (const button of document.querySelectorAll("[data-theme-choice]"))
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
  };

  root.classList.add("js");
  show(chosen());
  document.addEventListener("DOMContentLoaded", () => show(chosen()));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    try {
      localStorage.setItem(key, button.dataset.themeChoice);
    } catch {
      /* without storage the choice holds for this page */
    }
    show(button.dataset.themeChoice);
  });
})();
