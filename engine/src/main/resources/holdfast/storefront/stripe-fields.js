// Stripe's own fields, in frames from Stripe, and the wallets that it finds in this browser. Each makes a payment
// method, whose id goes to the server: there the payment is confirmed, and a challenge is a page to go to.
// https://docs.stripe.com/payments/accept-a-payment-deferred
import { load } from "./page.js";

const CARD = "card"; // what a wallet pays with

/** @param total of the order, as Stripe counts it: { amount, currency, ready }; no amount: nothing is to be paid */
export async function mount(form, { place, wallets, total, onChange, onWallet }) {
  await load(form.dataset.provider);
  const stripe = window.Stripe(form.dataset.key);
  const methods = form.dataset.methods.split(",");
  let card = null;
  let wallet = null;

  /** Fields that stand for one payment method. */
  function group({ amount, currency }, paymentMethodTypes) {
    return stripe.elements({
      mode: "payment",
      amount,
      currency: currency.toLowerCase(),
      paymentMethodTypes,
      paymentMethodCreation: "manual",
      appearance: appearance(),
    });
  }

  function mountCard(now) {
    card = group(now, methods);
    const fields = card.create("payment", { wallets: { applePay: "never", googlePay: "never" } });
    fields.on("change", onChange);
    fields.mount(place);
  }

  function mountWallet(now) {
    wallet = group(now, [CARD]);
    const buttons = wallet.create("expressCheckout");
    buttons.on("click", (event) => event.resolve({}));
    buttons.on("confirm", async (event) => {
      if (!(await onWallet(() => made(wallet)))) event.paymentFailed({ reason: "fail" });
    });
    buttons.mount(wallets);
  }

  async function made(elements) {
    const checked = await elements.submit();
    if (checked.error !== undefined) throw new Error(checked.error.message);
    const answer = await stripe.createPaymentMethod({ elements });
    if (answer.error !== undefined) throw new Error(answer.error.message);
    return answer.paymentMethod.id;
  }

  function update(now) {
    const some = now.amount > 0;
    place.hidden = !some;
    wallets.hidden = !some;
    wallets.inert = !now.ready; // A wallet asks for a finger or a face: not before we know where to.
    if (!some) return;
    if (card === null) mountCard(now);
    else card.update({ amount: now.amount });
    if (!methods.includes(CARD)) return;
    if (wallet === null) mountWallet(now);
    else wallet.update({ amount: now.amount });
  }

  update(total);
  return { tokenize: () => made(card), update };
}

/** The colors and corners of the page around. */
function appearance() {
  const style = window.getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    theme: window.matchMedia("(prefers-color-scheme: dark)").matches ? "night" : "stripe",
    variables: {
      colorPrimary: token("accent"),
      colorBackground: token("surface"),
      colorText: token("ink"),
      colorTextSecondary: token("quiet"),
      colorDanger: token("bad"),
      borderRadius: token("radius"),
    },
  };
}
