// What the shop's pages do beyond HTML: the cart as a drawer, stock that moves, an order that moves, forms that are
// sent once. Without it there are pages and forms.
import "./page.js";

const drawer = document.getElementById("cart-drawer");

// ---- the cart, from the side
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-cart]");
  if (link === null || event.ctrlKey || event.metaKey || event.shiftKey || window.location.pathname === "/cart") return;
  event.preventDefault();
  void htmx.ajax("GET", "/cart/drawer", { target: "#drawer", swap: "innerHTML" });
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "drawer") return;
  if (window.location.pathname === "/cart") window.location.reload();
  else if (!drawer.open) drawer.showModal();
});
document.addEventListener("change", (event) => {
  if (event.target.closest("[data-cart-line]") !== null) event.target.form.requestSubmit();
});

// ---- once is enough
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset.once === undefined) return;
  if (form.dataset.sent !== undefined) event.preventDefault();
  form.dataset.sent = "";
  form.classList.add("busy");
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload(); // Come back by the back button: much may have happened since.
});

// ---- how many are left
const shelf = document.querySelector("[data-live-stock]");
if (shelf !== null) {
  const cards = new Map();
  for (const card of shelf.querySelectorAll("[data-sku]")) cards.set(card.dataset.sku, card.querySelector("[data-stock]"));
  const query = new URLSearchParams([...cards.keys()].map((sku) => ["sku", sku]));
  const events = new EventSource(`/live/stock?${query}`);
  events.addEventListener("stock", (event) => {
    const [sku, tone, text] = event.data.split("\n");
    const badge = cards.get(sku);
    if (badge === undefined || badge === null || badge.textContent === text) return;
    badge.className = `badge ${tone}`;
    badge.textContent = text;
  });
}

// ---- how far the order is
const order = document.querySelector("[data-live-order]");
if (order !== null) {
  const id = order.dataset.liveOrder;
  const events = new EventSource(`/live/orders/${id}`);
  events.addEventListener("order", async (event) => {
    if (order.querySelector("#order").dataset.version === event.data) return;
    await htmx.ajax("GET", `/orders/${id}/state`, { target: order, swap: "innerHTML" });
  });
}

// ---- until it begins, and as long as it is your turn
const beganAt = performance.now();
let reloads = false;
window.setInterval(() => {
  for (const clock of document.querySelectorAll("[data-counts-down]")) {
    clock.dataset.since ??= String(performance.now());
    const left = Math.max(0, Math.ceil(Number(clock.dataset.countsDown) - (performance.now() - Number(clock.dataset.since)) / 1000));
    const parts = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
    if (parts[0] === 0) parts.shift();
    clock.textContent = parts.map((part, at) => (at === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
    if (left === 0 && !reloads && performance.now() - beganAt > 2000) {
      reloads = true;
      window.setTimeout(() => window.location.reload(), 1200);
    }
  }
}, 500);

