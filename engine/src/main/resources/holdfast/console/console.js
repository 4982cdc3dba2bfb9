// Sends a file of products as it is: first to see what would come of it, then to import it.

const card = document.querySelector("[data-import]");
if (card !== null) {
  const file = card.querySelector("input[type=file]");
  const outcome = card.querySelector("[data-outcome]");
  const confirm = card.querySelector("[data-confirm]");

  const send = async (path) => {
    confirm.hidden = true;
    file.disabled = true;
    outcome.textContent = "Reading the file …";
    try {
      const answer = await fetch(path, {
        method: "POST",
        headers: { "Content-Type": "text/csv", "Holdfast-Csrf": card.dataset.csrf },
        body: file.files[0],
      });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const told = page.querySelector("[data-good]") ?? page.querySelector("main");
      outcome.replaceChildren(told);
      confirm.hidden = Number(told.dataset.good ?? 0) === 0;
    } catch {
      outcome.textContent = "The connection is gone. Try again in a moment.";
    } finally {
      file.disabled = false;
    }
  };

  file.addEventListener("change", () => {
    if (file.files.length === 1) send("/console/inventory/import/preview");
  });
  confirm.addEventListener("click", () => send("/console/inventory/import"));
}
