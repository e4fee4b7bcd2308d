"""How sound the events were that came in: counts by source and day, held against the weeks before."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.tables import DEAD_LETTERS, INGESTION
from mixproof.records.attribution import UNATTRIBUTED

LOW = 0.5
"""Share of its baseline below which a day's rows are called low."""
_WEEKS, _DAYS = 4, 28
_ENOUGH = 50
"""Rows, or links, that a day should have before their absence says anything: half of fifty is once in 20,000 by chance."""
_COUNTS = ("no_consent", "bots", "nobody")
_SHARES = {"consent_loss": "no_consent", "bot_share": "bots"}


def ingestion(config: EventsConfig, cells: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the table ``ingestion``.

    Parameters
    ----------
    config : EventsConfig
    cells : mapping of str to pandas.DataFrame
        What left the engine, by statement.

    Returns
    -------
    pandas.DataFrame
    """
    found: list[pd.DataFrame] = []
    arrived = [
        cells[f"arrived_{event}"].merge(cells[f"doubled_{event}"], on=["source", "day"], how="outer")
        for event in ("touch", "conversion")
    ]
    days = pd.concat(arrived, ignore_index=True).fillna(0)
    days = days[days["day"] <= f"{config.end}"]  # the day after may have begun in another zone
    for source, part in days.groupby("source"):
        whole = _every_day(part.set_index("day").drop(columns="source"), days["day"].max())
        found += [_judged(config, str(source), measure) for measure in _measures(config, whole)]
    found += [
        _judged(config, f"credit {days}", _unattributed(config, cells[f"credit_{days}"]))
        for days in config.credit.windows
    ]
    table = pd.concat(found, ignore_index=True) if found else pd.DataFrame()
    return INGESTION.frame(table)


def _every_day(by_day: pd.DataFrame, last: str) -> pd.DataFrame:
    """Return counts of every day from a source's first to the last that any source has: a day on which nothing came is 0."""
    days = [f"{day:%Y-%m-%d}" for day in pd.date_range(by_day.index.min(), last)]
    return by_day.astype("float64").reindex(days, fill_value=0.0)


def _measures(config: EventsConfig, by_day: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield each measure of a source as days and values; a share of no events is left out."""
    rows = by_day["events"] + by_day["doubles"]
    some = by_day[by_day["events"] > 0]
    yield _named("rows", rows)
    yield _named("completeness", rows / _baseline(rows))
    yield _named("duplicates", by_day["doubles"])
    yield _named("duplicate_rate", (by_day["doubles"] / rows)[rows > 0])
    for name in _COUNTS:
        yield _named(name, by_day[name])
    for name, counted in _SHARES.items():
        yield _named(name, some[counted] / some["events"])
    if config.links is not None:
        rate = _named("match_rate", some["linked"] / some["events"])
        yield rate.assign(events=some["events"].to_numpy())
    dated = by_day[by_day["dated"] > 0]
    if len(dated):
        yield _named("late_rate", dated["late"] / dated["dated"])
        yield _named("delay_seconds", dated["delay_seconds"] / dated["dated"])


def _named(name: str, values: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"day": values.index, "measure": name, "value": values.to_numpy()})


def _baseline(values: pd.Series) -> pd.Series:
    """Return the median of the same weekday of the four weeks before, where at least two of them are there."""
    dated = pd.Series(values.to_numpy(), index=pd.DatetimeIndex(pd.to_datetime(pd.Series(values.index))))
    before = pd.DataFrame(
        {n: dated.shift(7 * n, freq="D").reindex(dated.index) for n in range(1, _WEEKS + 1)}
    )
    median = before.median(axis=1).where(before.notna().sum(axis=1) >= 2)
    return pd.Series(median.to_numpy(), index=values.index)


def _judged(config: EventsConfig, source: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return a measure's rows with source, baseline and status."""
    values = rows.set_index("day")["value"]
    name = rows["measure"].iloc[0] if len(rows) else ""
    baseline = _baseline(values)
    status = pd.Series("", index=values.index)
    if name == "rows":
        status[(baseline >= _ENOUGH) & (values < LOW * baseline)] = "low"
    if name == "match_rate" and config.links is not None:
        before = values.shift(1).rolling(_DAYS, min_periods=7).median()
        enough = before * rows.set_index("day")["events"] >= _ENOUGH
        status[enough & (values < config.links.rate_drop * before)] = "key changed"
    kept = rows[["day", "measure", "value"]]
    return kept.assign(source=source, baseline=baseline.to_numpy(), status=status.to_numpy())


def _unattributed(config: EventsConfig, credit: pd.DataFrame) -> pd.DataFrame:
    """Return the share of credited conversions that no touch was seen for, by period."""
    rule = config.credit.rules[0]
    whole = credit.assign(credit=credit[rule].astype("float64"))
    total = whole.groupby("period")["credit"].sum()
    nobody = (
        whole[whole["channel"] == UNATTRIBUTED]
        .groupby("period")["credit"]
        .sum()
        .reindex(total.index, fill_value=0.0)
    )
    return _named("unattributed_rate", nobody / total)


def dead_letters(letters: pd.DataFrame, broken: Mapping[str, int]) -> pd.DataFrame:
    """Return the table ``dead_letters``.

    Parameters
    ----------
    letters : pandas.DataFrame
        Rows that have faults, by source and fault.
    broken : mapping of str to int
        Lines that could not be read at all, by source.

    Returns
    -------
    pandas.DataFrame
    """
    rows: list[dict[str, Any]] = [
        {"source": row.source, "reason": row.fault, "rows": row.faulty}
        for row in letters.itertuples()
        if row.faulty
    ]
    rows += [
        {"source": source, "reason": "broken line", "rows": count}
        for source, count in broken.items()
        if count
    ]
    frame = DEAD_LETTERS.frame(rows)
    return frame.groupby(["source", "reason"], as_index=False).sum() if len(frame) else frame
