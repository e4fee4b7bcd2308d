"""What every kind of experiment states in the YAML, and what every analysis hands back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from mixproof.config import CalendarDate, Section
from mixproof.records.evidence import Evidence
from mixproof.records.verdict import Finding

Name = Annotated[str, Field(min_length=1, max_length=120)]
Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]
Doubt = Literal[
    "intervention-contradicted",
    "spend-alike",
    "exposure-alike",
    "geo-is-a-sum",
    "controls-dead",
    "holdout-active-users",
]
Level = Annotated[float, Field(ge=0.5, le=0.999)]


class Money(Section):
    """What turns an increment into profit."""

    margin: Annotated[float, Field(gt=0, le=1)] | None = None
    """Contribution margin: profit per unit of revenue before the cost of media."""
    value_per_conversion: Positive | None = None
    """Money per conversion, for outcomes that are counts; profit, not revenue, when `margin` is absent."""


class Experiment(Section):
    """What every experiment has: a name, what was tested, when, and what a unit of outcome is worth."""

    name: Name
    """Name shown in tables and on the page; unique in the config."""
    channels: Annotated[tuple[Name, ...], Field(min_length=1)]
    """Channels tested, by the names that `data.channels` uses."""
    start: CalendarDate | None = None
    """First day of treatment."""
    end: CalendarDate | None = None
    """Last day of treatment, inclusive."""
    cooldown_days: Annotated[int, Field(ge=0, le=366)] = 0
    """Days after `end` whose outcome still counts, because effects arrive late."""
    level: Level | None = None
    """Confidence level of this experiment's intervals; default `lift.level`."""
    money: Money = Money()
    """Margin and value per conversion."""
    overlaps: tuple[Name, ...] = ()
    """Experiments on the same channels and days that overlap this one by design (cells of one test, say)."""
    accept: tuple[Doubt, ...] = ()
    """Doubts about the test's data that were looked into and are to be accepted."""
    in_panel: bool | None = None
    """Whether this test's outcome is also part of the media-mix panel."""

    @model_validator(mode="after")
    def _ordered(self) -> "Experiment":
        if (self.start is None) != (self.end is None):
            raise ValueError("give both start and end of the test, or neither")
        if self.start is not None and self.end is not None and self.end < self.start:
            raise ValueError("end lies before start")
        return self

    @property
    def files(self) -> tuple[str, ...]:
        """Files that the experiment reads, as the YAML names them."""
        return ()

    @property
    def outcome_end(self) -> date | None:
        """Last day whose outcome counts: the end of treatment plus the cool-down."""
        return None if self.end is None else self.end + timedelta(days=self.cooldown_days)


@dataclass(frozen=True, slots=True)
class Context:
    """What an analysis needs besides its own section.

    Parameters
    ----------
    folder : pathlib.Path
        Folder from which the experiment's tables are read.
    seed : int
    level : float
        Confidence level where the experiment names none.
    currency : str
        ISO 4217 code of every money value.
    """

    folder: Path
    seed: int
    level: float
    currency: str

    def level_of(self, experiment: Experiment) -> float:
        """Return the confidence level of `experiment`'s intervals."""
        return self.level if experiment.level is None else experiment.level


@dataclass(frozen=True, slots=True)
class PoolInput:
    """A result that may be pooled with others of the same channel and estimand.

    Parameters
    ----------
    experiment : str
    channel : str
    estimand : str
        An estimand of ``tables/lift.csv``: "iroas", "relative_lift", ...
    estimate, se : float
        In `unit`.
    unit : str
    end : datetime.date or None
        Last day of treatment; the age of the evidence counts from here.
    outcome : str
        Name of the outcome, empty where it does not matter.
    arm : str
        Arm or cell, where a test has several.
    alike : mapping of str to float
        Correlation of its error with those of other arms of the same test, by arm: they share a control.
    """

    experiment: str
    channel: str
    estimand: str
    estimate: float
    se: float
    unit: str
    end: date | None = None
    outcome: str = ""
    arm: str = ""
    alike: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExperimentResult:
    """What the analysis of one experiment hands back.

    Parameters
    ----------
    rows : list of mapping
        Rows of `lift.tables.LIFT` without ``verdict``, which `lift.analyse` fills from the findings.
    evidence : tuple of Evidence
    findings : tuple of Finding
        Each with the experiment's name as ``subject``.
    tables : mapping of str to list of mapping
        Rows for other tables of `lift.tables.TABLES`, by table name.
    pool : tuple of PoolInput
    """

    rows: list[dict[str, Any]]
    evidence: tuple[Evidence, ...]
    findings: tuple[Finding, ...]
    tables: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    pool: tuple[PoolInput, ...] = ()
