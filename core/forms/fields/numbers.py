"""Fields for whole numbers and amounts in rial."""

from __future__ import annotations

import re
from typing import Any, Final

from core.forms.base import FormField, refuse
from core.localization import _, current_locale
from core.localization import money as money_text
from core.localization.digits import to_latin
from core.sdk.text import Text as Words

_SEPARATORS: Final = re.compile(r"[\s,٬،_']")


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
