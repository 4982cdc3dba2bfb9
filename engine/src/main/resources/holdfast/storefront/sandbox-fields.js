// The card fields of the sandbox, in a frame from there.
import { load } from "./page.js";

export async function mount(form, { place, onChange, onEnter }) {
  await load(form.dataset.provider);
  const fields = window.HoldfastFields.mount(place, { onChange, onEnter });
  return {
    tokenize: async () => (await fields.tokenize()).id,
    update() {},
  };
}
