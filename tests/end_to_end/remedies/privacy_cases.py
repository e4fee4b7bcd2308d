"""Releases with one fault, and after its remedy."""

from pathlib import Path

from mixproof.aggregates.people.protection import protected_tables
from tests.end_to_end.remedies.folder import CONFIG, TABLE, Case, Files, cells, frame, swap
from workflow.config import load_config

BUYERS = """\
region,week,buyers,revenue
north,2025-W01,40,400.10
north,2025-W02,33,330.25
south,2025-W01,6,61.50
south,2025-W02,21,210.00
west,2025-W01,25,250.75
west,2025-W02,30,300.00
"""
RELEASE = """\
name: followed
privacy:
  tables:
    - {name: buyers, file: t.csv, by: [[region, week]], people: buyers, money: [revenue]}
"""


def released(path: Path) -> None:
    """Protect the tables of a config."""
    section = load_config(path).privacy
    assert section is not None
    protected_tables(section, path.parent)


def buyers() -> Files:
    """Return a good folder of one release."""
    return {CONFIG: RELEASE, TABLE: BUYERS}


CASES = tuple(
    Case(code, breaks, says, mends, name, buyers)
    for code, breaks, says, mends, name in (
        ("people-cell", (cells("buyers", 2, "6.5"),), "whole numbers from 0 on", (cells("buyers", 2, "6"),), "people"),
        ("people-cell", (cells("revenue", 2, "61.505"),), "at most two decimals", (cells("revenue", 2, "61.50"),), "money"),
        ("people-cell", (cells("region", 2, ""),), "a level in every row", (cells("region", 2, "south"),), "level"),
        ("people-too-few", (cells("buyers", slice(None), "1"),), "totals alone",
         (frame(lambda table: table.assign(buyers="4")), swap("[[region, week]]", "[[week]]")), "coarser"),
        ("people-too-many",
         (frame(lambda table: table.iloc[[0] * 300].assign(region=[f"r{i}" for i in range(300)],
                                                           week=[f"w{i}" for i in range(300)])),),
         "fewer dimensions at once", (swap("[[region, week]]", "[[region]]"),), "large"),
    )
)  # fmt: skip
