// The calendar dialog behind the button of a date field: dialog and grid roles, all by keyboard.
// Its words stand in <template id="calendar"> of the layout; the field stays an ordinary text field.
import { each, latinDigits, localDigits, rightToLeft } from "./page.js";
import { addMonths, FIRST_YEAR, fromDay, LAST_YEAR, monthLength, parseDay, toDay, todayInTehran, weekday } from "./jalali.js";

const template = document.getElementById("calendar");
const pad = (number) => String(number).padStart(2, "0");
const iso = ([year, month, day]) => localDigits(`${year}/${pad(month)}/${pad(day)}`);
const clamp = (number) => Math.min(Math.max(number, toDay(FIRST_YEAR, 1, 1)), toDay(LAST_YEAR, 12, 29));

class Calendar {
  constructor(field) {
    this.field = field;
    this.dialog = template.content.firstElementChild.cloneNode(true);
    this.title = this.dialog.querySelector("h2");
    this.body = this.dialog.querySelector("tbody");
    this.months = this.dialog.dataset.months.split("|");
    this.weekdays = this.dialog.dataset.weekdays.split("|");
    this.chosen = parseDay(latinDigits(field.value.trim()));
    this.day = clamp(this.chosen ?? todayInTehran());
    this.dialog.addEventListener("click", (event) => this.onClick(event));
    this.body.addEventListener("keydown", (event) => this.onKey(event));
    this.dialog.addEventListener("close", () => this.dialog.remove());
    document.body.append(this.dialog);
    this.draw();
    this.dialog.showModal();
    this.focusDay();
  }

  draw() {
    const [year, month] = fromDay(this.day);
    const first = toDay(year, month, 1);
    const length = monthLength(year, month);
    this.title.textContent = `${this.months[month - 1]} ${localDigits(year)}`;
    this.body.replaceChildren();
    for (let start = first - weekday(first); start < first + length; start += 7) {
      const row = this.body.insertRow();
      for (let day = start; day < start + 7; day += 1) this.drawDay(row.insertCell(), day, day >= first && day < first + length);
    }
  }

  drawDay(cell, day, inMonth) {
    if (!inMonth) return;
    const date = fromDay(day);
    cell.textContent = localDigits(date[2]);
    cell.dataset.d = day;
    cell.tabIndex = day === this.day ? 0 : -1;
    cell.setAttribute("aria-selected", String(day === this.chosen));
    cell.setAttribute("aria-label", `${this.weekdays[weekday(day)]} ${localDigits(date[2])} ${this.months[date[1] - 1]} ${localDigits(date[0])}`);
    if (day === todayInTehran()) {
      cell.classList.add("today");
      cell.setAttribute("aria-current", "date");
    }
  }

  focusDay() {
    this.body.querySelector("[tabindex='0']").focus();
  }

  move(day, focus = true) {
    this.day = clamp(day);
    this.draw();
    if (focus) this.focusDay();
  }

  choose(day) {
    this.field.value = iso(fromDay(day));
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
    this.dialog.close();
  }

  onClick(event) {
    const cell = event.target.closest("td[data-d]");
    const step = event.target.closest("[data-step]");
    if (cell) this.choose(Number(cell.dataset.d));
    if (step) this.move(addMonths(this.day, Number(step.dataset.step)), false);
    if (event.target.closest("[data-today]")) this.move(todayInTehran());
  }

  onKey(event) {
    const forward = rightToLeft() ? "ArrowLeft" : "ArrowRight";
    const moves = {
      ArrowUp: () => this.day - 7,
      ArrowDown: () => this.day + 7,
      Home: () => this.day - weekday(this.day),
      End: () => this.day - weekday(this.day) + 6,
      PageUp: () => addMonths(this.day, event.shiftKey ? -12 : -1),
      PageDown: () => addMonths(this.day, event.shiftKey ? 12 : 1),
    };
    if (event.key === "Enter" || event.key === " ") this.choose(this.day);
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") this.move(this.day + (event.key === forward ? 1 : -1));
    else if (moves[event.key]) this.move(moves[event.key]());
    else return;
    event.preventDefault();
  }
}

each("button[data-calendar]", (button) => {
  if (!template || !window.HTMLDialogElement) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const calendar = new Calendar(document.getElementById(button.dataset.calendar));
    calendar.dialog.addEventListener("close", () => button.focus());
  });
});
