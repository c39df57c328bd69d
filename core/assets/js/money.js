// [data-money]: groups the digits after typing and says the amount in words below the field,
// in toman, as people speak: the best guard against a lost zero.
import { each, latinDigits, localDigits, persian } from "./page.js";
import { inWords } from "./words.js";

// Digits of an amount as typed, "" when it isn't one.
export const amountDigits = (text) => {
  const plain = latinDigits(text).replace(/[\s,،٬'_]/g, "");
  return /^\d{1,15}$/.test(plain) ? plain.replace(/^0+(?=\d)/, "") : "";
};

each("[data-money]", (field) => {
  const target = document.getElementById(field.dataset.words);
  const say = () => {
    const digits = amountDigits(field.value);
    const toman = digits ? Math.floor(Number(digits) / 10) : 0;
    const rest = digits ? Number(digits) % 10 : 0;
    const language = persian() ? "fa" : "en";
    const parts = [toman && `${inWords(toman, language)} ${target.dataset.toman}`, rest && `${inWords(rest, language)} ${target.dataset.rial}`];
    target.textContent = parts.filter(Boolean).join(target.dataset.and);
  };
  if (target) field.addEventListener("input", say);
  if (target && field.value) say();
  field.addEventListener("change", () => {
    const digits = amountDigits(field.value);
    if (digits) field.value = localDigits(digits.replace(/\B(?=(\d{3})+$)/g, persian() ? "٬" : ","));
  });
});
