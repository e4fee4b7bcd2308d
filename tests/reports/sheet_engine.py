"""A second engine for the formulas of workbooks: it knows no value that was written beside a formula, and computes all anew.

Numbers are exact decimals of what the file holds. It knows what our workbooks use and raises on everything else.
"""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

import openpyxl
from openpyxl.utils import range_boundaries

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>\"(?:[^\"]|\"\")*\")|(?P<name>[A-Z]+)(?=\()"
    r"|(?P<cells>(?:[A-Za-z_]+!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)|(?P<sign><=|>=|<>|[-+*/=<>(),]))"
)


class Engine:
    """The cells of a workbook, computed when they are asked for."""

    def __init__(self, path: Any) -> None:
        self.book = openpyxl.load_workbook(path)
        self.value = cache(self._value)

    def _value(self, sheet: str, row: int, column: int) -> Any:
        cell = self.book[sheet].cell(row, column).value
        if isinstance(cell, str) and cell.startswith("="):
            return _Formula(self, sheet, cell[1:]).result()
        return Decimal(repr(cell)) if isinstance(cell, int | float) and not isinstance(cell, bool) else cell

    def at(self, sheet: str, address: str) -> Any:
        """Return the value of one cell."""
        column, row, _, _ = range_boundaries(address)
        return self.value(sheet, row, column)

    def cells(self, sheet: str, address: str) -> list[Any]:
        """Return the values of a range, row by row."""
        left, top, right, bottom = range_boundaries(address.replace("$", ""))
        return [
            self.value(sheet, row, column)
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        ]


def _number(value: Any) -> Decimal:
    return Decimal(0) if value is None else value


class _Formula:
    """One formula, read from left to right."""

    def __init__(self, engine: Engine, sheet: str, text: str) -> None:
        self.engine, self.sheet, self.place = engine, sheet, 0
        self.tokens = []
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise ValueError(f"cannot read {text[at:]!r} of {text!r}")
            self.tokens.append((found.lastgroup, found.group(found.lastgroup or 0)))
            at = found.end()

    def result(self) -> Any:
        value = self._compared()
        if self.place != len(self.tokens):
            raise ValueError(f"left over: {self.tokens[self.place :]}")
        return value

    def _next(self, *signs: str) -> str | None:
        if self.place < len(self.tokens) and self.tokens[self.place] in [("sign", sign) for sign in signs]:
            self.place += 1
            return self.tokens[self.place - 1][1]
        return None

    def _compared(self) -> Any:
        left = self._sum()
        sign = self._next("<=", ">=", "<>", "=", "<", ">")
        if sign is None:
            return left
        right = self._sum()
        if isinstance(left, Decimal) or isinstance(right, Decimal):
            left, right = _number(left), _number(right)
        return {"<=": lambda: left <= right, ">=": lambda: left >= right, "<>": lambda: left != right,
                "=": lambda: left == right, "<": lambda: left < right, ">": lambda: left > right}[sign]()  # fmt: skip

    def _sum(self) -> Any:
        value = self._product()
        while sign := self._next("+", "-"):
            other = _number(self._product())
            value = _number(value) + other if sign == "+" else _number(value) - other
        return value

    def _product(self) -> Any:
        value = self._one()
        while sign := self._next("*", "/"):
            other = _number(self._one())
            value = _number(value) * other if sign == "*" else _number(value) / other
        return value

    def _one(self) -> Any:
        if self._next("-"):
            return -_number(self._one())
        if self._next("("):
            value = self._compared()
            self._expect(")")
            return value
        kind, text = self.tokens[self.place]
        self.place += 1
        if kind == "number":
            return Decimal(text)
        if kind == "text":
            return text[1:-1].replace('""', '"')
        if kind == "cells":
            return self._cells(text)
        if kind == "name":
            return self._call(text)
        raise ValueError(f"unexpected {text!r}")

    def _cells(self, text: str) -> Any:
        sheet, _, address = text.rpartition("!")
        found = self.engine.cells(sheet or self.sheet, address)
        return found if ":" in address else found[0]

    def _expect(self, sign: str) -> None:
        if self._next(sign) is None:
            raise ValueError(f"{sign} is missing")

    def _call(self, name: str) -> Any:
        self._expect("(")
        given = [self._compared()]
        while self._next(","):
            given.append(self._compared())
        self._expect(")")
        return FUNCTIONS[name](*given)


def _flat(given: tuple[Any, ...]) -> list[Decimal]:
    cells = [cell for each in given for cell in (each if isinstance(each, list) else [each])]
    return [cell for cell in cells if isinstance(cell, Decimal)]


def _sumifs(amounts: list[Any], *pairs: Any) -> Decimal:
    kept = Decimal(0)
    for place, amount in enumerate(amounts):
        if all(pairs[i][place] == pairs[i + 1] for i in range(0, len(pairs), 2)) and isinstance(
            amount, Decimal
        ):
            kept += amount
    return kept


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "SUM": lambda *given: sum(_flat(given), Decimal(0)),
    "MAX": lambda *given: max(_flat(given)),
    "ABS": lambda value: abs(_number(value)),
    "ROUND": lambda value, places: _number(value).quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP),
    "IF": lambda test, yes, no: yes if test else no,
    "AND": lambda *given: all(given),
    "INDEX": lambda cells, place: cells[int(place) - 1],
    "COUNTIF": lambda cells, wanted: Decimal(sum(cell == wanted for cell in cells)),
    "SUMIFS": _sumifs,
}
"""Excel's functions that our workbooks use."""
