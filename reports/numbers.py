"""Numbers as people read them: 1.2 M EUR, 34 %, ROI 1.83; the same value is written the same way everywhere."""

import math
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import NumberPattern, parse_pattern

MISSING = "–"
NBSP = "\u00a0"
MINUS = "\u2212"
_WORDS = {1e12: "T", 1e9: "B", 1e6: "M", 1e3: "K"}
"""Short words for powers of a thousand, English as the sentences they stand in; a locale writes digits and dates."""
_NOTHING = 1e-6
"""Smaller amounts are what rounding leaves of zero, and are written as zero."""


class Quantity(str):
    """A number as people read it, with its value: tables of a page are sorted by that."""

    __slots__ = ("value",)
    value: float

    def __new__(cls, text: str, value: float) -> "Quantity":
        """Return the text with its value."""
        made = super().__new__(cls, text)
        made.value = float(value)
        return made


@dataclass(frozen=True, slots=True)
class Numbers:
    """Formats of one locale.

    Parameters
    ----------
    locale : str
        A locale identifier, for example ``"en"`` or ``"de"``.
    """

    locale: str = "en"

    def plain(self, value: float | None, digits: int = 0) -> str:
        """Return the value with grouped thousands and `digits` decimals.

        Parameters
        ----------
        value : float or None
            None and what is not finite are shown as missing.
        digits : int, default 0
            Decimals.

        Returns
        -------
        str
            In the locale's way, a true minus before what is negative.
        """
        if value is None or not math.isfinite(value):
            return MISSING
        rounded = round(float(value), digits) + 0.0  # + 0.0 turns a negative zero into zero
        text = _pattern(digits).apply(rounded, _locale(self.locale)).replace("-", MINUS)
        return Quantity(text, value)

    def compact(self, value: float | None) -> str:
        """Return the value shortened, for example ``1.2 M``."""
        if value is None or not math.isfinite(value):
            return MISSING
        return Quantity(self._scaled((float(value),))[0] + self._suffix((float(value),)), value)

    def tick(self, value: float | None) -> str:
        """Return the shortened value without idle decimals, for an axis."""
        if value is None or not math.isfinite(value):
            return MISSING
        scale = self._scale((float(value),))
        digits = next((d for d in range(6) if abs(round(value / scale, d) - value / scale) < 1e-9), 6)
        return self.plain(value / scale, digits) + self._suffix((float(value),))

    def percent_tick(self, value: float | None) -> str:
        """Return a fraction as per cent without idle decimals, for an axis."""
        if value is None or not math.isfinite(value):
            return MISSING
        digits = next((d for d in range(4) if abs(round(100 * value, d) - 100 * value) < 1e-9), 4)
        return f"{self.plain(100 * value, digits)}{NBSP}%"

    def triple(self, mean: float, low: float, high: float) -> tuple[str, str]:
        """Return a point and its interval on one scale, for example ``0.7 M`` and ``-0.1 to 1.6 M``.

        Parameters
        ----------
        mean, low, high : float
            In one unit.

        Returns
        -------
        tuple of (str, str)
            Point and interval, without a unit.
        """
        values = (float(mean), float(low), float(high))
        if not all(map(math.isfinite, values)):
            return self.compact(mean), self.span(low, high)
        middle, *ends = self._scaled(values)
        suffix = self._suffix(values)
        return middle + suffix, f"{ends[0]} to {ends[1]}{suffix}"

    def amount(self, value: float | None, unit: str) -> str:
        """Return the shortened value with its unit, for example ``1.2 M EUR``.

        Parameters
        ----------
        value : float or None
            None and what is not finite are shown as missing.
        unit : str
            Empty for none.

        Returns
        -------
        str
            Joined by a space that does not break.
        """
        text = self.compact(value)
        return (
            text
            if not isinstance(text, Quantity) or not unit
            else Quantity(f"{text}{NBSP}{unit}", text.value)
        )

    def span(self, low: float, high: float, unit: str = "") -> str:
        """Return both ends on one scale, for example ``1.2 to 2.6 M EUR``.

        Parameters
        ----------
        low, high : float
            In one unit; shown as missing where one is not finite.
        unit : str, default ""
            Empty for none.

        Returns
        -------
        str
            Both ends with the same suffix.
        """
        if not (math.isfinite(low) and math.isfinite(high)):
            return MISSING
        ends = self._scaled((low, high))
        tail = f"{NBSP}{unit}" if unit else ""
        return Quantity(f"{ends[0]} to {ends[1]}{self._suffix((low, high))}{tail}", low)

    def ratio(self, value: float | None) -> str:
        """Return a ratio with two decimals."""
        return self.plain(value, 2)

    def ratio_span(self, low: float, high: float) -> str:
        """Return both ends of a ratio's interval.

        Parameters
        ----------
        low, high : float
            Shown as missing where one is not finite.

        Returns
        -------
        str
            For example ``0.83 to 2.10``.
        """
        if not (math.isfinite(low) and math.isfinite(high)):
            return MISSING
        return Quantity(f"{self.ratio(low)} to {self.ratio(high)}", low)

    def percent(self, value: float | None) -> str:
        """Return a fraction as per cent, with one decimal below ten per cent."""
        if value is None or not math.isfinite(value):
            return MISSING
        return Quantity(f"{self.plain(100 * value, _percent_digits((value,)))}{NBSP}%", value)

    def percent_span(self, low: float, high: float) -> str:
        """Return both ends of a fraction's interval as per cent.

        Parameters
        ----------
        low, high : float
            Fractions; shown as missing where one is not finite.

        Returns
        -------
        str
            Both ends with the same decimals.
        """
        if not (math.isfinite(low) and math.isfinite(high)):
            return MISSING
        digits = _percent_digits((low, high))
        return Quantity(f"{self.plain(100 * low, digits)} to {self.plain(100 * high, digits)}{NBSP}%", low)

    def day(self, value: str | date | datetime) -> str:
        """Return a date, for example ``6 Jan 2025``."""
        parsed = datetime.fromisoformat(str(value)[:10]).date()
        return format_date(parsed, "d MMM y", locale=self.locale)

    def _scale(self, values: tuple[float, ...]) -> float:
        """Return the power of a thousand that all values are divided by."""
        largest = max(map(abs, values))
        return next((scale for scale in _WORDS if largest >= 0.9995 * scale), 1.0)

    def _scaled(self, values: tuple[float, ...]) -> list[str]:
        scale = self._scale(values)
        largest = max(map(abs, values)) / scale
        if largest < _NOTHING or (scale == 1.0 and largest >= 99.5):
            digits = 0
        elif largest < 0.0995:
            digits = min(8, 1 - math.floor(math.log10(largest)))  # two significant digits
        else:
            digits = 2 if largest < 0.995 else 1 if largest < 99.5 else 0
        return [self.plain(value / scale, digits) for value in values]

    def _suffix(self, values: tuple[float, ...]) -> str:
        word = _WORDS.get(self._scale(values), "")
        return f"{NBSP}{word}" if word else ""


def singular(unit: str) -> str:
    """Return the word for one of a unit, for example ``order`` for ``orders``; other words as they are."""
    regular = unit.isalpha() and unit.islower() and len(unit) > 3 and unit.endswith("s")
    if not regular or unit.endswith(("ss", "us", "is", "sales")):
        return unit
    return f"{unit[:-3]}y" if unit.endswith("ies") else unit.removesuffix("s")


@cache
def _pattern(digits: int) -> NumberPattern:
    """Return grouped thousands with so many decimals; a page has thousands of numbers and few patterns."""
    return parse_pattern("#,##0" + ("." + "0" * digits if digits else ""))


@cache
def _locale(name: str) -> Locale:
    return Locale.parse(name)


def _percent_digits(values: tuple[float, ...]) -> int:
    return 1 if max(map(abs, values)) < 0.0995 else 0
