// Card fields for a shop's page: they stand in a frame from this provider, so that no card number comes near the
// shop.
//
//   <script src="http://127.0.0.1:8081/fields.js"></script>
//   const fields = HoldfastFields.mount(document.getElementById("card"), { onChange: ({ complete }) => … });
//   const { id, card } = await fields.tokenize(); // id: pm_…, for the shop's server
"use strict";

(() => {
  const provider = new URL(document.currentScript.src).origin;

  function mount(place, { onReady, onChange, onEnter } = {}) {
    const frame = document.createElement("iframe");
    frame.src = `${provider}/fields?origin=${encodeURIComponent(window.location.origin)}`;
    frame.title = "Card details";
    frame.style.cssText = "width: 100%; height: 190px; border: 0; display: block; color-scheme: light dark;";
    let waiting = null;

    function settle(how, what) {
      const { resolve, reject } = waiting ?? {};
      waiting = null;
      if (how === "token") resolve?.(what);
      else reject?.(what);
    }

    function hear(event) {
      if (event.origin !== provider || event.source !== frame.contentWindow) return;
      const { source, type, ...data } = event.data ?? {};
      if (source !== "holdfast-fields") return;
      if (type === "ready") onReady?.();
      else if (type === "change") onChange?.(data);
      else if (type === "enter") onEnter?.();
      else if (type === "resize") frame.style.height = `${data.height}px`;
      else if (type === "token") settle("token", data);
      else if (type === "error") settle("error", Object.assign(new Error(data.message), { code: data.code }));
    }

    function say(type) {
      frame.contentWindow.postMessage({ type }, provider);
    }

    window.addEventListener("message", hear);
    place.replaceChildren(frame);
    return {
      /** The payment method, or an error with a message for the shopper, which the fields show as well. */
      tokenize() {
        settle("error", new Error("Asked again"));
        return new Promise((resolve, reject) => {
          waiting = { resolve, reject };
          say("submit");
        });
      },
      focus() {
        say("focus");
      },
      unmount() {
        window.removeEventListener("message", hear);
        frame.remove();
      },
    };
  }

  window.HoldfastFields = Object.freeze({ mount });
})();
