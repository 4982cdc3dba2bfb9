// What the console does beyond HTML: tables that a small window can show, and files of products.

/** Where there is no room for columns, a cell has to say of which it is. */
function label(root) {
  for (const table of root.querySelectorAll("table")) {
    const columns = [...table.querySelectorAll("thead > tr > *")].map((column) => column.textContent);
    for (const cell of table.querySelectorAll("tbody td:not([colspan])")) {
      if (cell.textContent.trim() === "") cell.classList.add("nothing");
      else if (columns[cell.cellIndex] !== "") cell.dataset.label = columns[cell.cellIndex];
    }
    table.classList.add("labeled");
  }
}
label(document);
document.addEventListener("htmx:afterSwap", (event) => label(event.target.parentElement ?? document));

// ---- where one is stands in the middle; scrollIntoView would let the first Tab begin there, not at the page's start
const here = document.querySelector(".desk-nav [aria-current]");
if (here !== null) {
  const nav = here.closest(".desk-nav");
  nav.scrollLeft = here.offsetLeft - nav.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
}

// ---- a file of products is sent as it is: first to see what would come of it, then to import it
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
      label(outcome);
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
