"""Tables with one fault, and the folder after its remedy; config and tables are read."""

import io
from collections.abc import Callable
from typing import Any

import pandas as pd

from tests.end_to_end.remedies.folder import (
    TABLE,
    Case,
    Edit,
    Files,
    by_channel,
    by_geo,
    cells,
    daily,
    frame,
    moved,
    shift,
    swap,
    table,
    without,
    written,
)

Frame = pd.DataFrame
SOURCE = "{file: t.csv, date: week}"
CURRENCY = "  currency: EUR"
PRICE = "\n  controls:\n    - {name: price, column: price}"


def setting(text: str) -> Edit:
    """Add a line to the data section."""
    return swap(CURRENCY, f"{CURRENCY}\n  {text}")


def source(text: str) -> Edit:
    """Add to what is said of the table."""
    return swap("date: week", f"date: week, {text}")


def column(name: str, make: Callable[[Frame], Any]) -> Edit:
    """Make a column of the table."""
    return frame(lambda f: f.assign(**{name: make(f)}))


def number(f: Frame, name: str) -> "pd.Series[float]":
    """Return a column as numbers."""
    return f[name].astype(float)


def total_row(f: Frame) -> Frame:
    """Add the row of sums that people write under a table."""
    sums = {name: number(f, name).sum() for name in ("sales", "tv", "search", "price")}
    return pd.concat([f, pd.DataFrame([{"week": "", **sums}])], ignore_index=True).astype(str)


def two_tables(files: Files) -> None:
    """Split the table into media, with weeks that end on Sundays, and sales."""
    sunday = table()
    sunday["week"] = (pd.to_datetime(sunday["week"]) + pd.Timedelta(days=6)).dt.strftime("%Y-%m-%d")
    files[TABLE] = sunday[["week", "tv", "search"]].to_csv(index=False)
    files["sales.csv"] = table()[["week", "sales", "price"]].to_csv(index=False)
    swap(f"- {SOURCE}", f"- {SOURCE}\n    - {{file: sales.csv, date: week}}")(files)


def german(f: Frame) -> Frame:
    """Write amounts as 1.234,56."""
    text = number(f, "tv").map(lambda v: f"{v:,.2f}".translate(str.maketrans(",.", ".,")))
    return f.assign(tv=text)


def monthly(form: str, dates: str = "MS") -> Edit:
    """Make the rows months."""
    days = pd.date_range("2022-01-01", periods=40, freq=dates).strftime(form)
    return frame(lambda f: f.assign(week=days))


ACCEPTED = (
    Case("all-zero-channel", (cells("tv", slice(None), "0"),), "accept: [all-zero-channel]",
         (setting("accept: [all-zero-channel]"),)),
    Case("one-off-channel", (cells("tv", slice(1, None), "0"),), "accept: [one-off-channel]",
         (setting("accept: [one-off-channel]"),)),
    Case("little-data", (frame(lambda f: f.head(20)),), "accept: [little-data]", (setting("accept: [little-data]"),)),
    Case("unit-switch", (column("tv", lambda f: number(f, "tv") * (1 + 999 * (f.index > 20))),), "accept: [unit-switch]",
         (setting("accept: [unit-switch]"),)),
    Case("unit-switch", (column("tv", lambda f: number(f, "tv") * (1 + 999 * (f.index > 20))),), "to one unit",
         (column("tv", lambda f: number(f, "tv") / (1 + 999 * (f.index > 20))),), "one unit"),
    Case("spend-without-exposure",
         (column("seen", lambda f: 100 * (f.index > 9) * number(f, "tv")), swap("spend: tv}", "spend: tv, exposure: seen}")),
         "leave `exposure` out", (swap(", exposure: seen", ""),)),
    Case("exposure-without-spend",
         (column("seen", lambda f: 100 * number(f, "tv")), column("tv", lambda f: number(f, "tv") * (f.index > 9)),
          swap("spend: tv}", "spend: tv, exposure: seen}")),
         "accept: [exposure-without-spend]", (setting("accept: [exposure-without-spend]"),)),
    Case("geo-is-sum", (frame(lambda f: pd.concat([f, _sum_of_geos(f)])),), "Remove its rows",
         (without(lambda f: f["region"] == "total"),), base=by_geo),
    Case("channel-is-sum",
         (column("both", lambda f: number(f, "tv") + number(f, "search")),
          swap("- {name: tv, spend: tv}", "- {name: tv, spend: tv}\n    - {name: both, spend: both}")),
         "Leave it out of `channels`", (swap("    - {name: both, spend: both}\n", ""),)),
    Case("control-is-outcome", (column("price", lambda f: number(f, "sales") / 3),), "Leave it out", (swap(PRICE, ""),)),
)  # fmt: skip


def two_geo_tables(files: Files) -> None:
    """Split the table into media and sales, which write one geo in capitals."""
    both = frame(lambda f: f[["week", "region", "sales", "price"]].replace("north", "North"))
    files["sales.csv"] = files[TABLE]
    swap(
        "date: week, geo: region}",
        "date: week, geo: region}\n    - {file: sales.csv, date: week, geo: region}",
    )(files)
    moved(TABLE, "m.csv")(files)
    moved("sales.csv", TABLE)(files)
    both(files)
    moved(TABLE, "sales.csv")(files)
    moved("m.csv", TABLE)(files)
    frame(lambda f: f.drop(columns=["sales", "price"]))(files)


def national_media(files: Files) -> None:
    """Take media out of the table of geos and give them for the nation."""
    files["m.csv"] = table()[["week", "tv", "search"]].to_csv(index=False)
    frame(lambda f: f.drop(columns=["tv", "search"]))(files)
    swap("date: week, geo: region}", "date: week, geo: region}\n    - {file: m.csv, date: week}")(files)


def as_parquet(lists: bool) -> Edit:
    """Write the table as a Parquet file, its spend as lists or plain."""

    def edit(files: Files) -> None:
        good, stream = table(), io.BytesIO()
        good.assign(tv=[[value] for value in good["tv"]] if lists else good["tv"]).to_parquet(stream)
        files["t.parquet"] = stream.getvalue()

    return edit


ENDING = swap("file: t.csv, date: week", "file: t.csv, date: week, dates_mark: end")


def _sum_of_geos(f: Frame) -> Frame:
    names = ["sales", "tv", "search", "price", "people"]
    sums = f.astype(dict.fromkeys(names, float)).groupby("week")[names].sum().round(2)
    return sums.reset_index().assign(region="total").astype(str)


DATES = (
    Case("missing-date", (frame(total_row),), "remove rows of totals", (without(lambda f: f["week"] == ""),)),
    Case("date-format", (frame(total_row), cells("week", 40, "Total")), "Remove these rows",
         (without(lambda f: f["week"] == "Total"),), "total"),
    Case("date-format", (frame(lambda f: f.assign(week=pd.to_datetime(f["week"]).dt.strftime("%d/%m/%Y"))),),
         'date_format: "%d/%m/%Y"', (source('date_format: "%d/%m/%Y"'),)),
    Case("date-format",
         (swap("weekly", "monthly"), monthly("%d/%m/%Y"), source('date_format: "%m/%d/%Y"')),
         'Say date_format: "%d/%m/%Y"', (swap("%m/%d/%Y", "%d/%m/%Y"),), "day and month exchanged"),
    Case("naive-timestamp", (column("week", lambda f: f["week"] + "T13:00:00"),), "dates without a time",
         (column("week", lambda f: f["week"].str[:10]),)),
    Case("zone-undeclared", (column("week", lambda f: f["week"] + "T13:00:00+01:00"),), "time_zone, for example Europe/Berlin",
         (setting("time_zone: Europe/Berlin"),)),
    Case("off-anchor", (shift(-1),), "week_starts: sunday", (setting("week_starts: sunday"),), "Sunday weeks"),
    Case("off-anchor", (shift(6),), "`dates_mark: end` and week_starts: monday",
         (source("dates_mark: end"),), "weeks ending on Sunday"),
    Case("off-anchor", (two_tables,), "week_starts: monday, and `dates_mark: end` for t.csv",
         (ENDING,), "media by Sunday, sales by Monday"),
    Case("off-anchor", (two_tables, setting("week_starts: sunday")),
         "week_starts: monday, and `dates_mark: end` for t.csv",
         (swap("week_starts: sunday", "week_starts: monday"),
          ENDING), "the same, told to start on Sunday"),
    Case("off-anchor", (swap("weekly", "monthly"), monthly("%Y-%m-%d", "ME")), "Say `dates_mark: end`",
         (source("dates_mark: end"),), "month ends"),
    Case("mixed-grain", (swap(", rows_are: daily", ""),), "Say `rows_are: daily`", (source("rows_are: daily"),), base=daily),
    Case("partial-period", (frame(lambda f: f.iloc[5:]),), "start: 2022-01-10", (setting("start: 2022-01-10"),),
         "begins within a week", daily),
    Case("partial-period", (frame(lambda f: f.iloc[:-3]),), "end: 2022-10-02", (setting("end: 2022-10-02"),),
         "ends within a week", daily),
    Case("partial-period", (frame(lambda f: f.drop(index=[50])),), "Complete it",
         (frame(lambda f: pd.concat([f, f.iloc[[49]].assign(week="2022-02-22")])),), "a day is missing", daily),
    Case("future-date", (shift(364 * 300),), "Correct it", (shift(-364 * 300),)),
    Case("impossible-date", (cells("week", 0, "1900-01-01"),), "Correct it", (cells("week", 0, "2022-01-03"),)),
    Case("date-gap", (frame(lambda f: f.drop(index=[10, 11])),), "name a repair",
         (setting("missing: {spend: zero, outcome: leave, control: previous}"),)),
    Case("date-gap",
         (without(lambda f: (f["region"] == "south") & (f["week"] < "2022-03-01")), ), "`unbalanced: true`",
         (setting("unbalanced: true"),), "a geo begins late", by_geo),
    Case("outcome-ends-early", (two_tables, ENDING,
          frame(lambda f: f.head(30), "sales.csv")), "Set `end`", (setting("end: 2022-07-31"),)),
)  # fmt: skip


CELLS = (
    Case("missing-value", (cells("tv", [3, 4], ""),), "missing: {spend: zero}", (setting("missing: {spend: zero}"),), "spend"),
    Case("missing-value", (cells("sales", [3, 4], ""),), "missing: {outcome: leave}", (setting("missing: {outcome: leave}"),),
         "outcome"),
    Case("missing-value", (cells("price", [3, 4], ""),), "missing: {control: previous}",
         (setting("missing: {control: previous}"),), "control"),
    Case("missing-value", (cells("price", slice(0, 9), ""), setting("missing: {control: previous}")), "start: 2022-03-14",
         (setting("start: 2022-03-14"),), "a control that begins late"),
    Case("missing-value", (cells("price", slice(0, 9), ""), setting("missing: {control: previous}")),
         "leave price out of the controls", (swap(PRICE, ""),), "a control left out"),
    Case("not-a-number", (frame(german),), 'decimal: ","', (source('decimal: ","'), column("sales", lambda f: f["sales"]
         .str.replace(".", ",")), column("search", lambda f: f["search"].str.replace(".", ",")),
         column("price", lambda f: f["price"].str.replace(".", ",")))),
    Case("number-unclear", (cells("tv", slice(None), "1,234"),), 'decimal: "."', (source('decimal: "."'),
         cells("tv", 0, "1,235"))),
    Case("percent-unclear", (cells("price", slice(0, 9), "12%"),), "or none", (cells("price", slice(0, 9), "0.12"),)),
    Case("not-finite", (cells("tv", 3, "NaN"),), "leave it empty if the value is unknown",
         (cells("tv", 3, ""), setting("missing: {spend: zero}"))),
    Case("overflow", (cells("tv", 3, "1e30"),), "Correct the cell", (cells("tv", 3, "100"),)),
    Case("negative-spend", (cells("tv", 9, "-5"),), "refunds: net", (setting("refunds: net"),)),
    Case("refund-too-large", (cells("tv", 0, "-5"), setting("refunds: net")), "Correct the spend", (cells("tv", 0, "5"),)),
    Case("negative-value", (column("seen", lambda f: f["tv"]), cells("seen", 3, "-1"),
          swap("spend: tv}", "spend: tv, exposure: seen}")), "Correct it", (cells("seen", 3, "1"),)),
    Case("constant-outcome", (cells("sales", slice(None), "7"),), "Check the column", (swap("column: sales", "column: tv"),)),
    Case("constant-control", (cells("price", slice(None), "7"),), "Leave it out", (swap(PRICE, ""),)),
    Case("currency-marks", (column("tv", lambda f: "$" + f["tv"]),), "take the marks out",
         (column("tv", lambda f: f["tv"].str[1:]),)),
    Case("currency-mixed", (swap("spend: tv}", "spend: tv, currency: USD}"),), "rates:",
         (setting("rates: {fixed: {USD: 0.9}}"),)),
    Case("rate-missing", (swap("spend: tv}", "spend: tv, currency: USD}"), setting("rates: {file: r.csv}"),
          written("r.csv", "date,currency,rate\n2022-01-03,USD,0.9\n2022-06-06,USD,0.9\n")), "raise `valid_days`",
         (swap("file: r.csv", "file: r.csv, valid_days: 400"),)),
    Case("rate-invalid", (swap("spend: tv}", "spend: tv, currency: USD}"),
          setting("rates: {file: r.csv, valid_days: 400}"), written("r.csv", "date,currency,rate\n2022-01-03,USD,-1\n")),
         "Correct the rates", (swap("-1", "0.9", "r.csv"),)),
)  # fmt: skip
PLACES = (
    Case("unsafe-path", (swap("t.csv", "../t.csv"),), "plain relative path", (swap("../t.csv", "t.csv"),)),
    Case("not-a-file", (swap("t.csv", "folder"), written("folder/x.csv", "a")), "ordinary", (swap("folder", "t.csv"),)),
    Case("file-missing", (swap("t.csv", "T.csv"),), "relative to the data folder", (swap("T.csv", "t.csv"),)),
    Case("file-format", (moved(TABLE, "t.txt"), swap("t.csv", "t.txt")), "Use .csv",
         (moved("t.txt", TABLE), swap("t.txt", "t.csv"))),
    Case("csv-broken", (swap("2022-01-10,", '2022-01-10,"', TABLE),), "Mend the line", (swap('"', "", TABLE),)),
    Case("header", (swap("week,sales,tv", "week,sales,sales", TABLE),), "one name of its own",
         (swap("week,sales,sales", "week,sales,tv", TABLE),)),
    Case("empty-table", (frame(lambda f: f.head(0)),), "with its rows", (written(TABLE, table().to_csv(index=False)),)),
    Case("unknown-column", (swap("spend: tv", "spend: tvv"),), "'tv'", (swap("tvv", "tv"),)),
    Case("ambiguous-column", (two_tables, ENDING, frame(lambda f: f.assign(tv=1), "sales.csv")), "table:",
         (swap("spend: tv}", "spend: tv, table: t.csv}"),)),
    Case("unknown-channel", (swap("    - {name: search, spend: spend}\n", ""),), "`ignore:`",
         (swap("channel: channel", "channel: channel, ignore: [search]"),), base=by_channel),
    Case("missing-channel", (swap("name: tv, spend: spend}", "name: TV, spend: spend, label: television}"),),
         "Known are 'search', 'tv'",
         (swap("label: television", "label: tv"),), base=by_channel),
    Case("cannot-be-summed", (column("reach", lambda f: 100), column("contacts", lambda f: 2),
          swap("spend: tv}", "spend: tv, reach: reach, frequency: contacts}")), "one row a period",
         (swap(", reach: reach, frequency: contacts", ""),), base=daily),
    Case("nested-cells", (as_parquet(True), swap("t.csv", "t.parquet")), "one plain value", (as_parquet(False),)),
    Case("missing-key", (cells("region", 3, ""),), "its geo", (cells("region", 3, "north"),), base=by_geo),
    Case("duplicate-row", (frame(lambda f: pd.concat([f, f.iloc[[4]]])),), "Remove them",
         (frame(lambda f: f.drop_duplicates()),),
         "removed"),
    Case("duplicate-row", (frame(lambda f: pd.concat([f, f.iloc[[4]]])),), "duplicates: sum", (source("duplicates: sum"),),
         "summed"),
    Case("look-alike", (cells("region", slice(0, 39), "Zu\u0308rich"), cells("region", 0, "Z\u00fcrich")), "in one way",
         (cells("region", 0, "Zu\u0308rich"),), "in one table", by_geo),
    Case("look-alike", (two_geo_tables,), "alike in all tables",
         (frame(lambda f: f.replace("North", "north"), "sales.csv"),), "in two tables", by_geo),
    Case("national-in-geo", (national_media,), "allocate: population",
         (swap("spend: tv}", "spend: tv, allocate: equal}"), swap("spend: search}", "spend: search, allocate: equal}")),
         base=by_geo),
    Case("population", (cells("people", 3, "7"), setting("population: {column: people}")), "one positive number a geo",
         (cells("people", 3, "1500"),), base=by_geo),
    Case("identifier", (column("contact", lambda f: [f"anna{k}@example.com" for k in range(len(f))]),), "Remove the column",
         (frame(lambda f: f.drop(columns="contact")),)),
)  # fmt: skip
CASES = (*ACCEPTED, *DATES, *CELLS, *PLACES)
