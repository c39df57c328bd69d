"""How many staff each municipality of the demonstration gets, and which services are on."""

from __future__ import annotations

import enum
from typing import Final

from core.activation.states import ServiceState
from core.municipalities.seed import CITIES


class Size(enum.StrEnum):
    """How large the invented province is."""

    SMALL = "small"
    DEMO = "demo"
    FULL = "full"


STAFF: Final = {Size.SMALL: 240, Size.DEMO: 1_500, Size.FULL: 17_000}
"""Staff of all municipalities together."""
FEWEST: Final = 8
SERVICES: Final = {
    "karaj": ServiceState.ON,
    "fardis": ServiceState.ON,
    "nazarabad": ServiceState.ON,
    "hashtgerd": ServiceState.ON,
    "mehestan": ServiceState.ON,
    "taleqan": ServiceState.CLOSING,
}
"""What becomes of the available services where; off everywhere else."""
CONTACTS: Final = {
    "karaj": ("سارا احمدی", "۰۲۶-۳۲۲۰۰۰۰۱"),
    "fardis": ("فرهاد نجفی", "۰۲۶-۳۶۵۰۰۰۰۲"),
    "nazarabad": ("زهره کاشانی", "۰۲۶-۴۵۳۰۰۰۰۳"),
}
"""Name and telephone of the HR contact."""


def staff_by_city(size: Size) -> dict[str, int]:
    """Spread the staff: larger cities have more, though not in proportion to their people."""
    weights = {city.code: city.population**0.7 for city in CITIES}
    total = STAFF[size]
    counts = {
        code: max(FEWEST, round(total * weight / sum(weights.values())))
        for code, weight in weights.items()
    }
    counts["karaj"] += total - sum(counts.values())
    return counts
