"""Event tables to aggregates: files to the engine, statements in their order, cells out, tables as other sections read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pandas as pd

from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.contract import contract_faults
from mixproof.aggregates.events.engine import Engine
from mixproof.aggregates.events.faults import error, fault
from mixproof.aggregates.events.ingestion import dead_letters, ingestion
from mixproof.aggregates.events.sources import Files, key_types, open_files, role_faults, select
from mixproof.aggregates.events.statements.inputs import Input, dimensions, inputs
from mixproof.aggregates.events.statements.program import statements
from mixproof.errors import DataError, PrivacyError

HELD = "(withheld)"


@dataclass(frozen=True, slots=True)
class Aggregates:
    """What left the engine.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        By name, as they are written for other sections.
    ingestion, dead_letters : pandas.DataFrame
        How sound the events were, for the run folder.
    note : str
        What was worked out anew, where a state is kept.
    """

    tables: Mapping[str, pd.DataFrame]
    ingestion: pd.DataFrame
    dead_letters: pd.DataFrame
    note: str = ""

    def sentence(self) -> str:
        """Return what came out in one line."""
        left_out = int(self.dead_letters["rows"].sum())
        said = f"{len(self.tables)} tables of aggregates; {left_out:,} rows broke their contract and do not count"
        return f"{said}; {self.note}" if self.note else said


def aggregate(
    config: EventsConfig, folder: Path, spill: Path | None = None, threads: int | None = None
) -> Aggregates:
    """Return the aggregates of the event tables of a section.

    Parameters
    ----------
    config : EventsConfig
    folder : pathlib.Path
        The data folder; nothing outside it is read.
    spill : pathlib.Path, optional
        Folder for what does not fit into memory; default one of the system's. What is written there is removed.
    threads : int, optional
        Of the engine; default all of the machine.

    Returns
    -------
    Aggregates

    Raises
    ------
    ConfigError, DataError
        A path, a column, a type or a contract is not as declared; all of them at once.
    PrivacyError
        An arm, or every cell of a table, has too few people; or a label looks like an identifier.
    ResourceError
        Memory or disk do not suffice.
    """
    with Engine(folder, config.memory, spill, threads) as engine:
        broken = given_to(engine, config, folder)
        cells = {}
        for statement in statements(config):
            engine.make(statement)
            if statement.made in ("cells", "counts"):
                cells[statement.name] = engine.leave(statement.name)
    return aggregates_of(config, cells, broken)


def aggregates_of(
    config: EventsConfig, cells: Mapping[str, pd.DataFrame], broken: Mapping[str, int], note: str = ""
) -> Aggregates:
    """Return the aggregates of what left the engine.

    Parameters
    ----------
    config : EventsConfig
    cells : mapping of str to pandas.DataFrame
        By statement.
    broken : mapping of str to int
        Lines that could not be read, by source.
    note : str, default ""
        What was worked out anew.

    Returns
    -------
    Aggregates

    Raises
    ------
    DataError, PrivacyError
        Nothing counts, or too few people stand behind it.
    """
    _raise_if_unsound(config, cells)
    letters = dead_letters(cells["dead_letters"], broken)
    return Aggregates(_tables(config, cells), ingestion(config, cells), letters, note)


def given_to(engine: Engine, config: EventsConfig, folder: Path) -> dict[str, int]:
    """Return how many lines of each source could not be read, once the engine has every source under its roles.

    Parameters
    ----------
    engine : Engine
    config : EventsConfig
    folder : pathlib.Path
        The data folder.

    Returns
    -------
    dict of str to int
        By source of CSV files.

    Raises
    ------
    ConfigError, DataError
        Of all sources at once.
    """
    found: list[tuple[Input, Files]] = [
        (given, open_files(given.source, folder, engine.connection)) for given in inputs(config)
    ]
    faults = [
        each
        for given, files in found
        for each in (*role_faults(given, files), *contract_faults(files, folder))
    ]
    if faults:
        raise DataError(faults)
    keys, broken = key_types(found), {}
    for given, files in found:
        engine.give(given.relation, select(given, files, keys), given.traits(), files.kept)
        if files.scan.startswith("read_csv"):
            broken[given.source.name] = engine.rejected(given.source.name)
    return broken


def _raise_if_unsound(config: EventsConfig, cells: Mapping[str, pd.DataFrame]) -> None:
    if config.rates is not None and cells["rate_doubles"]["days"].sum() > 0:
        raise error("events-rate", f"events, {config.rates.name}", "A currency has two rates for one day.")
    if not cells["arrived_touch"]["events"].sum() or not cells["arrived_conversion"]["events"].sum():
        raise error("events-empty", "events", "There are no touches, or no conversions.")
    few = [
        fault("events-withheld", f"events, {name}", "No cell has enough people to leave the engine.")
        for name in ("media", "outcome", *(f"credit_{days}" for days in config.credit.windows))
        if cells[name].empty
    ]
    for test in config.experiments:
        arms = cells[f"arms_{test.name}"]
        if len(arms) < 2 or HELD in set(arms["arm"]) | set(arms["cell"]):
            what = f"An arm has fewer than {config.people_at_least} people, or fewer who converted."
            few.append(fault("events-withheld", f"events, {test.name}", what))
    if few:
        raise PrivacyError(few)


def _tables(config: EventsConfig, cells: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables of cells under the names of their files, money in the section's currency, exactly."""
    tables = {
        "media": _media(config, cells),
        "outcome": _outcome(config, cells["outcome"], config.panel.outcome_by),
    }
    if "outcome_by_type" in cells:
        tables["outcome_by_type"] = _outcome(
            config, cells["outcome_by_type"], ("type", *config.panel.outcome_by)
        )
    for days in config.credit.windows:
        credit = cells[f"credit_{days}"].rename(columns={"period": "date"})
        for rule in config.credit.rules:
            credit[rule] = _scaled(credit[rule], 6)
            credit[f"{rule}_value"] = _scaled(credit[f"{rule}_value"], 8)
        tables[f"credit_{days}"] = credit
        paths = cells[f"paths_{days}"].assign(value=lambda frame: _scaled(frame["cents"], 2))
        tables[f"paths_{days}"] = paths[["path", "conversions", "value", "nulls", "people"]]
    for test in config.experiments:
        for name in (f"arms_{test.name}", f"arms_daily_{test.name}"):
            tables[name] = _arms(cells[name])
    return tables


def _scaled(whole: pd.Series, places: int) -> pd.Series:
    """Return whole numbers of a small unit as decimals of the large one, to the last digit."""
    return pd.Series([Decimal(number).scaleb(-places) for number in whole], index=whole.index, dtype=object)


def _arms(cells: pd.DataFrame) -> pd.DataFrame:
    """Return sums of arms in the currency: squares of money are squares of cents."""
    named = {}
    for name in cells.columns:
        if name.endswith("cents_squared"):
            named["revenue_squared"] = _scaled(cells[name], 4)
        elif name == "covariate_squared":
            named[name] = _scaled(cells[name], 4)
        elif name == "covariate_cents":
            named["covariate_revenue"] = _scaled(cells[name], 4)
        elif name.endswith("cents"):
            named[name.replace("cents", "revenue")] = _scaled(cells[name], 2)
        elif name.startswith("covariate"):
            named[name] = _scaled(cells[name], 2)
        else:
            named[name] = cells[name]
    return pd.DataFrame(named)


def _periods(config: EventsConfig) -> list[str]:
    days = pd.date_range(config.start, config.end, freq="7D" if config.panel.frequency == "weekly" else "D")
    return [f"{day:%Y-%m-%d}" for day in days]


def _grid(config: EventsConfig, rows: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """Return every period with every combination of labels that is there, merged with the rows."""
    shown = rows[list(labels)].drop_duplicates() if labels else pd.DataFrame(index=[0])
    grid = pd.DataFrame({"period": _periods(config)}).merge(shown, how="cross")
    return grid.merge(rows, on=["period", *labels], how="left")


def _media(config: EventsConfig, cells: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return touches, people and costs; where cells of the period are withheld, a touch count that is not there is unknown."""
    names = list(dimensions(config))
    touches = cells["media"]
    costs = (
        cells["cost"] if "cost" in cells else pd.DataFrame(columns=["period", *names, "cents"], dtype=object)
    )
    both = touches.merge(costs, on=["period", *names], how="outer")
    table = _grid(config, both, names)
    held = set(touches.loc[touches["channel"] == HELD, "period"])
    known = ~table["period"].isin(held)
    for name in ("touches", "people"):
        table[name] = _filled(table[name], known)
    if "cost" in cells:
        table["cost"] = _scaled(_filled(table["cents"], pd.Series(True, index=table.index)), 2)
    kept = [*names, "touches", "people", *(["cost"] if "cost" in cells else [])]
    table = table[(table["channel"] != HELD) | table["touches"].notna()]
    return table[["period", *kept]].rename(columns={"period": "date"}).reset_index(drop=True)


def _outcome(config: EventsConfig, cells: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """Return conversions and their value; what is not there in a period with withheld cells, or without labels, is unknown."""
    table = _grid(config, cells, labels)
    held = set(_periods(config))
    if labels:
        held = {
            period for period, *named in cells[["period", *labels]].itertuples(index=False) if HELD in named
        }
    known = ~table["period"].isin(held)
    for name in ("conversions", "cents", "people"):
        table[name] = _filled(table[name], known)
    worth = [None if number is None else Decimal(number).scaleb(-2) for number in table["cents"]]
    table["value"] = pd.Series(worth, index=table.index, dtype=object)
    listed = ["period", *labels, "conversions", "value", "people"]
    return table[listed].rename(columns={"period": "date"}).reset_index(drop=True)


def _filled(numbers: pd.Series, known: pd.Series) -> pd.Series:
    """Return whole numbers with 0 where nothing is there and that is known, else None."""
    pairs = zip(numbers, known, strict=True)
    return pd.Series(
        [(0 if sure else None) if pd.isna(n) else int(n) for n, sure in pairs],
        index=numbers.index,
        dtype=object,
    )
