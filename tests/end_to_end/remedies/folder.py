"""Folders of a config and its tables, to be broken in one way and mended as the fault's remedy says."""

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

Files = dict[str, str | bytes]
"""Contents by name."""
Edit = Callable[[Files], None]
CONFIG, TABLE = "c.yaml", "t.csv"


@dataclass(frozen=True)
class Case:
    """A faulty folder, and what its fault's remedy makes of it.

    `says` is a part of the remedy, in the words that `mends` follows: the two stay together.
    """

    code: str
    breaks: tuple[Edit, ...]
    says: str
    mends: tuple[Edit, ...]
    name: str = ""
    base: Callable[[], Files] | None = None


def swap(old: str, new: str, file: str = CONFIG) -> Edit:
    """Replace a text that stands in a file once."""

    def edit(files: Files) -> None:
        assert files[file].count(old) == 1, f"{old!r} stands {files[file].count(old)} times in {file}"
        files[file] = files[file].replace(old, new)

    return edit


def frame(change: Callable[[pd.DataFrame], pd.DataFrame], file: str = TABLE) -> Edit:
    """Change a table whose cells are texts."""

    def edit(files: Files) -> None:
        table = pd.read_csv(io.StringIO(files[file]), dtype=str, keep_default_na=False)
        files[file] = change(table).to_csv(index=False)

    return edit


def cells(column: str, rows: object, value: object, file: str = TABLE) -> Edit:
    """Write a value into some rows of a column."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        table.loc[rows, column] = value
        return table

    return frame(change, file)


def without(rows: Callable[[pd.DataFrame], "pd.Series[bool]"], file: str = TABLE) -> Edit:
    """Remove the rows for which something holds."""
    return frame(lambda table: table[~rows(table)], file)


def shift(days: int, file: str = TABLE) -> Edit:
    """Move all dates."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        moved = pd.to_datetime(table["week"]) + pd.Timedelta(days=days)
        return table.assign(week=moved.dt.strftime("%Y-%m-%d"))

    return frame(change, file)


def written(file: str, text: str) -> Edit:
    """Write a whole file."""

    def edit(files: Files) -> None:
        files[file] = text

    return edit


def moved(old: str, new: str) -> Edit:
    """Give a file another name."""

    def edit(files: Files) -> None:
        files[new] = files.pop(old)

    return edit


YAML = """\
name: followed
data:
  frequency: weekly
  currency: EUR
  tables:
    - {file: t.csv, date: week}
  outcome: {column: sales, kind: revenue}
  channels:
    - {name: tv, spend: tv}
    - {name: search, spend: search}
  controls:
    - {name: price, column: price}
mmm:
  fit: {chains: 2}
"""
WEEKS = 40


def table(weeks: int = WEEKS, seed: int = 1) -> pd.DataFrame:
    """Return a weekly national table."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "week": pd.date_range("2022-01-03", periods=weeks, freq="7D").strftime("%Y-%m-%d"),
            "sales": rng.normal(10_000, 500, weeks).round(2),
            "tv": rng.gamma(2, 500, weeks).round(2) + 10,
            "search": rng.gamma(3, 200, weeks).round(2) + 10,
            "price": rng.normal(10, 1, weeks).round(2),
        }
    )


def national() -> Files:
    """Return a good national folder."""
    return {CONFIG: YAML, TABLE: table().to_csv(index=False)}


def by_geo() -> Files:
    """Return a good folder of two geos."""
    parts = [table(seed=number).assign(region=name, people=1000 * number + 500)
             for number, name in enumerate(("north", "south"), 1)]  # fmt: skip
    config = YAML.replace("date: week}", "date: week, geo: region}")
    return {CONFIG: config, TABLE: pd.concat(parts).to_csv(index=False)}


def by_channel() -> Files:
    """Return a good folder whose media stand in a long table."""
    wide = table()
    long = wide.melt("week", ["tv", "search"], var_name="channel", value_name="spend")
    config = YAML.replace(
        "- {file: t.csv, date: week}",
        "- {file: t.csv, date: week}\n    - {file: m.csv, date: week, layout: long, channel: channel}",
    ).replace("spend: tv}", "spend: spend}").replace("spend: search}", "spend: spend}")  # fmt: skip
    return {CONFIG: config, TABLE: wide.drop(columns=["tv", "search"]).to_csv(index=False),
            "m.csv": long.to_csv(index=False)}  # fmt: skip


def daily() -> Files:
    """Return a good folder whose rows are days of weeks."""
    wide = table()
    days = wide.loc[wide.index.repeat(7)].reset_index(drop=True)
    days["week"] = pd.date_range("2022-01-03", periods=len(days)).strftime("%Y-%m-%d")
    return {
        CONFIG: YAML.replace("date: week}", "date: week, rows_are: daily}"),
        TABLE: days.to_csv(index=False),
    }
