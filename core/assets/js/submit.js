// A second press while the first is under way sends nothing. The button stays as it is (never
// disabled); the server has its idempotency key for what gets through all the same.
const pending = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches("[data-again]")) return;
  if (pending.has(form)) {
    event.preventDefault();
    return;
  }
  pending.add(form);
  event.submitter?.setAttribute("aria-busy", "true");
});

// The form may be sent again after coming back to the page or after an htmx answer.
const release = (form) => {
  pending.delete(form);
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
};
window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach(release));
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest("form");
  if (form) release(form);
});
