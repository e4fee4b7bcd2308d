"""Experiments with one fault, and the experiment after its remedy; read and judged, but geos are not analysed."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from lift.analyse import analyse
from lift.geo.config import Geo
from lift.geo.data.experiment_data import read_test
from tests.end_to_end.remedies.folder import CONFIG, TABLE, Case, Edit, Files, cells, frame, swap, without
from workflow.config import load_config

HOLDOUT = """\
name: followed
lift:
  currency: EUR
  experiments:
    - name: test
      kind: holdout
      channels: [tv]
      start: 2025-03-03
      end: 2025-03-06
      table: t.csv
      outcome: orders
      columns: {arm: arm, day: day, users: users, converters: converters, revenue: revenue, revenue_squared: squares}
      control: {name: held out, share: 0.5}
      arms: [{name: ads, share: 0.5, spend: 100}]
"""
IMPORTED = """\
name: followed
lift:
  currency: EUR
  experiments:
    - {name: test, kind: imported, channels: [tv], source: other, scope: total, point: 500, se: 100,
       outcome_kind: revenue, unit: EUR}
"""
GEOS = """\
name: followed
lift:
  currency: EUR
  experiments:
    - name: test
      kind: geo
      channels: [tv]
      start: 2024-02-10
      end: 2024-02-19
      data: {file: t.csv, outcome: sales, spend: spend}
      cells: [{name: more, geos: [a, b]}]
      intervention: heavy_up
"""


def lifted(path: Path) -> None:
    """Read every experiment of a config and judge what needs no reference sets."""
    lift = load_config(path).lift
    assert lift is not None
    for experiment in lift.experiments:
        if isinstance(experiment, Geo):
            read_test(experiment, path.parent, lift.currency)
        else:
            analyse(lift, path.parent, 1)


def holdout() -> Files:
    """Return a good folder of two arms over four days of entry."""
    rows = [
        {"arm": arm, "day": f"2025-03-{day:02}", "users": 5_000 + 10 * day, "converters": buyers + day,
         "revenue": 30.0 * (buyers + day), "squares": 1_200.0 * (buyers + day)}
        for arm, buyers in (("held out", 200), ("ads", 250)) for day in range(3, 7)
    ]  # fmt: skip
    return {CONFIG: HOLDOUT, TABLE: pd.DataFrame(rows).to_csv(index=False)}


def exposed() -> Files:
    """Return the same with the people who saw the advertisement."""
    files = holdout()
    seen = "exposed: exposed, exposed_converters: exposed_buyers"
    files[CONFIG] = HOLDOUT.replace("columns: {", f"columns: {{{seen}, ")
    table = pd.read_csv(io.StringIO(str(files[TABLE])))
    ads = table["arm"] == "ads"
    table["exposed"], table["exposed_buyers"] = np.where(ads, 3_000, 0), np.where(ads, 180, 0)
    return {**files, TABLE: table.to_csv(index=False)}


def imported() -> Files:
    """Return a good result of another tool."""
    return {CONFIG: IMPORTED}


def geo_test() -> Files:
    """Return a good folder of six geos over fifty days, of which the last ten are the test."""
    rng = np.random.default_rng(5)
    days = pd.date_range("2024-01-01", periods=50).strftime("%Y-%m-%d")
    parts = [
        pd.DataFrame({"geo": geo, "date": days, "sales": rng.gamma(40, 5, 50).round(2),
                      "spend": np.where((np.arange(50) >= 40) & (geo in "ab"), 20.0, 10.0)})
        for geo in "abcdef"
    ]  # fmt: skip
    return {CONFIG: GEOS, TABLE: pd.concat(parts).to_csv(index=False)}


def _on(day: str, arm: str = "ads") -> Callable[[pd.DataFrame], "pd.Series[bool]"]:
    return lambda table: (table["day"] == day) & (table["arm"] == arm)


ACCEPTED = "      accept: [holdout-active-users]\n"


def active() -> Files:
    """Return a good folder of six days, on each of which a number of people entered that was fixed but for a handful."""
    rows = [
        {"arm": arm, "day": f"2025-03-{day:02}", "users": 5_000 + day, "converters": buyers + day,
         "revenue": 30.0 * (buyers + day), "squares": 1_200.0 * (buyers + day)}
        for arm, buyers in (("held out", 200), ("ads", 250)) for day in range(3, 9)
    ]  # fmt: skip
    return {
        CONFIG: HOLDOUT.replace("2025-03-06", "2025-03-08").replace(
            "      table:", f"{ACCEPTED}      table:"
        ),
        TABLE: pd.DataFrame(rows).to_csv(index=False),
    }


def _first(column: str, value: str) -> Edit:
    return cells(column, 0, value)


def _again(table: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([table, table.tail(1)])


def _summed(table: pd.DataFrame) -> pd.DataFrame:
    return table.drop_duplicates()


def _with_total(table: pd.DataFrame) -> pd.DataFrame:
    numbers = table.assign(sales=table["sales"].astype(float), spend=table["spend"].astype(float))
    total = (
        numbers[numbers["geo"].isin(["d", "e", "f"])]
        .groupby("date", as_index=False)[["sales", "spend"]]
        .sum()
    )
    return pd.concat([table, total.assign(geo="south", sales=total["sales"].round(2)).astype(str)])


def _geo(*columns: str) -> Callable[[pd.DataFrame], "pd.Series[bool]"]:
    return lambda table: table["geo"].isin(columns)


def _flat(geos: str, value: str = "5") -> Edit:
    return frame(
        lambda table: table.assign(sales=table["sales"].where(~table["geo"].isin(list(geos)), value))
    )


def _moving(geos: str) -> Edit:
    def change(table: pd.DataFrame) -> pd.DataFrame:
        moving = (np.arange(len(table)) * 7 % 50 + 100).astype(str)
        return table.assign(sales=table["sales"].where(~table["geo"].isin(list(geos)), moving))

    return frame(change)


def _spend(value: Callable[[pd.DataFrame], object]) -> Edit:
    return frame(lambda table: table.assign(spend=value(table)))


def _doubled(table: pd.DataFrame) -> object:
    return np.where(table["geo"].isin(["a", "b"]) & (table["date"] >= "2024-02-10"), "20.0", "10.0")


_DAYS = "columns: {arm: arm, day: day,"
_FOLLOW = "      follow_up: {days: 9, through: 10}\n"

HOLDOUTS = (
    Case("holdout-column", (swap("users: users", "users: people"),), "Correct the name",
         (swap("users: people", "users: users"),)),
    Case("holdout-number", (_first("revenue", ""),), "number in every row", (_first("revenue", "6090"),)),
    Case("holdout-whole", (_first("users", "5000.5"),), "counts of people", (_first("users", "5030"),)),
    Case("holdout-negative", (_first("converters", "-1"),), "Correct the source", (_first("converters", "203"),)),
    Case("holdout-arm", (swap("name: ads", "name: adverts"),), "Name every arm", (swap("adverts", "ads"),)),
    Case("holdout-duplicate", (frame(_again),), "remove rows that stand there twice", (frame(_summed),)),
    Case("holdout-day", (_first("day", "Monday"),), "ISO dates", (_first("day", "2025-03-03"),)),
    Case("holdout-gap", (without(_on("2025-03-05")),), "Add the missing rows",
         (frame(lambda table: pd.concat([table, pd.DataFrame([["ads", "2025-03-05", "5050", "255", "7650", "306000"]],
                                                             columns=table.columns)])),)),
    Case("holdout-window", (swap("end: 2025-03-06", "end: 2025-03-05"),), "Correct start and end",
         (swap("end: 2025-03-05", "end: 2025-03-06"),)),
    Case("holdout-impossible", (_first("converters", "6000"),), "users once each", (_first("converters", "203"),)),
    Case("holdout-active-users", (swap("      table:", "      day_means: calendar\n      table:"),),
         "totals without days",
         (swap("      day_means: calendar\n", ""), swap(_DAYS, "columns: {arm: arm,"),
          frame(lambda table: table.set_index("arm").drop(columns="day").astype(float).groupby(level=0).sum().reset_index()))),
    Case("holdout-active-users", (swap(ACCEPTED, ""),), "accept: [holdout-active-users]",
         (swap("      table:", f"{ACCEPTED}      table:"),), "accepted", base=active),
    Case("exposure-alike", (cells("exposed", slice(0, 3), "3000"), cells("exposed_buyers", slice(0, 3), "150")),
         "Check which arm", (cells("exposed", slice(0, 3), "0"), cells("exposed_buyers", slice(0, 3), "0")), "log",
         base=exposed),
    Case("exposure-alike", (cells("exposed", slice(0, 3), "3000"), cells("exposed_buyers", slice(0, 3), "150")),
         "accept: [exposure-alike]", (swap("      table:", "      accept: [exposure-alike]\n      table:"),), "accepted",
         base=exposed),
    Case("holdout-immature", (swap("      control:", f"{_FOLLOW}      control:"),), "follow_up.immature: exclude",
         (swap("through: 10", "through: 10, immature: exclude"),)),
    Case("holdout-too-small",
         (cells("users", slice(4, 7), "0"), cells("converters", slice(4, 7), "0"), cells("revenue", slice(4, 7), "0"),
          cells("squares", slice(4, 7), "0")), "at least two people",
         (cells("users", slice(4, 7), "5000"), cells("converters", slice(4, 7), "250"),
          cells("revenue", slice(4, 7), "7500"), cells("squares", slice(4, 7), "300000"))),
    Case("holdout-unit", (swap("      table:", "      table_currency: USD\n      table:"),), "correct lift.currency",
         (swap("currency: EUR", "currency: USD"),)),
)  # fmt: skip
IMPORTS = (
    Case("import-spread", (swap("se: 100", "se: 0"),), "as the tool printed it", (swap("se: 0", "se: 100"),)),
    Case("import-interval", (swap("se: 100", "lower: 600, upper: 700, interval_level: 0.9"),), "one and the same quantity",
         (swap("point: 500", "point: 650"),)),
    Case("import-unit", (swap("unit: EUR", "unit: USD"),), "State the unit", (swap("unit: USD", "unit: EUR"),)),
    Case("import-scale", (swap("scope: total", "scope: per_user"), swap("unit: EUR", "unit: EUR per person")),
         "users for per_user", (swap("scope: per_user", "scope: per_user, users: 1000"),)),
)  # fmt: skip
GEO_TESTS = (
    Case("geo-column", (swap("outcome: sales", "outcome: sale"),), "Correct the name",
         (swap("outcome: sale,", "outcome: sales,"),)),
    Case("geo-date", (_first("date", "01.01.2024"),), "data.date_format", (_first("date", "2024-01-01"),), "one row"),
    Case("geo-date", (frame(lambda table: table.assign(date=pd.to_datetime(table["date"]).dt.strftime("%d.%m.%Y"))),),
         "data.date_format", (swap("outcome: sales", 'outcome: sales, date_format: "%d.%m.%Y"'),), "all rows"),
    Case("geo-number", (_first("sales", ""),), "number in every row", (_first("sales", "200"),)),
    Case("geo-name", (_first("geo", "a\u200b"),), "without it", (_first("geo", "a"),)),
    Case("geo-negative", (_first("spend", "-3"),), "Correct the source", (_first("spend", "10"),)),
    Case("geo-duplicate", (frame(_again),), "Sum them", (frame(_summed),)),
    Case("geo-gap", (without(lambda table: (table["geo"] == "c") & (table["date"] == "2024-01-09")),), "excluded",
         (swap("      cells:", "      excluded: [c]\n      cells:"),)),
    Case("geo-spacing", (without(lambda table: table["date"] == "2024-01-09"),), "without holes",
         (frame(lambda table: pd.concat([table, table[table["date"] == "2024-01-10"].assign(date="2024-01-09")])),)),
    Case("geo-unknown", (swap("geos: [a, b]", "geos: [a, bb]"),), "as in the table", (swap("bb", "b"),)),
    Case("geo-window", (swap("end: 2024-02-19", "end: 2024-02-25"),), "dates that begin and end a period",
         (swap("end: 2024-02-25", "end: 2024-02-19"),)),
    Case("geo-short", (swap("start: 2024-02-10", "start: 2024-01-06"),), "at least 8 periods",
         (swap("start: 2024-01-06", "start: 2024-02-10"),)),
    Case("geo-controls", (swap("geos: [a, b]", "geos: [a, b, c, d, e]"),), "at least 2 geos untreated",
         (swap("geos: [a, b, c, d, e]", "geos: [a, b]"),)),
    Case("controls-dead", (_flat("cdef"),), "Check the source", (_moving("cdef"),), "source"),
    Case("controls-dead", (_flat("cdef"),), "accept: [controls-dead]",
         (swap("      cells:", "      accept: [controls-dead]\n      cells:"),), "accepted"),
    Case("geo-is-a-sum", (frame(_with_total),), "Remove its rows", (without(_geo("south")),), "removed"),
    Case("geo-is-a-sum", (frame(_with_total),), "excluded",
         (swap("      cells:", "      excluded: [south]\n      cells:"),), "excluded"),
    Case("intervention-contradicted", (swap("intervention: heavy_up", "intervention: go_dark"),), "Correct intervention",
         (swap("intervention: go_dark", "intervention: heavy_up"),)),
    Case("spend-alike", (_spend(lambda table: "10.0"),), "spend column", (_spend(_doubled),), "column"),
    Case("spend-alike", (_spend(lambda table: "10.0"),), "accept: [spend-alike]",
         (swap("      cells:", "      accept: [spend-alike]\n      cells:"),), "accepted"),
    Case("geo-constant", (_flat("a"),), "Check the source", (_moving("a"),)),
    Case("geo-assignment",
         (swap("      cells:", "      assignment: {kind: strata, groups: [[a, c], [d, e]]}\n      cells:"),),
         "Correct assignment.groups", (swap("[d, e]", "[b, e]"),)),
)  # fmt: skip
CASES = tuple(
    case if case.base else Case(case.code, case.breaks, case.says, case.mends, case.name, base)
    for cases, base in ((HOLDOUTS, holdout), (IMPORTS, imported), (GEO_TESTS, geo_test))
    for case in cases
)
