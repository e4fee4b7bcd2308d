"""Attribution of the walk over the schema: every kind of export, written from its row in the table, and every rule."""

from pathlib import Path

import pandas as pd

from lift.attribution.config import AttributionConfig, AttributionSystem, PathTable
from lift.attribution.contract.exports import EXPORTS
from tests.end_to_end.walk.rows import Row, choices, given, pairwise, turn, values

SYSTEMS = pairwise(
    choices(*((AttributionSystem, key) for key in ("export", "period", "decimal", "basis", "dated_by")))
)
DECIMALS = values(PathTable, "decimal")
ATTRIBUTIONS = len(DECIMALS)
DAYS = {
    "daily": pd.date_range("2025-01-06", periods=6),
    "weekly": pd.date_range("2025-01-06", periods=6, freq="7D"),
    "monthly": pd.date_range("2025-01-01", periods=6, freq="MS"),
}


def _cell(number: float, decimal: str | None) -> str:
    return str(number).replace(".", decimal or ".")


def _export(folder: Path, number: int, row: Row) -> Row:
    """Write an export of one kind, and return the system that reads it."""
    export, file = EXPORTS[row["export"]], f"system{number}.csv"
    rows = [
        {
            "channel": channel,
            "start": day.strftime(export.date_formats[0]),
            "attributed": _cell(20.25 + place, row["decimal"]),
            "value": _cell(900.5 + place, row["decimal"]),
            "postback": "0",
            "fine": "12",
        }
        for place, day in enumerate(DAYS[row["period"]])
        for channel in ("search", "social")
    ]
    names = {role: columns[0] for role, columns in export.columns.items() if role in rows[0]}
    pd.DataFrame(rows)[list(names)].rename(columns=names).to_csv(folder / file, index=False)
    money = {"conversion_values": {"12": [10, 20]}} if "fine" in names else {}
    return given({"name": f"system {number}", "file": file, **money, **row})


def attribution(folder: Path, number: int) -> Row:
    """Return a run of credit and claims: all rules, and every third system."""
    decimal = turn(DECIMALS, number)
    paths = pd.DataFrame(
        {
            "path": ["search > social", "search", "direct > social", "(other)"],
            "conversions": ["10", "5", "7", "2"],
            "nulls": ["90", "195", "60", "8"],
            "value": [_cell(value, decimal) for value in (500.25, 100.75, 80.5, 90.25)],
            "ages": ["3 > 1", "2", "5 > 1", ""],
        }
    )
    paths.to_csv(folder / "paths.csv", index=False)
    columns = {name: name for name in paths}
    return {
        "name": f"attribution-{number}",
        "attribution": {
            "currency": "EUR",
            "paths": given({"file": "paths.csv", "decimal": decimal, **columns}),
            "rules": list(values(AttributionConfig, "rules")),
            "systems": [
                _export(folder, place, row)
                for place, row in enumerate(SYSTEMS)
                if place % ATTRIBUTIONS == number
            ],
        },
    }
