// The checkout beyond HTML: the countdown of the hold, the provider's card fields, and one payment a click, however
// often it is clicked.
import { said, toast } from "./page.js";

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
const NOT_THERE = "The card fields do not load. Try again in a moment.";
let fields = null;

async function mount() {
  if (place === null || form.dataset.provider === undefined) return;
  try {
    const provider = await import(form.dataset.fields === "stripe" ? "./stripe-fields.js" : "./sandbox-fields.js");
    fields = await provider.mount(form, {
      place,
      wallets: document.getElementById("wallets"),
      total: total(),
      onChange: () => complain(""),
      onEnter: () => document.getElementById("pay").click(),
      onWallet: (token) => pay(null, token),
    });
    fields.update(total()); // It may have changed while they came.
  } catch {
    complain(NOT_THERE);
  }
}

/** What is to be paid, as the provider counts it. */
function total() {
  const { amount, currency, ready } = document.getElementById("paybox").dataset;
  return { amount: Number(amount ?? 0), currency, ready: ready !== undefined };
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

/** What stands for the money, when this button is pressed. */
async function tokenOf(button) {
  if (button.dataset.pay === "wallet") return button.value;
  if (button.dataset.pay !== "card") return "";
  if (fields === null) throw new Error(NOT_THERE);
  const missing = [...form.querySelectorAll("[aria-required]")].find((it) => it.value.trim() === "");
  return missing === undefined ? fields.tokenize() : "";
}

/** Pays with what the button stands for, or with a wallet's token; tells whether that leads on. */
async function pay(button, wallet) {
  if (paying) return false;
  busy(true);
  complain("");
  const sent = new URLSearchParams(new FormData(form));
  try {
    sent.set("token", await (wallet === undefined ? tokenOf(button) : wallet()));
  } catch (refused) {
    busy(false);
    complain(refused.message);
    return false;
  }
  try {
    const answer = await fetch(form.dataset.payUrl, { method: "POST", body: sent, headers: { "HX-Request": "true" } });
    const next = answer.headers.get("HX-Redirect");
    if (next !== null) {
      window.location.assign(next); // and stays busy until the next page is there
      return true;
    }
    if (answer.status === 429) {
      busy(false);
      complain(said(await answer.text()));
      return false;
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
  return false;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter;
  if (button?.dataset.pay !== undefined) void pay(button);
  else save(button);
});

// ---- a discount code, and all else that is sent but does not pay: in place, or the card in its frame would be lost
let asked = false;

function save(button) {
  asked = true;
  const values = button?.name ? { [button.name]: button.value } : {};
  void htmx.ajax("POST", form.action, { source: "#details", values });
}

/** Who pressed a button hears what came of it, and stays near it. */
function answer() {
  if (!asked) return;
  asked = false;
  const wrong = form.querySelector("#codes [aria-invalid]");
  if (wrong !== null || document.activeElement === document.body) document.getElementById("code").focus();
  const heard = document.getElementById("total-heard");
  heard.textContent = wrong === null ? `Your total is ${document.getElementById("total").textContent}.` : "";
}

// While money moves nothing else is sent, and no change twice: who presses a button has just left a field, which would
// be saved once more, and the answer would take away what is typed by then.
let unsaved = false;
form.addEventListener("change", () => {
  unsaved = true;
});
form.addEventListener("htmx:beforeRequest", (event) => {
  const again = event.detail.requestConfig.triggeringEvent?.type === "change" && !unsaved;
  if (paying || again) event.preventDefault();
  else unsaved = false;
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

// ---- what has changed, once for each answer, however many pieces of the page it brings
let changed = false;
document.addEventListener("htmx:oobAfterSwap", () => {
  if (changed) return;
  changed = true;
  queueMicrotask(() => {
    changed = false;
    mark();
    if (place !== null) place.hidden = document.getElementById("pay").dataset.pay === "free";
    fields?.update(total());
    answer();
  });
});

void mount();
tick();
document.querySelector("#notice .banner")?.focus();
