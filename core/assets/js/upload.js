// [data-max-bytes]: a file over the limit is said at once, before it travels; the server checks again.
import { each } from "./page.js";

each("input[type=file][data-max-bytes]", (field) => {
  const said = document.getElementById(field.dataset.tooLargeId);
  field.addEventListener("change", () => {
    const large = [...field.files].some((file) => file.size > Number(field.dataset.maxBytes));
    if (said) said.hidden = !large;
    field.setAttribute("aria-invalid", String(large));
  });
});
