/* Copying a code: <button data-copy="text" data-copied="Copied"> puts the text on the clipboard and says so. */
(() => {
  "use strict";
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      return; // without the right to the clipboard the code beside the button can be selected
    }
    const before = button.textContent;
    button.textContent = button.dataset.copied;
    button.classList.add("copied");
    setTimeout(() => {
      button.textContent = before;
      button.classList.remove("copied");
    }, 1600);
  });
})();
