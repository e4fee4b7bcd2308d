"""What is assumed of the time after the panel: the paths of controls and treatments, and the dates of events."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from mixproof.config import CalendarDate, Section

Name = Annotated[str, Field(min_length=1, max_length=80)]
FAULTS: dict[str, tuple[str, str, str]] = {
    "forecast-start": (
        "config",
        "A forecast begins before the end of the panel, far after it, or not where a period does.",
        "Begin with the first day of a period after the panel, or leave the start out.",
    ),
    "forecast-unknown": (
        "config",
        "What is assumed of the time to come names a control, treatment or event that the model does not have.",
        "Take the name from the model's own, or leave it out.",
    ),
}
"""Every fault that a forecast can raise: code -> (family, meaning, remedy)."""
Held = Literal["last_year", "last_value"]


class Outlook(Section):
    """What is assumed of controls, treatments and events in the periods that are forecast."""

    held: dict[Name, Held] = {}
    """Controls and treatments: as in the same periods of the panel's last year, or at their last value. Default last_year;
    of a panel shorter than a year, as in its last periods."""
    values: dict[Name, float] = {}
    """Controls and treatments that are at a stated value in all periods."""
    events: dict[Name, tuple[CalendarDate, ...]] = {}
    """Further dates of events that the model knows; those among its own dates count as well."""

    @model_validator(mode="after")
    def _once(self) -> "Outlook":
        twice = sorted(set(self.held) & set(self.values))
        if twice:
            raise ValueError(f"a control or treatment is held or has a value, not both: {', '.join(twice)}")
        return self
