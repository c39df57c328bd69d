// [data-copy]: copies its value and says so in the live text beside it.
import { each } from "./page.js";

each("[data-copy]", (button) => {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    const said = document.getElementById(button.dataset.said);
    if (said) said.textContent = button.dataset.done;
  });
});
