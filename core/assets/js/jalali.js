// The Jalali calendar between 1300 and 1500, by the 33-year rule, which is exact there.
// A day is a number: days since 1970-01-01, the same as Date's, so that weekdays come for free.
const DAY = 86400000;
const NEW_YEAR_1300 = Date.UTC(1921, 2, 21) / DAY;

export const FIRST_YEAR = 1300;
export const LAST_YEAR = 1500;

export const isLeap = (year) => (25 * year + 11) % 33 < 8;

export const monthLength = (year, month) => (month < 7 ? 31 : month < 12 || isLeap(year) ? 30 : 29);

const yearStart = (year) => {
  let day = NEW_YEAR_1300;
  for (let y = FIRST_YEAR; y < year; y += 1) day += isLeap(y) ? 366 : 365;
  return day;
};

// Day number of a Jalali date.
export const toDay = (year, month, day) => yearStart(year) + (month < 7 ? (month - 1) * 31 : 186 + (month - 7) * 30) + day - 1;

// [year, month, day] of a day number.
export function fromDay(number) {
  let year = FIRST_YEAR + Math.floor((number - NEW_YEAR_1300) / 365.2425);
  if (yearStart(year) > number) year -= 1;
  if (yearStart(year + 1) <= number) year += 1;
  const rest = number - yearStart(year);
  const month = rest < 186 ? Math.floor(rest / 31) : 6 + Math.floor((rest - 186) / 30);
  return [year, month + 1, rest - (month < 7 ? month * 31 : 186 + (month - 6) * 30) + 1];
}

// 0 = Saturday … 6 = Friday, the order of the Iranian week.
export const weekday = (number) => (((number + 5) % 7) + 7) % 7;

// Today in Tehran (UTC+3:30, no summer time since 1401) as a day number.
export const todayInTehran = (now = Date.now()) => Math.floor((now + 12600000) / DAY);

// Day number of what was typed (year first; 1405/9/2, 14050902, Gregorian too), or null.
export function parseDay(text) {
  const found = /^(\d{4})[/\-.](\d{1,2})[/\-.](\d{1,2})$/.exec(text) || /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (!found) return null;
  const [year, month, day] = found.slice(1).map(Number);
  if (year >= 1900) {
    const number = Date.UTC(year, month - 1, day) / DAY;
    const back = new Date(number * DAY);
    return back.getUTCMonth() === month - 1 && back.getUTCDate() === day ? number : null;
  }
  if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || day < 1 || day > monthLength(year, month)) return null;
  return toDay(year, month, day);
}

// The day `months` later (or earlier), on the last day when the month is shorter; stays in range.
export function addMonths(number, months) {
  const [year, month, day] = fromDay(number);
  const index = year * 12 + month - 1 + months;
  const [y, m] = [Math.floor(index / 12), (index % 12) + 1];
  if (y < FIRST_YEAR || y > LAST_YEAR) return number;
  return toDay(y, m, Math.min(day, monthLength(y, m)));
}
