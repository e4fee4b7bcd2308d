"""Cells to numbers: nothing is coerced in silence, every odd cell is counted by its kind."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
import pandas as pd

from mixproof.aggregates.faults import FAULTS
from mixproof.errors import Fault

LARGEST = 1e15
PLAIN = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
SPACES = " \u00a0\u2007\u2009\u202f"
"""Spaces that group thousands, some of which do not break a line."""
_MARKS = {
    "£": "GBP EGP GIP FKP SHP LBP", "€": "EUR", "US$": "USD", "R$": "BRL", "A$": "AUD", "C$": "CAD",
    "$": "USD CAD AUD NZD SGD HKD MXN TWD ARS CLP COP UYU", "¥": "JPY CNY", "₹": "INR", "₩": "KRW", "₺": "TRY",
    "₪": "ILS", "₴": "UAH", "฿": "THB", "₫": "VND", "₱": "PHP", "kr": "SEK NOK DKK ISK", "zł": "PLN", "Kč": "CZK",
    "Ft": "HUF", "lei": "RON", "Rs": "INR PKR LKR", "Fr": "CHF",
}  # fmt: skip
_CODES = (
    "EUR USD GBP CHF JPY CNY CAD AUD NZD SEK NOK DKK ISK PLN CZK HUF RON BGN TRY INR KRW BRL MXN ZAR SGD HKD THB TWD ILS "
    "AED SAR UAH ARS CLP COP IDR MYR PHP VND"
)
CURRENCIES: dict[str, frozenset[str]] = {
    mark: frozenset(codes.split())
    for mark, codes in (_MARKS | {code: code for code in _CODES.split()}).items()
}
"""What may stand before or behind an amount, and the currencies that it can mean."""
_SPACE = f"[{SPACES}]"
_CURRENCY = "(" + "|".join(re.escape(mark) for mark in sorted(CURRENCIES, key=len, reverse=True)) + ")"
_BODIES = {
    ".": r"([0-9]{1,3}(,[0-9]{3})+|[0-9]{1,2}(,[0-9]{2})+,[0-9]{3}",
    ",": r"([0-9]{1,3}(\.[0-9]{3})+",
}


def _written(decimal: str) -> str:
    """Return the pattern of a number as people write it, in a form that both Python and the engine understand."""
    apostrophes = "([0-9]{1,3}(['\u2019][0-9]{3})+"
    spaces = f"[0-9]{{1,3}}({_SPACE}[0-9]{{3}})+"
    mark = re.escape(decimal)
    body = f"({_BODIES[decimal]}|{apostrophes}|{spaces}|[0-9]+))({mark}[0-9]*)?|{mark}[0-9]+)"
    after = f"({_SPACE}*({_CURRENCY}|%))?"
    sign = "[+\u2212-]"
    return (
        f"{sign}?({_CURRENCY}{_SPACE}*)?{body}{after}"
        f"|{_CURRENCY}{_SPACE}*{sign}{_SPACE}*{body}"
        f"|({_CURRENCY}{_SPACE}*)?{body}{after}[\u2212-]"
        f"|({_CURRENCY}{_SPACE}*)?\\({_SPACE}*({_CURRENCY}{_SPACE}*)?{body}{after}{_SPACE}*\\){after}"
    )


WRITTEN = {decimal: re.compile(_written(decimal)) for decimal in (".", ",")}
"""Numbers with groups of thousands, a currency, a percent sign or an accountant's negative, by decimal mark."""
EITHER = re.compile("[^0-9.,]*[1-9][0-9]{0,2}[.,][0-9]{3}[^0-9.,]*")
"""Numbers with one mark and three digits behind it: it may group thousands or begin the decimals."""
CURRENCY = re.compile(_CURRENCY)
NEGATIVE = "(-\u2212"
"""Characters one of which stands in every negative number."""
_PLAIN_CHARACTERS = frozenset("0123456789.+-eE")
_NOT_FINITE = {"nan", "inf", "infinity"}


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column as numbers, shape (row,) each; a row may stand for several cells that were added up.

    ``values`` is the sum of the known cells, NaN where there is none. ``known``, ``blank``, ``text`` and ``unreal``
    count the cells of each kind, ``huge`` the known ones beyond `LARGEST`. ``weight`` is what a mean divides by.
    ``unclear`` says why the whole column can be read in two ways, empty where it cannot; ``currencies`` are the marks
    of money that stand at its numbers.
    """

    values: np.ndarray
    known: np.ndarray
    blank: np.ndarray
    text: np.ndarray
    unreal: np.ndarray
    huge: np.ndarray
    weight: np.ndarray
    unclear: str = ""
    currencies: frozenset[str] = frozenset()

    def weighted(self, weight: np.ndarray) -> "Numbers":
        """Return the numbers of rows that each stand for one cell, multiplied by and weighted with `weight`, shape (row,)."""
        return replace(self, values=self.values * weight, weight=self.known * weight)


def as_numbers(column: pd.Series, decimal: str | None = ".") -> Numbers:
    """Return the numbers of a column, and masks of the cells that are none.

    Parameters
    ----------
    column : pandas.Series
        Text (CSV), numbers, or a mixture (workbooks).
    decimal : {".", ","} or None
        Decimal mark of numbers written as text; None where nobody has said so: the point, unless the column can be
        read either way.

    Returns
    -------
    Numbers
        One cell a row.
    """
    unclear, currencies = "", frozenset[str]()
    if column.dtype.kind in "iufb" and column.dtype.kind != "b":
        values = column.to_numpy(dtype=float)
        blank, text, unreal = np.isnan(values), np.zeros(len(values), bool), np.isinf(values)
    else:
        values, blank, text, unreal, distinct = _from_objects(column, decimal or ".")
        example = two_readings(distinct) if decimal is None else None
        unclear = either_way(example) if example else _percent_unclear(distinct, decimal or ".")
        currencies = frozenset(mark for cell in distinct for mark in CURRENCY.findall(cell))
    values = np.where(unreal, np.nan, values) + 0.0  # -0.0 becomes 0.0: one number, one fingerprint
    known = np.isfinite(values)
    huge = np.abs(np.nan_to_num(values)) > LARGEST
    return Numbers(values, known, blank, text, unreal, huge, known.astype(float), unclear, currencies)


def mark_faults(numbers: Numbers, where: str, currency: str | None = None) -> list[Fault]:
    """Return what the marks of a column's numbers leave unclear.

    Parameters
    ----------
    numbers : Numbers
    where : str
        Table and column.
    currency : str, optional
        ISO 4217 code that amounts must be in; without it marks of money are not looked at.

    Returns
    -------
    list of Fault
        ``number-unclear``, ``percent-unclear`` or ``currency-marks``.
    """
    found = []
    if numbers.unclear:
        code = "percent-unclear" if "per cent" in numbers.unclear else "number-unclear"
        found.append(Fault(code, where, f"In this column {numbers.unclear}.", FAULTS[code][2]))
    other = sorted(mark for mark in numbers.currencies if currency and currency not in CURRENCIES[mark])
    if other:
        what = f"Amounts are marked {', '.join(other)}, and the config says that they are in {currency}."
        found.append(Fault("currency-marks", where, what, FAULTS["currency-marks"][2]))
    return found


def two_readings(cells: Iterable[str]) -> str | None:
    """Return a cell of a column in which every mark has three digits behind it, None where some cell tells its marks."""
    found: str | None = None
    for cell in cells:
        if "." in cell or "," in cell:
            if not EITHER.fullmatch(cell):
                return None
            found = min(found, cell) if found else cell
    return found


def either_way(cell: str) -> str:
    """Return both readings of a cell such as 50.211, in words."""
    digits = re.sub("[^0-9.,]", "", cell)
    whole, part = re.split("[.,]", digits)
    return f"{digits} can be {whole} and a fraction ({whole}.{part}) or {whole} thousand and more ({whole}{part})"


def percent_and_plain(percent: bool, above: bool) -> str:
    """Return what is unclear where some numbers are per cent and others are above 1; empty where nothing is.

    Parameters
    ----------
    percent : bool
        Whether some cell has a per cent sign.
    above : bool
        Whether some number without the sign is above 1.

    Returns
    -------
    str
        Part of a sentence.
    """
    return (
        "some cells are per cent and others are numbers above 1 without the sign" if percent and above else ""
    )


def _percent_unclear(cells: list[str], decimal: str) -> str:
    if not any("%" in cell for cell in cells):
        return ""
    plain = [_cell(cell, decimal)[0] for cell in cells if "%" not in cell]
    return percent_and_plain(True, bool(np.nanmax(np.abs(plain), initial=0.0) > 1))


def _from_objects(
    column: pd.Series, decimal: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Return values, masks and distinct texts of a column of text or mixed cells; each distinct cell is looked at once."""
    cells_all = column.astype(object).to_numpy()
    plain = _plain_numbers(cells_all) if decimal == "." else None
    if plain is not None:
        none = np.zeros(len(plain), dtype=bool)
        return plain, none, none, np.isinf(plain), list(cells_all)
    codes, distinct = pd.factorize(cells_all, use_na_sentinel=True)
    cells = [_cell(cell, decimal) for cell in distinct]
    values = np.array([*(value for value, _ in cells), np.nan])
    kinds = np.array([*(kind for _, kind in cells), "blank"])
    kind = kinds[codes]  # a missing cell has code -1 and falls on the last entry
    known = zip(distinct, cells, strict=True)
    texts = [str(cell).strip() for cell, (_, sort) in known if sort == "number" and isinstance(cell, str)]
    return values[codes], kind == "blank", kind == "text", kind == "unreal", texts


def _plain_numbers(cells: np.ndarray) -> np.ndarray | None:
    """Return the values of a column of nothing but plain numbers, None for any other: the fast way for most columns."""
    try:
        if set("".join(cells)) <= _PLAIN_CHARACTERS:  # no underscore, no nan: float() takes more than we do
            return cells.astype(float)
    except (TypeError, ValueError):
        return None
    return None


def _cell(cell: object, decimal: str) -> tuple[float, str]:
    """Return a cell's value and its kind: number, blank, text or unreal."""
    if isinstance(cell, (bool, np.bool_)):
        return np.nan, "text"
    if isinstance(cell, (int, float, np.number)):
        value = float(cell)
        return (value, "number") if np.isfinite(value) else (np.nan, "blank" if np.isnan(value) else "unreal")
    text = str(cell).strip()
    if not text:
        return np.nan, "blank"
    if text.lower().lstrip("+-") in _NOT_FINITE:
        return np.nan, "unreal"
    if decimal == "." and PLAIN.fullmatch(text):
        value = float(text)
        return (value, "number") if np.isfinite(value) else (np.nan, "unreal")
    if WRITTEN[decimal].fullmatch(text):
        return _written_value(text, decimal), "number"
    if isinstance(cell, Decimal) and cell.is_finite():
        return float(cell), "number"
    return np.nan, "text"


def _written_value(text: str, decimal: str) -> float:
    """Return the number that people mean by a text of the form `WRITTEN`; 12% is 0.12."""
    digits = re.sub(f"[^0-9{decimal}]", "", text).replace(",", ".")
    value = float(digits)
    value = value / 100 if "%" in text else value
    return -value if any(mark in text for mark in NEGATIVE) else value
