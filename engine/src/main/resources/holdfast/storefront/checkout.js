// The checkout beyond HTML: the countdown of the hold, the provider's card fields, and one payment a click, however
// often it is clicked.
import { toast } from "./page.js";

const form = document.getElementById("checkout");

// ---- the countdown: by how long it takes, not by the clock on the wall, which may be wrong
const clock = document.getElementById("clock");
const began = performance.now();
const seconds = Number(clock.dataset.seconds);
const MARKS = [300, 120, 60];
let heard = seconds;

function tick() {
  const left = Math.max(0, Math.ceil(seconds - (performance.now() - began) / 1000));
  clock.querySelector(".number").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  for (const mark of MARKS) {
    if (left <= mark && heard > mark) {
      heard = mark;
      const minutes = mark === 60 ? "One minute" : `${mark / 60} minutes`;
      document.getElementById("clock-heard").textContent = `${minutes} left. If it runs out, nothing is charged.`;
    }
  }
  if (left <= 120 && !clock.classList.contains("soon")) {
    clock.classList.add("soon");
    document.getElementById("clock-words").textContent =
      "Not long now. If it runs out, nothing is charged, and you can hold what is left again: what you typed stays.";
  }
  if (left > 0) window.setTimeout(tick, 250);
  else if (!paying) window.setTimeout(() => window.location.reload(), 1500);
}

// ---- the card, in a frame from the provider
const place = document.getElementById("card");
let fields = null;

function mount() {
  if (place === null || form.dataset.provider === undefined) return;
  const script = document.createElement("script");
  script.src = form.dataset.provider;
  script.nonce = document.querySelector("script[nonce]").nonce;
  script.addEventListener("load", () => {
    fields = window.HoldfastFields.mount(place, {
      onChange: () => complain(""),
      onEnter: () => document.getElementById("pay").click(),
    });
  });
  script.addEventListener("error", () => complain("The card fields do not load. Try again in a moment."));
  document.head.append(script);
}

function complain(text) {
  document.getElementById("card-wrong").textContent = text;
}

// ---- paying
let paying = false;

function busy(on) {
  paying = on;
  for (const button of form.querySelectorAll("[data-pay]")) {
    button.disabled = on;
    button.classList.toggle("busy", on && button.id === "pay");
  }
}

async function pay(button) {
  if (paying) return;
  busy(true);
  complain("");
  const sent = new URLSearchParams(new FormData(form));
  try {
    if (button.dataset.pay === "wallet") {
      sent.set("token", button.value);
    } else if (button.dataset.pay === "card") {
      if (fields === null) throw new Error("The card fields do not load. Try again in a moment.");
      const missing = [...form.querySelectorAll("[aria-required]")].find((it) => it.value.trim() === "");
      sent.set("token", missing === undefined ? (await fields.tokenize()).id : "");
    }
  } catch (refused) {
    busy(false);
    complain(refused.message);
    return;
  }
  try {
    const answer = await fetch(form.dataset.payUrl, { method: "POST", body: sent, headers: { "HX-Request": "true" } });
    const next = answer.headers.get("HX-Redirect");
    if (next !== null) {
      window.location.assign(next); // and stays busy until the next page is there
      return;
    }
    if (!answer.ok && answer.status !== 422) throw new Error(String(answer.status));
    htmx.swap(document.body, await answer.text(), { swapStyle: "none" });
    busy(false);
    mark();
    (form.querySelector("[aria-invalid]") ?? document.querySelector("#notice .banner"))?.focus();
    document.querySelector("#notice .banner")?.scrollIntoView({ block: "center" });
  } catch {
    // Nobody knows whether it arrived. The same attempt again is the same payment, so asking again is safe.
    busy(false);
    toast("The connection is gone. Press pay again: you are charged once, however often you press.", "bad");
  }
}

form.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button?.dataset.pay !== undefined) {
    event.preventDefault();
    void pay(button);
  }
});

// While money moves nothing else is sent.
form.addEventListener("htmx:beforeRequest", (event) => {
  if (paying) event.preventDefault();
});

// ---- what is wrong is said beside the field, and to whoever cannot see it
function mark() {
  for (const wrong of form.querySelectorAll(".wrong[id$='-wrong']")) {
    const field = document.getElementById(wrong.id.replace(/-wrong$/, ""));
    if (field === null) continue;
    if (wrong.textContent.trim() === "") field.removeAttribute("aria-invalid");
    else field.setAttribute("aria-invalid", "true");
  }
}
document.addEventListener("htmx:oobAfterSwap", mark);

mount();
tick();
document.querySelector("#notice .banner")?.focus();
