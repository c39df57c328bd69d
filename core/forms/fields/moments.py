"""Fields for days and times of the day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any, Final

from core.forms.base import FormField, refuse
from core.localization import _, current_locale
from core.localization import dates as date_text
from core.localization.digits import to_latin
from core.localization.filters import jdate
from core.localization.jalali import jalali

_TIME: Final = re.compile(r"(\d{1,2})(?:[:.٫](\d{2}))?|(\d{2})(\d{2})")


class Date(FormField[dt.date]):
    """A day, Jalali or Gregorian, typed in any usual way.

    ``earliest`` and ``latest`` return the first and last allowed day.
    """

    widget = "date"

    def __init__(
        self,
        *,
        earliest: Callable[[], dt.date] | None = None,
        latest: Callable[[], dt.date] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.earliest, self.latest = earliest, latest

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dt.date:
        day = value if isinstance(value, dt.date) else self._parsed(str(value))
        if self.earliest and day < (first := self.earliest()):
            raise refuse(_("The earliest possible day is %(day)s.", day=jdate(first)), "too_early")
        if self.latest and day > (last := self.latest()):
            raise refuse(_("The latest possible day is %(day)s.", day=jdate(last)), "too_late")
        return day

    def _parsed(self, text: str) -> dt.date:
        try:
            return date_text.parse_date(text)
        except date_text.DateError as error:
            raise refuse(date_text.explain(error), "date") from error


class BirthDate(Date):
    """Three small fields: day, month, year (Jalali)."""

    widget = "birth_date"

    def is_blank(self, value: Any) -> bool:
        """Blank when all three parts are."""
        if isinstance(value, dict):
            return not any(str(part).strip() for part in value.values())
        return super().is_blank(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dt.date:
        if isinstance(value, dict):
            if not all(str(value.get(part, "")).strip() for part in ("year", "month", "day")):
                raise refuse(_("Enter day, month and year."), "incomplete")
            value = "/".join(to_latin(value[part]).strip() for part in ("year", "month", "day"))
        return super()._deserialize(value, attr, data, **kwargs)

    def raw(self, form: Any, files: Any, name: str) -> Any:
        """Collect the parts; a single text field is accepted too."""
        parts = {part: form.get(f"{name}.{part}", "") for part in ("year", "month", "day")}
        return parts if any(parts.values()) else form.get(name, "")

    def for_input(self, value: Any) -> Any:
        """Split a date into its Jalali parts."""
        if not isinstance(value, dt.date):
            return value
        year, month, day = jalali(value)
        return {"year": year, "month": month, "day": day}


class Time(FormField[dt.time]):
    """A time of the day: ``8:30``, ``۰۸۳۰``, ``14``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dt.time:
        if isinstance(value, dt.time):
            return value
        found = _TIME.fullmatch(to_latin(str(value)).strip())
        hour, minute = (found[1] or found[3], found[2] or found[4] or "0") if found else ("99", "0")
        if int(hour) > 23 or int(minute) > 59:
            raise refuse(_("Enter a time such as %(example)s.", example=_example_time()), "time")
        return dt.time(int(hour), int(minute))

    def for_input(self, value: Any) -> Any:
        """Write hours and minutes."""
        return f"{value:%H:%M}" if isinstance(value, dt.time) else value


def _example_time() -> str:
    return "۰۸:۳۰" if current_locale() == "fa" else "08:30"
