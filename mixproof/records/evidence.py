"""What an experiment proved, as a record that `lift` writes and the media-mix model reads without converting a unit.

An experiment is one `Evidence`. It holds one or several readouts (an arm or cell over a span of days) with their
full covariance, because arms that share a control, and periods that share a counterfactual, err together. Every
effect is a **total over the treated units of that readout**, in `Evidence.unit`; never per user, never per day.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal, cast

from mixproof.records.schema import is_schema

EvidenceKind = Literal["holdout", "geo", "imported"]
OutcomeKind = Literal["revenue", "count"]
EvidenceEstimand = Literal["incremental_outcome", "roi"]
EvidenceQuality = Literal["randomised", "quasi-experimental", "imported"]
ErrorShape = Literal["normal", "student_t"]
SCHEMA = "mixproof-evidence-1"


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
    """Spend of one channel in one arm, as run and as it would have been without the test's treatment.

    Parameters
    ----------
    channel, arm : str
    geos : tuple of str
        Rows of the two matrices; empty means one row, the whole market.
    dates : tuple of datetime.date
        Starts of the periods of the two matrices.
    period_days : int
        Days in a period: 1 daily, 7 weekly, or the length of the test when only its total is known.
    as_run, without : tuple of tuple of float, shape (geo, date)
        Money in `Evidence.currency`. `without` is what the control saw: zero for a holdout or go-dark in the
        holdout's place, the baseline for a heavy-up. For go-dark `as_run` is the darkened path.
    """

    channel: str
    arm: str
    geos: tuple[str, ...]
    dates: tuple[date, ...]
    period_days: int
    as_run: tuple[tuple[float, ...], ...]
    without: tuple[tuple[float, ...], ...]

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
        As run minus without, in `Evidence.unit`; for estimand "roi" in `unit` per unit of currency. Signed.
    geos : tuple of str
        Geos whose treated units are counted; empty means the whole market.
    """

    arm: str
    channels: tuple[str, ...]
    start: date | None
    end: date | None
    effect: float
    geos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one experiment proved.

    Parameters
    ----------
    experiment : str
    kind : {"holdout", "geo", "imported"}
    estimand : {"incremental_outcome", "roi"}
        Total increment of the outcome, or a statement about value per unit of spend in a steady state (weaker).
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
        Treated people as a share of all people of the readouts' geos: what the media-mix model multiplies its own
        effect with. 1 for geo tests; None where unknown.
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
        return self.estimand == "roi" or self.start is None or self.end is None

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
            The text is not a record of this schema.
        """
        record = json.loads(text)
        if not isinstance(record, dict) or not is_schema(record.pop("schema", None), SCHEMA):
            raise ValueError(f"not an evidence record of schema {SCHEMA}")
        record["readouts"] = tuple(_readout(item) for item in record["readouts"])
        record["arms"] = tuple(ArmPopulation(**item) for item in record["arms"])
        record["spend"] = tuple(_spend(item) for item in record["spend"])
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


def _date(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _matrix(rows: list[list[float]]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(_number(value) for value in row) for row in rows)


def _readout(item: dict[str, Any]) -> Readout:
    return Readout(
        arm=item["arm"],
        channels=tuple(item["channels"]),
        start=_date(item["start"]),
        end=_date(item["end"]),
        effect=_number(item["effect"]),
        geos=tuple(item["geos"]),
    )


def _spend(item: dict[str, Any]) -> SpendPath:
    return SpendPath(
        channel=item["channel"],
        arm=item["arm"],
        geos=tuple(item["geos"]),
        dates=tuple(cast(date, _date(value)) for value in item["dates"]),
        period_days=item["period_days"],
        as_run=_matrix(item["as_run"]),
        without=_matrix(item["without"]),
    )
