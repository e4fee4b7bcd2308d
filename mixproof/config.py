"""What every config section shares: strict pydantic models that refuse unknown keys and coerce nothing."""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Section(BaseModel):
    """A section of the YAML: frozen, strict, no unknown keys, no NaN or infinity."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, use_attribute_docstrings=True
    )


def _date_format(text: str) -> str:
    """Return a format of dates that names a day, month or year; one that cannot give back a date is none."""
    first = date(2024, 1, 1)  # first of its year, month and ISO week: every format gives it back
    week = "%V" in text and "%u" not in text
    try:
        form = f"{text} %u" if week else text
        year = re.search("%[YyGcx]", text)
        same = bool(year) and datetime.strptime(first.strftime(form), form).date() == first
    except (ValueError, OverflowError, re.error):
        same = False
    if not same:
        raise ValueError("a date format names the year and what else its dates show, for example %d.%m.%Y")
    return text


DateFormat = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_date_format)]
"""How dates are written, as strptime."""
