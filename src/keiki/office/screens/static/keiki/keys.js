/* Keys that work everywhere: "/" to the search, "?" the list of keys, "g" and a letter to a section, Ctrl+Enter sends
   the form one is in. A page gives a key of its own to any link or button with data-shortcut="z". Whoever dictates or
   types with a stick switches the keys of one letter off in the menu ([data-keys-choice]); the choice is kept. */
(() => {
  "use strict";
  const patience = 1200; // ms between "g" and its letter
  const kept = "keiki-keys";
  let goingUntil = 0;

  const letters = () => {
    try {
      return localStorage.getItem(kept) !== "off";
    } catch {
      return true;
    }
  };

  const showChoice = () => {
    document.documentElement.classList.toggle("keys-off", !letters());
    for (const button of document.querySelectorAll("[data-keys-choice]"))
      button.setAttribute("aria-pressed", String((button.dataset.keysChoice === "on") === letters()));
  };

  const writing = (element) =>
    element.isContentEditable || element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=submit])");

  const press = (element) => {
    if (element.disabled || element.getAttribute("aria-disabled") === "true") element.focus();
    else element.click();
  };

  const find = (attribute, key) =>
    [...document.querySelectorAll(`[${attribute}]`)].find(
      (element) => element.getAttribute(attribute) === key && element.checkVisibility(),
    );

  const act = (key) => {
    if (Date.now() < goingUntil) {
      goingUntil = 0;
      return find("data-key", key);
    }
    if (key === "g") {
      goingUntil = Date.now() + patience;
      return null;
    }
    return find("data-shortcut", key);
  };

  document.addEventListener("keydown", (event) => {
    const at = event.target instanceof Element ? event.target : document.body;
    if (event.isComposing || event.defaultPrevented) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && at.form) {
      event.preventDefault();
      at.form.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && at.matches("#search")) at.blur();
    if (event.key === "Escape") {
      const menu = at.closest("details.menu[open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
      return;
    }
    if (!letters() || writing(at) || document.querySelector("dialog[open]")) return;
    if (event.key === "/") {
      const search = document.getElementById("search");
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "?") {
      const keys = document.getElementById("keys");
      if (!keys) return;
      event.preventDefault();
      keys.showModal();
    } else {
      const element = act(event.key.length === 1 ? event.key.toLowerCase() : event.key);
      if (!element) return;
      event.preventDefault();
      press(element);
    }
  });

  showChoice();
  document.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-keys-choice]");
    if (!choice) return;
    try {
      localStorage.setItem(kept, choice.dataset.keysChoice);
    } catch {
      /* without storage nothing is chosen */
    }
    showChoice();
  });

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]"))
      if (!menu.contains(event.target)) menu.open = false;
  });
})();
