// What every page does, shop and console alike: times in the reader's own words, drawers and dialogs, a word when the
// network fails. Without it everything still works.

document.documentElement.classList.add("js");

/** Says something in passing. */
export function toast(text, tone = "note") {
  const place = document.getElementById("toasts");
  if (place === null) return;
  const said = document.createElement("p");
  said.className = `banner ${tone}`;
  said.textContent = text;
  place.replaceChildren(said);
  window.setTimeout(() => said.remove(), 8000);
}

/** Runs a script of somebody else's, whom this page lets in. */
export function load(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.nonce = document.querySelector("script[nonce]").nonce;
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.head.append(script);
  });
}

/** Times are written in UTC; whoever reads them has a clock on the wall. */
function localize(root) {
  for (const time of root.querySelectorAll("time[datetime]:not([data-local])")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    const day = { dateStyle: "medium" };
    const style = time.dataset.only === "day" ? day : { ...day, timeStyle: "short" };
    time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, style).format(at);
    time.dataset.local = "";
  }
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener !== null) {
    const dialog = document.getElementById(opener.dataset.opens);
    if (dialog instanceof HTMLDialogElement) {
      event.preventDefault();
      dialog.showModal();
    }
    return;
  }
  const closer = event.target.closest("[data-closes]");
  if (closer !== null) {
    event.preventDefault();
    closer.closest("dialog")?.close();
    return;
  }
  if (event.target instanceof HTMLDialogElement) event.target.close(); // beside it
});

/** What a page of ours says went wrong, for a place that shows no page. */
export function said(html) {
  const what = new DOMParser().parseFromString(html, "text/html").querySelector("[data-what]");
  return what?.textContent ?? "That did not work. Try again.";
}

document.addEventListener("htmx:responseError", (event) => toast(said(event.detail.xhr.responseText), "bad"));
document.addEventListener("htmx:sendError", () => toast("The connection is gone. Try again in a moment.", "bad"));
document.addEventListener("htmx:afterSwap", (event) => localize(event.target.parentElement ?? document));

localize(document);
document.querySelector("[data-flash]")?.focus({ preventScroll: true });
