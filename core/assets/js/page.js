// What several modules ask about the page: language, digits, parts that htmx brings later.
const root = document.documentElement;

export const persian = () => root.lang === "fa";

export const rightToLeft = () => root.dir === "rtl";

// Persian digits on Persian pages; the server does the same with its filter fa_num.
export const localDigits = (text) =>
  persian() ? String(text).replace(/\d/g, (d) => "۰۱۲۳۴۵۶۷۸۹"[d]) : String(text);

// All three digit families become ASCII.
export const latinDigits = (text) =>
  text.replace(/[۰-۹]/g, (d) => d.charCodeAt(0) - 0x6f0).replace(/[٠-٩]/g, (d) => d.charCodeAt(0) - 0x660);

// Run `work` on every element now and on those that htmx swaps in.
export function each(selector, work) {
  const run = (scope) => {
    if (scope.matches?.(selector)) work(scope);
    scope.querySelectorAll(selector).forEach(work);
  };
  run(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) run(event.target);
  });
}
