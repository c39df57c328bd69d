// Switching the language keeps what was typed: it waits in this tab's memory for the page that
// follows, and is taken out of it there at once. Secrets and files are never kept.
const KEY = "hamyar.typed";
const keepable = (field) => field.name && !["password", "file", "hidden"].includes(field.type) && !field.matches("[data-secret]");
const typedFields = () => [...document.querySelectorAll("main form[method=post] :is(input, select, textarea)")].filter(keepable);

document.addEventListener("click", (event) => {
  if (!event.target.closest("a[data-language]")) return;
  const values = typedFields().map((field) => [field.name, field.value, field.checked]);
  sessionStorage.setItem(KEY, JSON.stringify({ path: location.pathname, values }));
});

const kept = JSON.parse(sessionStorage.getItem(KEY) || "null");
sessionStorage.removeItem(KEY);
if (kept?.path === location.pathname) {
  const fields = typedFields();
  kept.values.forEach(([name, value, checked], index) => {
    const field = fields[index];
    if (field?.name !== name) return;
    if (["checkbox", "radio"].includes(field.type)) field.checked = checked;
    else field.value = value;
  });
}
