// A progress fragment asks once a second by itself and ends by not asking again. This module only
// ends what can't end itself: after five failures in a row it says so and stops.
const failures = new WeakMap();
const MOST = 5;

document.addEventListener("htmx:afterRequest", (event) => {
  const fragment = event.target.closest?.("[data-poll]");
  if (!fragment) return;
  const failed = event.detail.successful ? 0 : (failures.get(fragment) || 0) + 1;
  failures.set(fragment, failed);
  if (failed < MOST) return;
  const said = fragment.querySelector("[data-poll-failed]");
  if (said) said.hidden = false;
  fragment.dispatchEvent(new CustomEvent("hamyar:stop"));
  fragment.removeAttribute("hx-get");
  fragment.removeAttribute("hx-trigger");
  window.htmx?.process(fragment);
});

// No asking from a tab that nobody looks at.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.target.closest?.("[data-poll]")) event.preventDefault();
});
