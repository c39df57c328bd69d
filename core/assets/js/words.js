// Whole numbers in words, in the style of Iranian money («یکصد», «یک هزار»), for the live text only:
// what is stored and printed is worded by the server. Tested against the same vectors.
const ONES = ["", "یک", "دو", "سه", "چهار", "پنج", "شش", "هفت", "هشت", "نه", "ده", "یازده", "دوازده", "سیزده", "چهارده", "پانزده", "شانزده", "هفده", "هجده", "نوزده"];
const TENS = ["", "", "بیست", "سی", "چهل", "پنجاه", "شصت", "هفتاد", "هشتاد", "نود"];
const HUNDREDS = ["", "یکصد", "دویست", "سیصد", "چهارصد", "پانصد", "ششصد", "هفتصد", "هشتصد", "نهصد"];
const SCALES = ["", "هزار", "میلیون", "میلیارد", "تریلیون"];
const EN_ONES = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"];
const EN_TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const EN_SCALES = ["", "thousand", "million", "billion", "trillion"];

// 1–999 in Persian, as a list of parts.
const faGroup = (n) => [HUNDREDS[Math.floor(n / 100)], ...(n % 100 < 20 ? [ONES[n % 100]] : [TENS[Math.floor((n % 100) / 10)], ONES[n % 10]])];

// 1–999 in English.
const enGroup = (n) => {
  const tail = n % 100 < 20 ? EN_ONES[n % 100] : [EN_TENS[Math.floor((n % 100) / 10)], EN_ONES[n % 10]].filter(Boolean).join("-");
  return [n > 99 ? `${EN_ONES[Math.floor(n / 100)]} hundred` : "", tail].filter(Boolean).join(" ");
};

// `number` (whole, 0 … 10^15) in words, or "" beyond.
export function inWords(number, language) {
  if (!Number.isSafeInteger(number) || number < 0 || number >= 1e15) return "";
  if (number === 0) return language === "fa" ? "صفر" : "zero";
  const groups = [];
  for (let rest = number, scale = 0; rest > 0; rest = Math.floor(rest / 1000), scale += 1) {
    const group = rest % 1000;
    if (group === 0) continue;
    const words = language === "fa" ? faGroup(group).filter(Boolean).join(" و ") : enGroup(group);
    groups.unshift([words, (language === "fa" ? SCALES : EN_SCALES)[scale]].filter(Boolean).join(" "));
  }
  return groups.join(language === "fa" ? " و " : " ");
}
