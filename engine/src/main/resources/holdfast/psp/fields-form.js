// The card fields themselves, within their frame. What is typed here goes to this origin alone; the page around
// hears of a payment method, and of what it needs to know of the form.
"use strict";

(() => {
  const shop = document.body.dataset.origin;
  const form = document.querySelector("form");
  const fields = {
    number: document.getElementById("number"),
    expiry: document.getElementById("expiry"),
    cvc: document.getElementById("cvc"),
  };
  const brandShown = document.getElementById("brand");
  const touched = new Set();

  const BRANDS = [
    { name: "Visa", pattern: /^4/, lengths: [13, 16, 19], cvc: 3 },
    { name: "Mastercard", pattern: /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16], cvc: 3 },
    { name: "American Express", pattern: /^3[47]/, lengths: [15], cvc: 4, groups: [4, 6, 5] },
    { name: "Discover", pattern: /^(6011|64[4-9]|65)/, lengths: [16, 19], cvc: 3 },
    { name: "Diners Club", pattern: /^(30[0-5]|36|38)/, lengths: [14, 16], cvc: 3, groups: [4, 6, 4] },
    { name: "JCB", pattern: /^35/, lengths: [16], cvc: 3 },
    { name: "UnionPay", pattern: /^62/, lengths: [16, 19], cvc: 3 },
  ];
  const UNKNOWN = { name: "", lengths: [13, 14, 15, 16, 19], cvc: 3 };

  const digits = (text) => text.replace(/\D/g, "");
  const brand = () => BRANDS.find((it) => it.pattern.test(digits(fields.number.value))) ?? UNKNOWN;

  function passesLuhn(number) {
    let sum = 0;
    for (let fromEnd = 0; fromEnd < number.length; fromEnd++) {
      const digit = Number(number[number.length - 1 - fromEnd]);
      const weighed = fromEnd % 2 === 0 ? digit : 2 * digit;
      sum += weighed > 9 ? weighed - 9 : weighed;
    }
    return sum % 10 === 0;
  }

  function expiry() {
    const typed = digits(fields.expiry.value);
    return { month: Number(typed.slice(0, 2)), year: 2000 + Number(typed.slice(2, 4)), whole: typed.length === 4 };
  }

  const complaints = {
    number() {
      const number = digits(fields.number.value);
      if (number === "") return "Enter your card number.";
      if (!brand().lengths.includes(number.length)) return "Your card number is incomplete.";
      return passesLuhn(number) ? "" : "Your card number is incorrect. Check each digit.";
    },
    expiry() {
      const { month, year, whole } = expiry();
      if (fields.expiry.value === "") return "Enter the date on your card, as MM / YY.";
      if (!whole) return "The date is incomplete. Write it as MM / YY.";
      if (month < 1 || month > 12) return "There is no such month.";
      const today = new Date();
      const past = year < today.getFullYear() || (year === today.getFullYear() && month <= today.getMonth());
      return past ? "Your card has expired." : "";
    },
    cvc() {
      const wanted = brand().cvc;
      if (fields.cvc.value === "") return "Enter the security code.";
      return digits(fields.cvc.value).length === wanted ? "" : `The security code has ${wanted} digits.`;
    },
  };

  function tell(message) {
    window.parent.postMessage({ source: "holdfast-fields", ...message }, shop);
  }

  function tellHeight() {
    tell({ type: "resize", height: Math.ceil(document.body.getBoundingClientRect().height) });
  }

  function show(name, complaint) {
    const field = fields[name];
    const error = document.getElementById(`${name}-error`);
    if (error.textContent !== complaint) error.textContent = complaint;
    if (complaint === "") field.removeAttribute("aria-invalid");
    else field.setAttribute("aria-invalid", "true");
    tellHeight();
  }

  function grouped(number, groups) {
    const parts = [];
    for (let at = 0, group = 0; at < number.length; at += groups[group++] ?? 4) {
      parts.push(number.slice(at, at + (groups[group] ?? 4)));
    }
    return parts.join(" ");
  }

  // Only while typing at the end: elsewhere the caret would jump.
  function format(field, formatted) {
    if (field.selectionStart === field.value.length && field.value !== formatted) field.value = formatted;
  }

  function typed(event) {
    const { number, expiry: date, cvc } = fields;
    const known = brand();
    const most = Math.max(...known.lengths);
    format(number, grouped(digits(number.value).slice(0, most), known.groups ?? [4, 4, 4, 4, 4]));
    cvc.value = digits(cvc.value).slice(0, known.cvc);
    if (event.target === date && event.inputType !== "deleteContentBackward") {
      let given = digits(date.value);
      if (/^[2-9]/.test(given)) given = `0${given}`;
      format(date, given.length >= 2 ? `${given.slice(0, 2)} / ${given.slice(2, 4)}` : given);
    }
    brandShown.textContent = known.name;
    for (const name of touched) show(name, complaints[name]());
    tell({ type: "change", complete: Object.values(complaints).every((it) => it() === ""), brand: known.name });
  }

  async function submit() {
    let first = null;
    for (const name of Object.keys(fields)) {
      touched.add(name);
      const complaint = complaints[name]();
      show(name, complaint);
      if (complaint !== "") first ??= name;
    }
    if (first !== null) {
      fields[first].focus();
      tell({ type: "error", code: "incomplete", message: complaints[first]() });
      return;
    }
    const { month, year } = expiry();
    const card = new URLSearchParams({
      type: "card",
      "card[number]": digits(fields.number.value),
      "card[exp_month]": String(month),
      "card[exp_year]": String(year),
      "card[cvc]": fields.cvc.value,
    });
    try {
      const answer = await fetch("/v1/payment_methods", {
        method: "POST",
        headers: { Authorization: "Bearer pk_test_fields" },
        body: card,
      });
      const told = await answer.json();
      if (answer.ok) {
        const { brand: name, last4, exp_month, exp_year } = told.card;
        tell({ type: "token", id: told.id, card: { brand: name, last4, exp_month, exp_year } });
      } else {
        refused(told.error);
      }
    } catch {
      tell({ type: "error", code: "unreachable", message: "The payment provider does not answer. Try again." });
    }
  }

  function refused({ code, param, message }) {
    const name = { number: "number", exp_month: "expiry", exp_year: "expiry", cvc: "cvc" }[param];
    if (name !== undefined) {
      show(name, message);
      fields[name].focus();
    }
    tell({ type: "error", code: code ?? "refused", message });
  }

  form.addEventListener("input", typed);
  form.addEventListener("focusout", (event) => {
    if (event.target.value === "") return;
    touched.add(event.target.id);
    show(event.target.id, complaints[event.target.id]());
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tell({ type: "enter" });
  });
  window.addEventListener("message", (event) => {
    if (event.origin !== shop || event.source !== window.parent) return;
    if (event.data?.type === "submit") void submit();
    if (event.data?.type === "focus") fields.number.focus();
  });
  new ResizeObserver(tellHeight).observe(document.body);
  tell({ type: "ready" });
})();
