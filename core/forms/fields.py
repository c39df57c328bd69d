"""Fields of forms. All accept three digit families and Arabic letters, and say what is wrong."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from core.forms.base import FormField, refuse
from core.localization import _, current_locale, identifiers
from core.localization import dates as date_text
from core.localization import money as money_text
from core.localization.digits import to_latin
from core.localization.filters import jdate
from core.localization.jalali import jalali
from core.localization.text import clean, clean_lines
from core.sdk.text import Text as Words

Choices = Sequence[tuple[str, Words]] | Callable[[], Iterable[tuple[str, Words]]]
_SEPARATORS: Final = re.compile(r"[\s,٬،_']")
_TIME: Final = re.compile(r"(\d{1,2})(?:[:.٫](\d{2}))?|(\d{2})(\d{2})")
_EMAIL: Final = re.compile(r"[^@\s<>(),;:\"\\]+@[^@\s<>(),;:\"\\]+\.[^@\s.<>(),;:\"\\]{2,}")


class Text(FormField[str]):
    """One line of text, cleaned (`core.localization.text.clean`)."""

    empty = ""

    def __init__(self, *, least: int = 0, most: int = 200, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most
        self.attrs.setdefault("maxlength", most)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise refuse(_("This must be text."), "type")
        text = self.cleaned(value)
        if len(text) > self.most:
            raise refuse(_("At most %(n)s characters are possible here.", n=self.most), "too_long")
        if len(text) < self.least:
            raise refuse(_("At least %(n)s characters are needed here.", n=self.least), "too_short")
        return text

    def cleaned(self, value: str) -> str:
        """Return the text as it is stored."""
        return clean(value)


class LongText(Text):
    """Several lines."""

    widget = "textarea"

    def __init__(self, *, most: int = 2000, **options: Any) -> None:
        super().__init__(most=most, **options)

    def cleaned(self, value: str) -> str:
        """Clean each line."""
        return clean_lines(value)


class Code(Text):
    """Text read from left to right: a code, a user name, an address. Digits become Latin."""

    widget = "code"

    def __init__(self, *, pattern: str = "", explain: Words = "", **options: Any) -> None:
        super().__init__(**options)
        self.pattern, self.explain = pattern, explain

    def cleaned(self, value: str) -> str:
        """Clean, with Latin digits; refuse what doesn't fit the pattern."""
        text = to_latin(clean(value))
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise refuse(self.explain or _("This doesn't have the right form."), "pattern")
        return text


class Password(FormField[str]):
    """A secret; taken as typed and never shown again."""

    widget = "password"
    empty = ""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or len(value) > 200:
            raise refuse(_("At most %(n)s characters are possible here.", n=200), "too_long")
        return value

    def for_input(self, value: Any) -> Any:
        """Never send a secret back."""
        return None


class Whole(FormField[int]):
    """A whole number, with or without separators; ``unit`` is the word after the field."""

    widget = "number"

    def __init__(
        self, *, least: int = 0, most: int = 10**15, unit: Words = "", **options: Any
    ) -> None:
        super().__init__(**options)
        self.least, self.most = least, most
        if unit:
            self.attrs["unit"] = unit

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        number = _whole(value)
        if not self.least <= number <= self.most:
            raise refuse(
                _("Enter a number from %(least)s to %(most)s.", least=self.least, most=self.most),
                "range",
            )
        return number


def _whole(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = _SEPARATORS.sub("", to_latin(str(value)))
    if isinstance(value, bool) or not re.fullmatch(r"[-+]?\d{1,18}", text):
        raise refuse(_("Enter a whole number, such as %(example)s.", example=12), "number")
    return int(text)


class Money(FormField[int]):
    """An amount in rial, integer; words like «میلیون» are not read, separators are."""

    widget = "money"

    def __init__(self, *, least: int = 0, most: int = 10**15, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            amount = value
        else:
            try:
                amount = money_text.parse_rial(str(value))
            except money_text.MoneyError as error:
                raise refuse(money_text.explain(error), "money") from error
        if not self.least <= amount <= self.most:
            locale = current_locale()
            raise refuse(
                _(
                    "Enter an amount from %(least)s to %(most)s.",
                    least=money_text.format_rial(self.least, locale),
                    most=money_text.format_rial(self.most, locale),
                ),
                "range",
            )
        return amount


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


class _Identifier(FormField[str]):
    """An identifier with a rule of its own."""

    widget = "code"
    empty = ""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        found = self.read(str(value))
        if found is None:
            raise refuse(self.wrong(), "identifier")
        return found

    def read(self, text: str) -> str | None:
        """Return the normalised identifier, or None."""
        raise NotImplementedError

    def wrong(self) -> str:
        """Return what is wrong and how to mend it."""
        raise NotImplementedError


class NationalId(_Identifier):
    """A national ID (کد ملی): 10 digits with a check digit."""

    def read(self, text: str) -> str | None:
        """Check the digit."""
        return identifiers.national_id(text)

    def wrong(self) -> str:
        """Say so."""
        return _("This is no valid national ID: check its 10 digits on the identity card.")


class Mobile(_Identifier):
    """A mobile number, stored as 09xxxxxxxxx."""

    def read(self, text: str) -> str | None:
        """Accept the usual prefixes."""
        return identifiers.mobile(text)

    def wrong(self) -> str:
        """Say so."""
        return _("Enter a mobile number such as %(example)s.", example="09121234567")


class Sheba(_Identifier):
    """A bank account (شبا): IR and 24 digits."""

    def read(self, text: str) -> str | None:
        """Check modulo 97."""
        return identifiers.sheba(text)

    def wrong(self) -> str:
        """Say so."""
        return _("This is no valid sheba: it has IR and 24 digits; check each of them.")


class Email(_Identifier):
    """An e-mail address, stored in small letters."""

    widget = "email"

    def read(self, text: str) -> str | None:
        """Accept what has one @ and a dot behind it."""
        address = clean(text).lower()
        return address if _EMAIL.fullmatch(address) and len(address) <= 254 else None

    def wrong(self) -> str:
        """Say so."""
        return _("Enter an e-mail address such as %(example)s.", example="name@example.ir")


class Choice(FormField[str]):
    """One of ``choices``: pairs of value and label, or a function that returns them."""

    widget = "select"
    empty = ""

    def __init__(self, *, choices: Choices, **options: Any) -> None:
        super().__init__(**options)
        self.choices = choices

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if str(value) not in {key for key, _label in self.options()}:
            raise refuse(_("Choose one of the answers in the list."), "choice")
        return str(value)

    def options(self) -> list[tuple[str, str]]:
        """Return the choices with their labels in the language in force."""
        pairs = self.choices() if callable(self.choices) else self.choices
        return [(str(value), str(label)) for value, label in pairs]

    def asking(self) -> str:
        """Ask to choose."""
        return _("Choose: %(what)s.", what=str(self.label))


class Choices(Choice):
    """Any number of ``choices``; gives a list."""

    widget = "checkboxes"

    def __init__(self, *, choices: Choices, **options: Any) -> None:
        options.setdefault("default", list) if not options.get("required") else None
        super().__init__(choices=choices, **options)

    def is_blank(self, value: Any) -> bool:
        """Blank when nothing is chosen."""
        return not value

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        chosen = value if isinstance(value, list) else [value]
        return [super(Choices, self)._deserialize(one, attr, data) for one in chosen]

    def raw(self, form: Any, files: Any, name: str) -> Any:
        """Return all values."""
        return form.getlist(name)


class YesNo(FormField[bool]):
    """A box to tick; an unticked one isn't sent, so missing means no."""

    widget = "checkbox"
    empty = False

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        return value is True or str(value).lower() in ("1", "on", "true", "yes")


class File(FormField[Any]):
    """An uploaded file (werkzeug ``FileStorage``), by its ending and size only.

    What is inside is checked by the one who reads it. ``accept`` is a list like ``.csv,.xlsx``.
    """

    widget = "file"

    def __init__(self, *, accept: str = "", max_mb: int = 50, **options: Any) -> None:
        super().__init__(**options)
        self.accept = tuple(ending for ending in accept.lower().split(",") if ending)
        self.max_mb = max_mb
        self.attrs |= {"accept": accept or None, "max_mb": max_mb}

    def is_blank(self, value: Any) -> bool:
        """Blank when no file was chosen."""
        return not getattr(value, "filename", "")

    def raw(self, form: Any, files: Any, name: str) -> Any:
        """Return the upload."""
        return files.get(name) if files else None

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if self.accept and not str(value.filename).lower().endswith(self.accept):
            kinds = "، ".join(ending.strip(".").upper() for ending in self.accept)
            raise refuse(_("Choose a file of this kind: %(kinds)s.", kinds=kinds), "kind")
        value.stream.seek(0, 2)
        size = value.stream.tell()
        value.stream.seek(0)
        if size > self.max_mb * 1024 * 1024:
            raise refuse(_("The file is larger than %(n)s MB.", n=self.max_mb), "too_large")
        return value

    def for_input(self, value: Any) -> Any:
        """A browser can't be given a file."""
        return None
