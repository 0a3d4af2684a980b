// Says in words when a passkey was cancelled or is not there; the log-in library only tells the console.
(() => {
  "use strict";
  document.addEventListener("allauth.error", (event) => {
    const words = document.getElementById("words-passkey");
    const place = document.getElementById("messages");
    if (!words || !place) return;
    event.preventDefault();
    place.replaceChildren(words.content.cloneNode(true));
  });
})();
