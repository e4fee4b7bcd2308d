"""What an experiment proved, as a record that `lift` writes and the media-mix model reads without converting a unit.

An experiment is one `Evidence`. It holds one or several readouts (an arm or cell over a span of days) with their
full covariance, because arms that share a control, and periods that share a counterfactual, err together. Every
effect is a **total over the treated units of that readout**, in `Evidence.unit`; never per user, never per day.

Version 2 of the schema says what a model needs to ask the same question of itself: which part of the market a readout
stands for, when its people entered, what they would have done without the test, what was spent before it, and what kind
of measurement it was. Records of version 1 are read, also under the toolkit's former name; what they do not say is None.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

from mixproof.records.schema import is_schema

EvidenceKind = Literal["holdout", "geo", "imported"]
OutcomeKind = Literal["revenue", "count"]
EvidenceEstimand = Literal["incremental_outcome", "roi", "relative_lift"]
EvidenceQuality = Literal["randomised", "quasi-experimental", "imported"]
ErrorShape = Literal["normal", "student_t"]
Measurement = Literal[
    "randomised_people", "randomised_geos", "matched_geos", "platform_study", "imported_statement"
]
SCHEMA = "mixproof-evidence-2"
FIRST_SCHEMA = "mixproof-evidence-1"
"""Still read: channels of a spend path joined by " + ", and none of the fields that came with version 2."""


@dataclass(frozen=True, slots=True)
class ArmPopulation:
    """The people of one arm.

    Parameters
    ----------
    arm : str
    role : {"control", "treated"}
    users : float or None
        People assigned; for geo cells the population of the cell's geos; None where unknown.
    exposed : float or None
        People of the arm who were in fact exposed; None where it was not counted.
    """

    arm: str
    role: Literal["control", "treated"]
    users: float | None = None
    exposed: float | None = None


@dataclass(frozen=True, slots=True)
class SpendPath:
    """Spend of one channel, or of several together, in one arm: as run, and as it would have been without the test.

    Parameters
    ----------
    channels : tuple of str
        Channels whose money this is. Several where only their sum is known.
    arm : str
    geos : tuple of str
        Rows of the matrices; empty means one row, the whole market.
    dates : tuple of datetime.date
        Starts of the periods of `as_run` and `without`.
    period_days : int
        Days in a period: 1 daily, 7 weekly, or the length of the test when only its total is known.
    as_run, without : tuple of tuple of float, shape (geo, date)
        Money in `Evidence.currency`. `without` is what the control saw: zero for a holdout or go-dark in the
        holdout's place, the baseline for a heavy-up. For go-dark `as_run` is the darkened path.
    before : tuple of tuple of float, shape (geo, periods before the test)
        Money in the periods of the same length that end where `dates` begin, the latest last: what was still at work
        when the test began, alike in both paths. Empty where it is not known.
    """

    channels: tuple[str, ...]
    arm: str
    geos: tuple[str, ...]
    dates: tuple[date, ...]
    period_days: int
    as_run: tuple[tuple[float, ...], ...]
    without: tuple[tuple[float, ...], ...]
    before: tuple[tuple[float, ...], ...] = ()

    @property
    def incremental(self) -> float:
        """Money spent because of the treatment: as run minus without, over all geos and dates."""
        return math.fsum(value for row in self.as_run for value in row) - math.fsum(
            value for row in self.without for value in row
        )


@dataclass(frozen=True, slots=True)
class Readout:
    """One measured effect: the total over the treated units of `arm` from `start` to `end`, both inclusive.

    Parameters
    ----------
    arm : str
    channels : tuple of str
        What this arm was treated with.
    start, end : datetime.date or None
        First and last day whose outcome is counted; None for a test whose window is not known.
    effect : float
        As run minus without, in `Evidence.unit`; for estimand "roi" value in money per unit of currency, for
        "relative_lift" a fraction. Signed.
    geos : tuple of str
        Geos whose treated units are counted; empty means the whole market.
    entered : tuple of two datetime.date, or None
        First and last day on which the people counted entered the test, where they are a part of the arm: the week of
        exposure of a holdout. Each person is counted from the own day of entry on, at most until `end`. None where all
        treated units of the arm are counted over the whole window.
    people_share : float or None
        The units counted as a share, from 0 to 1, of all people of `geos` (of the whole market where there are none);
        1 where whole geos were treated. None where unknown.
    market_share : float or None
        Outcome of `geos` before the test as a share, from 0 to 1, of the outcome of the whole market; 1 where the
        readout stands for the whole market. With `people_share` it is what a national model multiplies its own effect
        with. None where unknown.
    baseline : float or None
        What the units counted would have had from `start` to `end` without the test, in `Evidence.unit`. None where
        unknown.
    """

    arm: str
    channels: tuple[str, ...]
    start: date | None
    end: date | None
    effect: float
    geos: tuple[str, ...] = ()
    entered: tuple[date, date] | None = None
    people_share: float | None = None
    market_share: float | None = None
    baseline: float | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one experiment proved.

    Parameters
    ----------
    experiment : str
    kind : {"holdout", "geo", "imported"}
    estimand : {"incremental_outcome", "roi", "relative_lift"}
        Total increment of the outcome, or a statement about value per unit of spend in a steady state (weaker), or about
        a lift whose base is not known (weaker still: nothing can be asked of a model).
    outcome_kind : {"revenue", "count"}
    outcome : str
        Name of the outcome that was counted.
    unit : str
        Unit of every effect: the currency code for revenue, the outcome's name for counts.
    currency : str
        ISO 4217 code of every money value.
    readouts : tuple of Readout
    covariance : tuple of tuple of float, shape (readout, readout)
        Sampling covariance of the effects, in squared `unit`.
    start, end : datetime.date or None
        First and last day of treatment.
    outcome_end : datetime.date or None
        Last day whose outcome is counted: `end` plus the cool-down.
    treated_share : float or None
        Treated people of all readouts together as a share of all people of their geos, from 0 to 1. 1 for geo tests;
        None where unknown. `Readout.people_share` is that of one readout.
    arms : tuple of ArmPopulation
    spend : tuple of SpendPath
    level : float
        Confidence level of `lower` and `upper`.
    lower, upper : tuple of float, shape (readout,)
        Ends of the published intervals; asymmetric where the method is. Infinite where unbounded.
    shape : {"normal", "student_t"}
    degrees_of_freedom : float or None
    method : str
        Estimator and inference, as printed in ``tables/lift.csv``.
    quality : {"randomised", "quasi-experimental", "imported"}
    measurement : str or None
        Kind of measurement: "randomised_people" (a holdout), "randomised_geos", "matched_geos" (chosen by hand or by a
        rule), "platform_study" (a platform's own experiment) or "imported_statement" (a result of another tool). None
        where unknown.
    in_panel : bool or None
        Whether the outcome counted here is also in the media-mix panel (then the data must not enter twice).
    hashes : mapping of str to str
        SHA-256 of the config section and of every table read.
    notes : tuple of str
        Sentences the reader of a calibration must see.
    """

    experiment: str
    kind: EvidenceKind
    estimand: EvidenceEstimand
    outcome_kind: OutcomeKind
    outcome: str
    unit: str
    currency: str
    readouts: tuple[Readout, ...]
    covariance: tuple[tuple[float, ...], ...]
    start: date | None
    end: date | None
    outcome_end: date | None
    treated_share: float | None
    arms: tuple[ArmPopulation, ...]
    spend: tuple[SpendPath, ...]
    level: float
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    method: str
    quality: EvidenceQuality
    measurement: Measurement | None = None
    shape: ErrorShape = "normal"
    degrees_of_freedom: float | None = None
    in_panel: bool | None = None
    hashes: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of all channels tested, each once, in order of appearance."""
        return tuple(dict.fromkeys(channel for readout in self.readouts for channel in readout.channels))

    @property
    def geos(self) -> tuple[str, ...]:
        """Names of all geos with treated units, each once; empty means the whole market."""
        return tuple(dict.fromkeys(geo for readout in self.readouts for geo in readout.geos))

    @property
    def weaker(self) -> bool:
        """True where window or dose are unknown, so that only a statement about steady state is possible."""
        return self.estimand != "incremental_outcome" or self.start is None or self.end is None

    @property
    def informative(self) -> bool:
        """False where the data rule nothing out: an effect is no number, or the covariance is infinite."""
        effects = all(math.isfinite(readout.effect) for readout in self.readouts)
        return effects and all(math.isfinite(value) for row in self.covariance for value in row)

    def age_weeks(self, day: date) -> float | None:
        """Return the weeks from the last day of treatment to `day`, below zero for a later test; None where unknown."""
        return None if self.end is None else (day - self.end).days / 7

    @property
    def standard_errors(self) -> tuple[float, ...]:
        """Square roots of the covariance's diagonal, in `unit`."""
        return tuple(math.sqrt(self.covariance[i][i]) for i in range(len(self.readouts)))

    def to_json(self) -> str:
        """Return the record as JSON text; `from_json` gives back an equal record, floats bit for bit."""
        return json.dumps(
            _plain({"schema": SCHEMA, **asdict(self)}), ensure_ascii=False, allow_nan=False, indent=2
        )

    @classmethod
    def from_json(cls, text: str) -> "Evidence":
        """Return the record that `to_json` wrote.

        Raises
        ------
        ValueError
            The text is not a record of this schema, nor of the one before it.
        """
        record = json.loads(text)
        schema = record.pop("schema", None) if isinstance(record, dict) else None
        if not is_schema(schema, SCHEMA) and not is_schema(schema, FIRST_SCHEMA):
            raise ValueError(f"not an evidence record of schema {SCHEMA} or {FIRST_SCHEMA}")
        record["readouts"] = tuple(_readout(item) for item in record["readouts"])
        record["arms"] = tuple(ArmPopulation(**item) for item in record["arms"])
        # Version 1 joined the channels of a path by " + "; the readouts say which they were.
        joined = {" + ".join(readout.channels): readout.channels for readout in record["readouts"]}
        record["spend"] = tuple(_spend(item, joined) for item in record["spend"])
        for name in ("start", "end", "outcome_end"):
            record[name] = _date(record[name])
        record["covariance"] = _matrix(record["covariance"])
        record["lower"] = tuple(_number(value) for value in record["lower"])
        record["upper"] = tuple(_number(value) for value in record["upper"])
        record["notes"] = tuple(record["notes"])
        return cls(**record)


def _plain(value: Any) -> Any:
    """Return `value` as JSON types; infinities as words, since JSON has no number for them."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return value


def _number(value: float | str) -> float:
    return float(value)


def _day(value: str) -> date:
    return date.fromisoformat(value)


def _date(value: str | None) -> date | None:
    return None if value is None else _day(value)


def _matrix(rows: list[list[float]]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(_number(value) for value in row) for row in rows)


def _readout(item: dict[str, Any]) -> Readout:
    entered = item.get("entered")
    return Readout(
        arm=item["arm"],
        channels=tuple(item["channels"]),
        start=_date(item["start"]),
        end=_date(item["end"]),
        effect=_number(item["effect"]),
        geos=tuple(item["geos"]),
        entered=None if entered is None else (_day(entered[0]), _day(entered[1])),
        people_share=item.get("people_share"),
        market_share=item.get("market_share"),
        baseline=_number_if_known(item.get("baseline")),
    )


def _number_if_known(value: float | str | None) -> float | None:
    return None if value is None else _number(value)


def _spend(item: dict[str, Any], joined: Mapping[str, tuple[str, ...]]) -> SpendPath:
    channels = item["channels"] if "channels" in item else joined.get(item["channel"], (item["channel"],))
    return SpendPath(
        channels=tuple(channels),
        arm=item["arm"],
        geos=tuple(item["geos"]),
        dates=tuple(_day(value) for value in item["dates"]),
        period_days=item["period_days"],
        as_run=_matrix(item["as_run"]),
        without=_matrix(item["without"]),
        before=_matrix(item.get("before", [])),
    )
