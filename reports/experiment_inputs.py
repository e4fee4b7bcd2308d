"""What the page of one experiment needs from a run folder, read once and typed."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from mixproof.records.verdict import Verdict
from reports.inputs import Provenance, RunFolder, provenance_of, records
from reports.numbers import Numbers, singular

Row = Mapping[str, Any]
LIFT_TABLES = "lift"
"""Every table about experiments has a name that begins so."""


@dataclass(frozen=True, slots=True)
class ExperimentPage:
    """One experiment of a run: its section of the YAML, its rows of every table, and what checks found.

    Parameters
    ----------
    section : mapping
        The experiment's section, resolved.
    currency : str
    tables : mapping of str to DataFrame
        The experiment's rows of every table about experiments; those of its channels for pools.
    others : DataFrame
        Rows of ``lift_next`` of all experiments of the run.
    verdict : Verdict
        Findings about this experiment.
    source : Provenance
    numbers : Numbers
    """

    section: Mapping[str, Any]
    currency: str
    tables: Mapping[str, pd.DataFrame]
    others: pd.DataFrame
    verdict: Verdict
    source: Provenance
    numbers: Numbers

    @property
    def name(self) -> str:
        """Return the experiment's name."""
        return str(self.section["name"])

    @property
    def kind(self) -> str:
        """Return holdout, geo or imported."""
        return str(self.section["kind"])

    @property
    def channels(self) -> list[str]:
        """Return the channels that were tested."""
        return [str(channel) for channel in self.section["channels"]]

    @property
    def arms(self) -> list[str]:
        """Return treated arms or cells, in the order of the YAML; differences between two of them are none."""
        rows = self.tables["lift"]
        return list(dict.fromkeys(rows.loc[rows["role"] == "primary", "arm"]))

    @property
    def outcomes(self) -> list[str]:
        """Return the outcomes with answers; money first, because it is what decisions are about; secondary ones last."""
        rows = self.tables["lift"]
        further = set(rows.loc[rows["role"] == "secondary", "outcome"])
        found = list(dict.fromkeys(rows["outcome"]))
        return sorted(found, key=lambda name: (name in further, name != "revenue"))

    def primary(self, arm: str, estimand: str, outcome: str | None = None) -> Row | None:
        """Return the answer to a question (no comparison), for the first outcome that has one unless one is named.

        Parameters
        ----------
        arm, estimand : str
            As the table ``lift`` names them.
        outcome : str, optional
            Default the page's outcomes in their order.

        Returns
        -------
        dict of str to object or None
            None where no outcome has such an answer.
        """
        rows = self.tables["lift"]
        for wanted in [outcome] if outcome else self.outcomes:
            chosen = rows[
                (rows["arm"] == arm)
                & (rows["estimand"] == estimand)
                & (rows["outcome"] == wanted)
                & rows["role"].isin(["primary", "secondary"])
            ]
            if len(chosen):
                return records(chosen)[0]
        return None

    def answers(self, arm: str, outcome: str) -> list[dict[str, Any]]:
        """Return all primary answers of an arm about an outcome.

        Parameters
        ----------
        arm, outcome : str
            As the table ``lift`` names them.

        Returns
        -------
        list of dict of str to object
            Rows of ``lift``.
        """
        rows = self.tables["lift"]
        keep = (rows["arm"] == arm) & (rows["outcome"] == outcome) & (rows["role"] == "primary")
        return records(rows[keep])

    def of_arm(self, table: str, arm: str) -> pd.DataFrame:
        """Return an arm's rows of a table.

        Parameters
        ----------
        table : str
            Name of a table that has a column ``arm``.
        arm : str
            As the table names it.

        Returns
        -------
        pandas.DataFrame
            Rows are numbered anew.
        """
        frame = self.tables[table]
        return frame[frame["arm"] == arm].reset_index(drop=True)

    def value(self, row: Row, part: str = "estimate") -> str:
        """Return a number of an answer as people read it, with its unit.

        Parameters
        ----------
        row : dict of str to object
            Of the table ``lift``, with its ``unit``.
        part : str, default "estimate"
            Column of the number: ``estimate``, ``lower`` or ``upper``.

        Returns
        -------
        str
        """
        return self.written(float(row[part]), str(row["unit"]))

    def written(self, value: float, unit: str) -> str:
        """Return a value in its unit: per cent for fractions, a ratio for money per money, else an amount.

        Parameters
        ----------
        value : float
            Infinite where an interval has no end.
        unit : str
            As the table ``lift`` names it: "fraction", the currency, "EUR per EUR", "orders per person".

        Returns
        -------
        str
        """
        if value in (float("inf"), float("-inf")):
            return "no limit"
        if unit == "fraction":
            return self.numbers.percent(value)
        if unit == f"{self.currency} per {self.currency}":
            return self.numbers.ratio(value)
        money, _, one = unit.partition(" per ")
        return self.numbers.amount(value, f"{money} per {singular(one)}" if one else unit)

    def interval(self, row: Row) -> str:
        """Return an answer's interval in words: both ends, an open end, or that there is none."""
        low, high, unit = float(row["lower"]), float(row["upper"]), str(row["unit"])
        if float(row["estimate"]) != float(row["estimate"]) and low != low:
            return str(row["note"]) or "none"
        if low != low or high != high:
            return "empty: no value fits the data"
        if low == float("-inf") and high == float("inf"):
            return "no limit on either side"
        if low == float("-inf"):
            return f"up to {self.written(high, unit)}, no limit below"
        if high == float("inf"):
            return f"from {self.written(low, unit)}, no limit above"
        if unit == "fraction":
            return self.numbers.percent_span(low, high)
        if unit == f"{self.currency} per {self.currency}":
            return self.numbers.ratio_span(low, high)
        return self.numbers.span(low, high, unit)

    def short(self, row: Row) -> str:
        """Return an answer with its interval, without its unit: for a chart whose axis names it."""
        unit = str(row["unit"])
        ends = [float(row[part]) for part in ("estimate", "lower", "upper")]
        if not all(map(math.isfinite, ends)) or unit == "fraction":
            return f"{self.value(row)} ({self.interval(row)})"
        middle, span = self.numbers.triple(*ends)
        return f"{middle} ({span})"

    def chance(self, row: Row) -> str:
        """Return an answer's p-value, a dash where it has none."""
        p = float(row["p_value"])
        return "< 0.001" if p < 0.0005 else self.numbers.plain(p, 3)

    def about(self, fact: Row) -> str:
        """Return arm and outcome of a row, the outcome only where there are several."""
        return f"{fact['arm']}, {fact['outcome']}" if len(self.outcomes) > 1 else str(fact["arm"])

    def level(self, row: Row) -> str:
        """Return the level of an answer, for example ``90 %``."""
        return self.numbers.percent(float(row["level"]))


def read_experiments(run: RunFolder, numbers: Numbers) -> Iterator[ExperimentPage]:
    """Yield what the page of each experiment needs, in the order of the YAML.

    Parameters
    ----------
    run : RunFolder
        With experiments.
    numbers : Numbers
        How numbers are written.

    Yields
    ------
    ExperimentPage
        One an experiment.

    Raises
    ------
    KeyError
        The run has no experiments: a fault of the caller.
    """
    section = run.config["lift"]
    tables = {name: texts(run.table(name)) for name in run.tables if name.startswith(LIFT_TABLES)}
    source = provenance_of(run.manifest)
    for experiment in section["experiments"]:
        name = str(experiment["name"])
        yield ExperimentPage(
            experiment,
            str(section["currency"]),
            {table: _about(frame, name, experiment["channels"]) for table, frame in tables.items()},
            tables["lift_next"],
            Verdict(tuple(finding for finding in run.verdict.findings if finding.subject == name)),
            source,
            numbers,
        )


def write_page(folder: Path, name: str, html: str) -> Path:
    """Return the page's path after writing it; the same run gives the same bytes.

    Parameters
    ----------
    folder : pathlib.Path
        Made where it is not there.
    name : str
        The file's name.
    html : str
        The whole page.

    Returns
    -------
    pathlib.Path
        ``folder / name``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(html, encoding="utf-8", newline="\n")
    return path


def _about(frame: pd.DataFrame, name: str, channels: Sequence[str]) -> pd.DataFrame:
    """Return the rows of a table that are about an experiment, or about one of its channels where it names none."""
    if "experiment" in frame.columns:
        return frame[frame["experiment"] == name].reset_index(drop=True)
    if "subject" in frame.columns:
        return frame[frame["subject"] == name].reset_index(drop=True)
    return frame[frame["channel"].isin(list(map(str, channels)))].reset_index(drop=True)


def texts(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with empty texts as empty texts."""
    frame = frame.copy()
    for name in frame.columns:
        if frame[name].dtype == object or pd.api.types.is_string_dtype(frame[name]):
            frame[name] = frame[name].fillna("")
    return frame
