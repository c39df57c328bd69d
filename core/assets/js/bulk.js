// Selection for bulk actions: the box in the head marks the page, the bar says how many are chosen.
import { each, localDigits } from "./page.js";

each("form[data-bulk]", (form) => {
  const boxes = () => [...form.querySelectorAll("tbody input[type=checkbox]")];
  const all = form.querySelector("[data-bulk-all]");
  const count = form.querySelector("[data-bulk-count]");
  const everything = form.querySelector("[data-bulk-everything]");
  const update = () => {
    const chosen = boxes().filter((box) => box.checked).length;
    if (all) {
      all.checked = chosen > 0 && chosen === boxes().length;
      all.indeterminate = chosen > 0 && chosen < boxes().length;
    }
    const number = everything?.checked ? everything.dataset.total : chosen;
    if (count) count.textContent = count.dataset.text.replace("{n}", localDigits(number));
    const line = everything?.closest("label");
    if (line && !everything.checked) line.hidden = !all?.checked;
  };
  if (all) all.closest("[hidden]")?.removeAttribute("hidden");
  form.addEventListener("change", (event) => {
    if (event.target === all) boxes().forEach((box) => (box.checked = all.checked));
    else if (event.target !== everything && everything && !event.target.checked) everything.checked = false;
    update();
  });
  update();
});
