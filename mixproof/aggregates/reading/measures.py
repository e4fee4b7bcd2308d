"""Which column of which table gives which measure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from mixproof.aggregates.config import DataConfig, Exposed, Sourced, TableSource
from mixproof.aggregates.report import Report

Role = Literal[
    "outcome", "value", "spend", "exposure", "reach", "frequency", "treatment", "control", "population"
]
MEDIA: tuple[Role, ...] = ("spend", "exposure", "reach", "frequency")
AMOUNTS: tuple[Role, ...] = ("outcome", "spend", "exposure", "reach")


@dataclass(frozen=True, slots=True)
class Measure:
    """One series of numbers and where it stands.

    Parameters
    ----------
    role : str
        What it is in the panel.
    name : str
        Channel, treatment or control it belongs to; the outcome's name for outcome, value and population.
    column : str
    table : str
        File that holds the column; "" until `resolve` found it.
    label : str or None
        Value of the channel column in a long table.
    currency : str or None
        Currency of money where it is not the panel's.
    allocate : {"population", "equal"} or None
        How a national medium is spread over geos.
    """

    role: Role
    name: str
    column: str
    table: str = ""
    label: str | None = None
    currency: str | None = None
    allocate: Literal["population", "equal"] | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Return what identifies the measure in the panel."""
        return self.role, self.name


def declared(config: DataConfig) -> Iterator[tuple[Measure, Sourced]]:
    """Yield every measure the config names, with the entry that names it."""
    outcome = config.outcome
    name = outcome.name or outcome.column
    yield (
        Measure(
            "outcome", name, outcome.column, currency=outcome.currency if outcome.kind == "revenue" else None
        ),
        outcome,
    )
    if isinstance(outcome.value, str):
        yield Measure("value", name, outcome.value, currency=outcome.currency), outcome
    for channel in config.channels:
        yield _of_channel(channel, "spend", channel.spend, channel.currency), channel
    for exposed in (*config.channels, *config.organic):
        for role in ("exposure", "reach", "frequency"):
            column = getattr(exposed, role)
            if column is not None:
                yield _of_channel(exposed, role, column), exposed
    for treatment in config.treatments:
        yield Measure("treatment", treatment.name, treatment.column), treatment
    for control in config.controls:
        yield Measure("control", control.name, control.column), control
    if config.population is not None:
        yield Measure("population", name, config.population.column), config.population


def _of_channel(channel: Exposed, role: Role, column: str, currency: str | None = None) -> Measure:
    label = channel.label or channel.name
    return Measure(role, channel.name, column, label=label, currency=currency, allocate=channel.allocate)


def resolve(config: DataConfig, columns: Mapping[str, Sequence[str]], report: Report) -> list[Measure]:
    """Return the measures with their tables; a column in no table or in several is a fault.

    Parameters
    ----------
    config : DataConfig
    columns : mapping of str to sequence of str
        Column names of each file that could be read.
    report : Report

    Returns
    -------
    list of Measure
        Those whose column stands in exactly one table.
    """
    found: list[Measure] = []
    tables = [table for table in config.tables if table.file in columns]
    for measure, entry in declared(config):
        fit = [table for table in tables if _may_hold(table, measure, entry)]
        holders = [table for table in fit if measure.column in columns[table.file]]
        if len(holders) == 1:
            table = holders[0]
            label = measure.label if table.layout == "long" else None
            found.append(
                Measure(
                    measure.role,
                    measure.name,
                    measure.column,
                    table.file,
                    label,
                    measure.currency,
                    measure.allocate,
                )
            )
        elif holders:
            files = ", ".join(table.file for table in holders)
            report.add("ambiguous-column", f"data, column {measure.column}", f"It stands in {files}.")
        elif len(tables) == len(config.tables):  # with an unread table the column may stand there
            _unknown(measure, fit, columns, report)
    return found


def _may_hold(table: TableSource, measure: Measure, entry: Sourced) -> bool:
    """Say whether a table can give a measure: long tables hold media only, `table:` names one table."""
    if entry.table is not None:
        return table.file == entry.table
    return table.layout == "wide" or measure.role in MEDIA


def _unknown(
    measure: Measure, fit: Iterable[TableSource], columns: Mapping[str, Sequence[str]], report: Report
) -> None:
    names = [name for table in fit for name in columns[table.file]]
    files = ", ".join(table.file for table in fit) or "any wide table"
    where = f"data, {measure.role} of {measure.name}"
    report.add(
        "unknown-column", where, f"{files} has no column {measure.column!r}.", nearest(measure.column, names)
    )


def nearest(asked: str, names: Sequence[str]) -> str:
    """Return the sentence that proposes the nearest known name and lists what is there.

    Parameters
    ----------
    asked : str
        What the config has.
    names : sequence of str
        What is there.

    Returns
    -------
    str
    """
    folded = {name.casefold(): name for name in names}
    close = get_close_matches(asked.casefold(), list(folded), n=1, cutoff=0.6)
    listed = ", ".join(repr(name) for name in names[:12]) + (" and others" if len(names) > 12 else "")
    proposal = f"Did you mean {folded[close[0]]!r}? " if close else ""
    return f"{proposal}Known are {listed}." if names else "Correct the name in the config."
