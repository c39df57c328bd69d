// The theme form works without this; with it the page changes at once and the choice is sent along.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-theme-form]") || !event.submitter) return;
  event.preventDefault();
  const theme = event.submitter.value;
  const body = new FormData(form);
  body.set("theme", theme);
  document.documentElement.dataset.theme = theme;
  form.querySelector(theme === "dark" ? ".to-light" : ".to-dark")?.focus();
  fetch(form.action, { method: "POST", body: new URLSearchParams(body), redirect: "manual" });
});
