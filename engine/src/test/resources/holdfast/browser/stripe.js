// Stands in for Stripe.js in stories: what its documentation says of the part that our page uses, and no more. Whatever
// is used in another way ends in an IntegrationError, as it does at Stripe's.
"use strict";

(() => {
  const STRIPE = "https://js.stripe.com";
  const GROUP = ["mode", "amount", "currency", "paymentMethodTypes", "paymentMethodCreation", "appearance"];
  const APPEARANCE = ["theme", "variables"];

  class IntegrationError extends Error {
    name = "IntegrationError";
  }

  function demand(holds, what) {
    if (!holds) throw new IntegrationError(what);
  }

  function knows(given, known, what) {
    for (const name of Object.keys(given)) demand(known.includes(name), `${what}: unknown option ${name}`);
  }

  function demandAmount(amount) {
    demand(Number.isInteger(amount) && amount > 0, `amount: ${amount} is no positive whole number`);
  }

  function frame(place, title, path) {
    demand(place instanceof HTMLElement, "mount: no element");
    const made = document.createElement("iframe");
    made.title = title;
    made.src = `${STRIPE}${path}`;
    made.style.setProperty("width", "100%");
    made.style.setProperty("border", "0");
    place.replaceChildren(made);
    return made;
  }

  function element(type, title, path) {
    const handlers = {};
    let mounted = null;
    const it = {
      type,
      get frame() {
        return mounted;
      },
      tell: (name, event) => handlers[name]?.({ elementType: type, ...event }),
      mount: (place) => {
        mounted = frame(place, title, path);
        window.addEventListener("message", (event) => {
          if (event.origin !== STRIPE || event.source !== mounted.contentWindow) return;
          it.hear(event.data);
        });
      },
      on: (name, handler) => {
        handlers[name] = handler;
        return it;
      },
    };
    return it;
  }

  function payment(options) {
    knows(options, ["wallets"], "payment");
    const it = element("payment", "Secure payment input frame", "/v3/elements-inner-payment.html");
    let asked = null;
    it.hear = (data) => {
      if (data.type === "change") it.tell("change", { empty: data.card.number === "", complete: data.complete });
      if (data.type === "card") asked?.(data);
    };
    it.collect = () =>
      new Promise((resolve) => {
        asked = ({ complete, card }) =>
          resolve(complete ? { card } : { error: { type: "validation_error", message: "Your card number is incomplete." } });
        it.frame.contentWindow.postMessage("collect", STRIPE);
      });
    return it;
  }

  function expressCheckout() {
    const it = element("expressCheckout", "Secure express checkout frame", "/v3/elements-inner-express.html");
    it.collect = async () => ({ card: { wallet: "google_pay", number: "4242424242424242" } });
    it.hear = (data) => {
      if (data.type === "ready") it.tell("ready", { availablePaymentMethods: { applePay: false, googlePay: true } });
      if (data.type !== "click") return;
      let resolved = false;
      it.tell("click", { expressPaymentType: "google_pay", resolve: () => (resolved = true) });
      demand(resolved, "click: resolve was not called within a second");
      it.tell("confirm", {
        expressPaymentType: "google_pay",
        paymentFailed: () => it.frame.contentWindow.postMessage("failed", STRIPE),
      });
    };
    return it;
  }

  window.Stripe = (key) => {
    demand(typeof key === "string" && key.startsWith("pk_"), "Invalid API Key: this is not a publishable key");

    function elements(options) {
      knows(options, GROUP, "elements");
      knows(options.appearance ?? {}, APPEARANCE, "appearance");
      for (const [name, value] of Object.entries(options.appearance?.variables ?? {})) {
        demand(value !== "", `appearance.variables.${name} is empty`);
      }
      demand(options.mode === "payment", "elements: mode");
      demandAmount(options.amount);
      demand(/^[a-z]{3}$/.test(options.currency), `currency: ${options.currency} is not in lower case`);
      demand(Array.isArray(options.paymentMethodTypes), "elements: paymentMethodTypes");
      let only = null;
      const group = {
        options: { ...options },
        collected: null,
        create(type, more = {}) {
          demand(only === null, `elements: has a ${only?.type} already`);
          demand(type === "payment" || type === "expressCheckout", `elements: no ${type}`);
          only = type === "payment" ? payment(more) : expressCheckout();
          return only;
        },
        update(more) {
          knows(more, GROUP, "update");
          if (more.amount !== undefined) demandAmount(more.amount);
          Object.assign(group.options, more);
          only.frame.dataset.amount = String(group.options.amount);
        },
        async submit() {
          const { card, error } = await only.collect();
          group.collected = card ?? null;
          return error === undefined ? { selectedPaymentMethod: "card" } : { error };
        },
      };
      return group;
    }

    async function createPaymentMethod({ elements: group, ...more }) {
      knows(more, ["params"], "createPaymentMethod");
      demand(group.options.paymentMethodCreation === "manual", "elements: paymentMethodCreation has to be manual");
      demand(group.collected !== null, "elements.submit() must be called before stripe.createPaymentMethod()");
      const { number, wallet } = group.collected;
      group.collected = null;
      const body = new URLSearchParams({
        key,
        type: "card",
        "card[number]": number,
        "card[exp_month]": "12",
        "card[exp_year]": "2034",
        "card[cvc]": "123",
      });
      if (wallet !== undefined) body.set("card[wallet]", wallet);
      const answer = await fetch("https://api.stripe.com/v1/payment_methods", { method: "POST", body });
      const told = await answer.json();
      return answer.ok ? { paymentMethod: told } : { error: told.error };
    }

    return { elements, createPaymentMethod };
  };
})();
