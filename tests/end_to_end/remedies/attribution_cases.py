"""Attribution exports and paths with one fault, and the section after its remedy."""

import io
from pathlib import Path

import pandas as pd

from lift.attribution.analyse import analyse_attribution
from mixproof.records.evidence import Evidence
from tests.end_to_end.remedies.folder import CONFIG, TABLE, Case, Edit, Files, cells, frame, swap
from tests.lift.attribution.factors.evidence_cases import evidence as experiment
from workflow.config import load_config

PATHS = """\
name: followed
attribution:
  currency: EUR
  paths: {file: t.csv, path: path, conversions: conversions, value: value, nulls: nulls, ages: ages}
  rules: [last, time_decay, markov, shapley]
"""
SYSTEM = """\
name: followed
attribution:
  currency: EUR
  systems:
    - name: analytics
      file: t.csv
      columns: {channel: channel, start: start, end: end, geo: geo, attributed: attributed, lower: lower, upper: upper,
                value: value, currency: currency}
      outcome: orders
"""
POSTBACKS = """\
name: followed
attribution:
  currency: EUR
  systems:
    - name: phones
      export: skan
      file: t.csv
      outcome: installs
      conversion_values: {"0": [0, 0], "12": [10, 20], high: [30, 200]}
"""
ROWS = """\
channel,start,end,geo,attributed,lower,upper,value,currency
search,2025-01-06,2025-01-12,north,100,90,110,5000,EUR
search,2025-01-06,2025-01-12,south,40,30,50,2000,EUR
search,2025-01-13,2025-01-19,north,104,90,110,5200,EUR
"""
SKAN = """\
date,ad-network-id,source-identifier,postback-sequence-index,conversion-value,coarse-conversion-value,did-win,postbacks
2025-01-06,example.skadnetwork,5239,0,12,,true,30
2025-01-06,example.skadnetwork,5239,1,,high,true,5
"""


PERSON = "0151/2345678"


def credited(path: Path) -> None:
    """Read a section and give its credit; one experiment on search in the north stands beside it."""
    section = load_config(path).attribution
    assert section is not None
    tests: tuple[Evidence, ...] = (experiment(20.0, 5.0, geos=("north",)),) if section.systems else ()
    analyse_attribution(section, path.parent, tests)


def paths() -> Files:
    """Return a good folder of paths."""
    rows = "path,conversions,nulls,value,ages\nA > B,10,90,500,3 > 1\nA,5,195,100,2\nC > B,4,60,200,5 > 0\n"
    return {CONFIG: PATHS, TABLE: rows}


def system() -> Files:
    """Return a good folder of one system's export."""
    return {CONFIG: SYSTEM, TABLE: ROWS}


def postbacks() -> Files:
    """Return a good folder of postbacks."""
    return {CONFIG: POSTBACKS, TABLE: SKAN}


def _row(line: str) -> Edit:
    def edit(files: Files) -> None:
        files[TABLE] = str(files[TABLE]) + line + "\n"

    return edit


def _many(files: Files) -> None:
    """Add so many channels that their sets cannot all be looked at."""
    table = pd.read_csv(io.StringIO(str(files[TABLE])), dtype=str)
    more = pd.DataFrame([[f"channel {k}", "3", "50", "60", "1"] for k in range(14)], columns=table.columns)
    files[TABLE] = pd.concat([table, more]).to_csv(index=False)


def _grouped(files: Files) -> None:
    table = pd.read_csv(io.StringIO(str(files[TABLE])), dtype=str)
    others = table["path"].str.startswith("channel")
    files[TABLE] = table.assign(path=table["path"].where(~others, "others")).to_csv(index=False)


def _one_person(column: str) -> Edit:
    """Add ten rows of which one is named like a person, by a form that the screening of columns asks of a fifth of them."""
    names = [*(f"channel {k}" for k in range(9)), PERSON]
    return frame(
        lambda table: pd.concat([table, pd.concat([table.iloc[[1]]] * 10).assign(**{column: names})])
    )


def _no_person(column: str) -> Edit:
    return frame(lambda table: table.assign(**{column: table[column].replace(PERSON, "channel 9")}))


def _once(table: pd.DataFrame) -> pd.DataFrame:
    return table.drop_duplicates()


OF_PATHS = (
    Case("paths-column", (swap("value: value", "value: money"),), "Correct the name", (swap("money", "value"),)),
    Case("paths-number", (cells("nulls", 1, "-1"),), "number in every row", (cells("nulls", 1, "195"),)),
    Case("paths-touch", (cells("path", 0, "A > > B"), cells("ages", 0, "3 > 2 > 1")), "channel of every touch",
         (cells("path", 0, "A > C > B"),)),
    Case("paths-ages", (cells("ages", 0, "3"),), "for every touch", (cells("ages", 0, "3 > 1"),)),
    Case("paths-nothing", (cells("path", slice(0, 2), "(unattributed)"), cells("ages", slice(0, 2), "")),
         "paths with their conversions", (cells("path", slice(0, 2), "A"), cells("ages", slice(0, 2), "2"))),
    Case("paths-identifier", (_one_person("path"),), "channels or campaigns", (_no_person("path"),)),
    Case("credit-without-nulls", (cells("nulls", slice(0, 2), "0"),), "leave markov and shapley out",
         (swap("rules: [last, time_decay, markov, shapley]", "rules: [last, time_decay]"),)),
    Case("credit-too-many-channels", (_many,), "Group channels", (_grouped,), "grouped"),
    Case("credit-too-many-channels", (_many,), "leave shapley out", (swap(", shapley]", "]"),), "left out"),
)  # fmt: skip
OF_SYSTEMS = (
    Case("attribution-column", (swap("attributed: attributed", "attributed: count"),), "Name the column",
         (swap("attributed: count", "attributed: attributed"),)),
    Case("attribution-number", (cells("value", 0, "many"),), "Correct the source", (cells("value", 0, "5000"),)),
    Case("attribution-date", (cells("start", slice(0, 2), "06.01.2025"), cells("end", slice(0, 2), "12.01.2025")),
         "date_format", (swap("      outcome: orders", '      outcome: orders\n      date_format: "%d.%m.%Y"'),)),
    Case("attribution-window", (cells("end", 0, "2025-01-13"),), "do not share days", (cells("end", 0, "2025-01-12"),)),
    Case("attribution-duplicate", (_row("search,2025-01-06,2025-01-12,south,40,30,50,2000,EUR"),), "Remove the copies",
         (frame(_once),)),
    Case("attribution-currency", (cells("currency", slice(0, 2), "USD"),), "correct attribution.currency",
         (swap("  currency: EUR", "  currency: USD"),)),
    Case("attribution-unit", (swap("outcome: orders", "outcome: leads"),), "Name the system's outcome",
         (swap("outcome: leads", "outcome: orders"),)),
    Case("attribution-geo", (cells("geo", slice(0, 2), "west"), cells("start", 1, "2025-01-20"), cells("end", 1, "2025-01-26")),
         "Write geos alike", (cells("geo", slice(0, 2), "north"),), "alike"),
    Case("attribution-geo", (cells("geo", slice(0, 2), "west"), cells("start", 1, "2025-01-20"), cells("end", 1, "2025-01-26")),
         "without geos",
         (swap(" geo: geo,", ""), frame(lambda table: table.drop(columns="geo"))), "left out"),
    Case("attribution-interval", (cells("lower", 0, "105"),), "one and the same cell", (cells("lower", 0, "90"),)),
    Case("attribution-identifier", (_one_person("channel"),), "Export sums over people", (_no_person("channel"),)),
)  # fmt: skip
OF_POSTBACKS = (
    Case("attribution-postback", (cells("postback-sequence-index", 1, "3"),), "indices 0 to 2",
         (cells("postback-sequence-index", 1, "2"),), "index"),
    Case("attribution-postback", (cells("conversion-value", 0, "13"),), "under conversion_values",
         (swap('"12": [10, 20]', '"13": [10, 20]'),), "value"),
)  # fmt: skip
CASES = tuple(
    Case(case.code, case.breaks, case.says, case.mends, case.name, base)
    for cases_, base in ((OF_PATHS, paths), (OF_SYSTEMS, system), (OF_POSTBACKS, postbacks))
    for case in cases_
)
