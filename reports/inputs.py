"""What pages need from a run folder, read once and typed.

What the writer of the run folder promises (`mixproof.records.run`):

- ``manifest``: ``name``, ``run_id``, ``seed``, ``config_hash``, ``inputs`` {path: sha256}, ``artefacts``
  {path: sha256}, ``versions`` {package: version}, ``platform``, ``timings`` {stage: seconds}, ``sampling``
  (``log_density``, ``start``, ``earlier_run``), ``verdict`` (`Verdict.as_dict`), and ``panel``: ``currency``,
  ``outcome_name``, ``outcome_kind`` ("revenue" or "count"),
  ``outcome_unit``, ``frequency``, ``geos`` [...], ``start``, ``end`` (ISO dates), ``ledger`` [{table, read, used,
  excluded, reason}], ``notices`` [...]. While the report stage runs, the folder is not published and parts of the
  manifest (artefacts, timings) may be missing; pages then leave them out.
- ``config``: the resolved YAML as plain dicts and lists; ``config["mmm"]["interval"]`` holds level and kind.
- ``verdict``: `mixproof.records.verdict.Verdict`.
- ``tables``: names of ``tables/*.csv``; ``table(name)`` reads one as a frame. The table ``columns``
  (`mixproof.records.table.COLUMNS`) describes all others; without it the workbook still works, with fewer words.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from mixproof.records.verdict import Grade, Verdict

Record = Mapping[str, Any]
"""A row of a table: column name to value."""
WITHIN = "only within "
"""What ``reported_as`` begins with where a channel is a member of a group."""
MIXED, ASSUMED = "mixed with demand", "mostly assumed"
"""What ``caution`` says: that spend follows demand, or that most may lie below the lowest observed level."""
NAMING = ("channel", "component", "line", "reported_as")
"""Columns of tables that name a channel or a group."""
_KINDS = {"equal_tailed": "equal-tailed credible", "highest_density": "highest-density credible"}


class RunFolder(Protocol):
    """The part of `mixproof.records.run.Run` that reports use."""

    @property
    def path(self) -> Path: ...
    @property
    def manifest(self) -> Mapping[str, Any]: ...
    @property
    def config(self) -> Mapping[str, Any]: ...
    @property
    def verdict(self) -> Verdict: ...
    @property
    def tables(self) -> Iterable[str]: ...
    def table(self, name: str) -> pd.DataFrame: ...


@dataclass(frozen=True, slots=True)
class PanelFacts:
    """What the run knows about its data."""

    currency: str
    outcome_name: str
    outcome_kind: str
    outcome_unit: str
    frequency: str
    geos: tuple[str, ...]
    start: str
    end: str
    ledger: tuple[Mapping[str, Any], ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def period(self) -> str:
        """Return the English word for one data period."""
        return {"daily": "day", "weekly": "week", "monthly": "month", "yearly": "year"}.get(
            self.frequency, "period"
        )


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the numbers come from, for those who check."""

    name: str
    run_id: str
    seed: int | None
    config_hash: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    artefacts: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    platform: str = ""
    timings: Mapping[str, float] = field(default_factory=dict)
    sampling: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Interval:
    """Level and kind of every interval of a run."""

    level: float
    kind: str

    @property
    def name(self) -> str:
        """Return for example ``90 % equal-tailed credible interval``."""
        return f"{100 * self.level:.3g}\u00a0% {_KINDS.get(self.kind, self.kind)} interval"

    @property
    def short(self) -> str:
        """Return for example ``90 % interval``."""
        return f"{100 * self.level:.3g}\u00a0% interval"


@dataclass(frozen=True, slots=True)
class SummaryInputs:
    """Everything the summary page and the workbook read."""

    panel: PanelFacts
    provenance: Provenance
    interval: Interval
    verdict: Verdict
    config: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    families: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def marked(self) -> bool:
        """Return whether everything must be marked as not reportable."""
        return self.verdict.grade is Grade.NOT_REPORTABLE

    @property
    def channels(self) -> pd.DataFrame:
        """Return the channels that are not sums of others, in the run's order."""
        frame = self.tables["channels"]
        return frame[frame["kind"] != "group"].reset_index(drop=True)

    @property
    def reported(self) -> pd.DataFrame:
        """Return what may be reported by itself: channels the data can tell apart, and groups for the others."""
        frame = self.tables["channels"]
        within = frame["reported_as"].astype(str).str.startswith(WITHIN)
        return frame[~within].reset_index(drop=True)

    @property
    def roi_known(self) -> bool:
        """Return whether the outcome has a value in money, so that a return on spend exists."""
        return bool(self.tables["channels"]["roi_mean"].notna().any())

    @property
    def margin(self) -> float | None:
        """Return the contribution margin that the model's section states, None where it states none."""
        stated = (self.config.get("mmm") or {}).get("margin")
        return None if stated is None else float(stated)

    @property
    def break_even(self) -> float:
        """Return the return on spend at which it pays for itself: one over the margin, 1 where none is stated."""
        return 1.0 if self.margin is None else 1.0 / self.margin

    @property
    def fiscal_year_starts(self) -> int:
        """Return the month in which the fiscal year starts."""
        return int((self.config.get("mmm") or {}).get("fiscal_year_starts") or 1)

    def table(self, name: str) -> pd.DataFrame:
        """Return table `name`, empty when the run has none or no rows in it."""
        return self.tables.get(name, pd.DataFrame())


def read_inputs(run: RunFolder) -> SummaryInputs:
    """Return what the summary needs from a run folder.

    Raises
    ------
    KeyError
        The run has no table ``channels`` or no panel facts: a fault of the writer of the folder.
    """
    manifest, config = run.manifest, run.config
    facts = dict(manifest["panel"])
    panel = PanelFacts(
        **{key: str(facts[key]) for key in _TEXT_FACTS},
        geos=tuple(map(str, facts["geos"])),
        ledger=tuple(facts.get("ledger", ())),
        notices=tuple(map(str, facts.get("notices", ()))),
    )
    interval = dict((config.get("mmm") or {}).get("interval") or {})
    return SummaryInputs(
        panel,
        provenance_of(manifest),
        Interval(float(interval.get("level", 0.9)), str(interval.get("kind", "equal_tailed"))),
        run.verdict,
        config,
        {name: _dated(run.table(name)) for name in sorted(run.tables)},
        dict(manifest.get("families") or {}),
    )


def with_marks(inputs: SummaryInputs) -> SummaryInputs:
    """Return inputs in which a channel with a caution carries it in its name, such as ``search (mixed with demand)``.

    Whatever a section then says or draws of the channel says it too.
    """
    channels = inputs.table("channels")
    if "caution" not in channels or not channels["caution"].astype(bool).any():
        return inputs
    names = {
        str(row["channel"]): f"{row['channel']} ({row['caution']})"
        for row in records(channels)
        if row["caution"]
    }
    names |= {f"{WITHIN}{name}": f"{WITHIN}{marked}" for name, marked in names.items()}
    tables = {
        table: frame.assign(
            **{column: frame[column].replace(names) for column in NAMING if column in frame.columns}
        )
        for table, frame in inputs.tables.items()
    }
    return replace(inputs, tables=tables)


def provenance_of(manifest: Mapping[str, Any]) -> Provenance:
    """Return where a run's numbers come from; what the manifest does not say yet is left empty."""
    return Provenance(
        str(manifest.get("name", "")),
        str(manifest.get("run_id", "")),
        manifest.get("seed"),
        str(manifest.get("config_hash", "")),
        **{
            key: dict(manifest.get(key) or {})
            for key in ("inputs", "artefacts", "versions", "timings", "sampling")
        },
        platform=str(manifest.get("platform", "")),
    )


_TEXT_FACTS = ("currency", "outcome_name", "outcome_kind", "outcome_unit", "frequency", "start", "end")


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with its date column as dates (a CSV holds them as text) and its empty texts as empty texts."""
    frame = frame.copy()
    if "date" in frame.columns:
        frame["date"] = pd.to_datetime(frame["date"])
    for name in frame.columns:
        if frame[name].dtype == object or pd.api.types.is_string_dtype(frame[name]):
            frame[name] = frame[name].fillna("")
    if "caution" in frame.columns:  # a CSV of which no row has one holds no texts at all
        frame["caution"] = frame["caution"].astype(object).fillna("")
    return frame


def follows_demand(row: Record) -> bool:
    """Return whether a row is about a channel whose return is mixed with demand."""
    return MIXED in str(row.get("caution") or "")


def as_observed(row: Record) -> Record:
    """Return a row in which contribution and ROI of a channel that is mostly assumed are those of the observed part.

    Rows of a channel that follows demand, of other channels, and of tables without an observed part stay as they are.
    """
    if (
        ASSUMED not in str(row.get("caution") or "")
        or follows_demand(row)
        or "contribution_observed_mean" not in row
    ):
        return row
    ends = ("mean", "lower", "upper")
    return dict(row) | {
        f"{name}_{end}": row[f"{name}_observed_{end}"] for name in ("contribution", "roi") for end in ends
    }


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table."""
    names = [str(name) for name in frame.columns]
    columns = [frame[name].tolist() for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def groups(frame: pd.DataFrame, column: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each value of a text column, in order of appearance, with its rows.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any table.
    column : str
        Column of text.

    Yields
    ------
    tuple of (str, pandas.DataFrame)
        A value and its rows.
    """
    for name, rows in frame.groupby(column, sort=False):
        yield str(name), rows


def keyed(frame: pd.DataFrame, column: str) -> dict[str, dict[str, Any]]:
    """Return the rows of a table by a text column that names each once.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any table.
    column : str
        Column of text.

    Returns
    -------
    dict of str to dict of str to object
        Rows by that text; of rows with one text the last is kept.
    """
    return {str(row[column]): row for row in records(frame)}
