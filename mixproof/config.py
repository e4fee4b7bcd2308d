"""What every config section shares: strict pydantic models that refuse unknown keys and coerce nothing, and dates."""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DIRECTIVES = frozenset("YmdyjbBHIMSfpzaAGVuUWw%")
"""What a date in a table can be written with; names of days and months are English ones on every machine."""


class Section(BaseModel):
    """A section of the YAML: frozen, strict, no unknown keys, no NaN or infinity."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        defer_build=True,
    )


def _calendar_date(value: object) -> object:
    """Return the day that a text names; YAML 1.2 has no dates, so a text is what arrives."""
    if not isinstance(value, str):
        return value
    if _ISO_DAY.fullmatch(value) is None:
        raise ValueError("a date is written as YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("a date is written as YYYY-MM-DD, and this is no day of the calendar") from None


def _date_format(pattern: str) -> str:
    """Return a strptime format that every machine reads alike."""
    found = re.findall(r"%(.?)", pattern, re.DOTALL)
    odd = sorted({letter for letter in found if letter not in _DIRECTIVES or not letter})
    if odd:
        written = ", ".join(f"%{letter}" if letter.isalnum() else "a single %" for letter in odd[:5])
        raise ValueError(
            f"date_format holds {written}, by which no date can be read; take from %Y %m %d %y %b %B %j %G %V %u %H %M %S"
        )
    parts = [letter for letter in found if letter != "%"]
    if not parts:
        raise ValueError("date_format names no part of a date; write it like %d.%m.%Y")
    if len(set(parts)) < len(parts):
        raise ValueError("date_format names one part of a date twice")
    if not _gives_back(pattern):
        raise ValueError("a date format names the year and what else its dates show, for example %d.%m.%Y")
    return pattern


def _gives_back(pattern: str) -> bool:
    """Return whether a date written in a format is read back; one that cannot give back a date is none."""
    first = date(2024, 1, 1)  # first of its year, month and ISO week: every format gives it back
    form = f"{pattern} %u" if "%V" in pattern and "%u" not in pattern else pattern
    try:
        return (
            bool(re.search("%[YyG]", pattern))
            and datetime.strptime(first.strftime(form), form).date() == first
        )
    except (ValueError, OverflowError, re.error):
        return False


CalendarDate = Annotated[date, BeforeValidator(_calendar_date)]
"""A day, written as YYYY-MM-DD and in no other way."""
DateFormat = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_date_format)]
"""How the dates of a table are written, in strptime's letters."""
