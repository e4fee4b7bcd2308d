"""Releases of the walk over the schema: every way to write money."""

from itertools import product
from pathlib import Path

import pandas as pd

from mixproof.aggregates.people.config import PeopleTable
from tests.end_to_end.walk.rows import Row, values

DECIMALS = values(PeopleTable, "decimal")
PRIVACY = 1


def privacy(folder: Path, number: int) -> Row:
    """Return a run that makes a table safe for each way to write money."""
    tables = []
    for place, decimal in enumerate(DECIMALS):
        rows = [
            {
                "region": region,
                "week": week,
                "buyers": 4 + 9 * at,
                "revenue": f"{90 * at}.25".replace(".", decimal),
            }
            for at, (region, week) in enumerate(product(("north", "south", "west"), ("2025-W01", "2025-W02")))
        ]
        pd.DataFrame(rows).to_csv(folder / f"people{place}.csv", index=False)
        tables.append(
            {"name": f"buyers{place}", "file": f"people{place}.csv", "by": [["region", "week"]], "people": "buyers",
             "money": ["revenue"], "decimal": decimal}
        )  # fmt: skip
    return {"name": f"walk{number}", "privacy": {"tables": tables}}
