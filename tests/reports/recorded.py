"""Numbers that remember what they wrote, and what of a page's text came from nowhere."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from reports.numbers import Numbers

NUMERAL = re.compile(r"\d(?:[\d.,]*\d)?")
"""Digits with their separators."""


@dataclass(frozen=True, slots=True)
class Recorded(Numbers):
    """Writes as `Numbers` does, and keeps each value with its text; ticks of axes are nobody's result."""

    values: list[float] = field(default_factory=list)
    texts: set[str] = field(default_factory=set)
    _inside: list[int] = field(default_factory=lambda: [0])

    def _kept(self, values: Iterable[float | None], written: Any) -> Any:
        if self._inside[0] == 0:
            self.values.extend(float(value) for value in values if value is not None and np.isfinite(value))
            self.texts.update(map(str, written) if isinstance(written, tuple) else (str(written),))
        return written

    def _of(self, name: str, *values: Any) -> Any:
        self._inside[0] += 1
        try:
            return getattr(Numbers, name)(self, *values)
        finally:
            self._inside[0] -= 1

    def plain(self, value: float | None, digits: int = 0) -> str:
        return self._kept((value,), self._of("plain", value, digits))

    def compact(self, value: float | None) -> str:
        return self._kept((value,), self._of("compact", value))

    def amount(self, value: float | None, unit: str) -> str:
        return self._kept((value,), self._of("amount", value, unit))

    def triple(self, mean: float, low: float, high: float) -> tuple[str, str]:
        return self._kept((mean, low, high), self._of("triple", mean, low, high))

    def span(self, low: float, high: float, unit: str = "") -> str:
        return self._kept((low, high), self._of("span", low, high, unit))

    def ratio(self, value: float | None) -> str:
        return self._kept((value,), self._of("ratio", value))

    def ratio_span(self, low: float, high: float) -> str:
        return self._kept((low, high), self._of("ratio_span", low, high))

    def percent(self, value: float | None) -> str:
        return self._kept((value,), self._of("percent", value))

    def percent_span(self, low: float, high: float) -> str:
        return self._kept((low, high), self._of("percent_span", low, high))

    def day(self, value: Any) -> str:
        return self._kept((), self._of("day", value))

    def tick(self, value: float | None) -> str:
        return self._of("tick", value)

    def percent_tick(self, value: float | None) -> str:
        return self._of("percent_tick", value)


def numbers_of(tables: Mapping[str, pd.DataFrame]) -> np.ndarray:
    """Return every number of all tables, sorted."""
    columns = [
        frame[name].to_numpy(float)
        for frame in tables.values()
        for name in frame.columns
        if pd.api.types.is_numeric_dtype(frame[name]) and frame[name].dtype != bool
    ]
    return np.unique(np.concatenate([values[np.isfinite(values)] for values in columns]))


def unknown(values: Iterable[float], known: np.ndarray) -> list[float]:
    """Return the values that are not among the known ones, but for rounding."""
    found = []
    for value in values:
        place = np.searchsorted(known, value)
        near = known[max(place - 1, 0) : place + 1]
        if not np.isclose(near, value, rtol=1e-9, atol=1e-12).any():
            found.append(value)
    return found


def texts_of(value: Any) -> Iterator[str]:
    """Yield every text in a nest of mappings, sequences and frames, numbers of manifest and configuration as they are."""
    if isinstance(value, pd.DataFrame):
        for name in value.columns:
            if not pd.api.types.is_numeric_dtype(value[name]):
                yield from map(str, value[name].dropna().unique())
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts_of(item)
    elif isinstance(value, list | tuple | set):
        for item in value:
            yield from texts_of(item)
    elif value is not None:
        yield str(value)


def left_over(text: str, known: Iterable[str]) -> list[str]:
    """Return the numerals of a text that stand in none of the known ones."""
    allowed = {numeral for each in known for numeral in NUMERAL.findall(each)}
    return [numeral for numeral in NUMERAL.findall(text) if numeral not in allowed]
