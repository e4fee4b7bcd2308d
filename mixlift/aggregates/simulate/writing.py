"""A world as a user would bring it: tables, and the YAML that reads them."""

from typing import Any

import pandas as pd

from mixlift.aggregates.simulate.scene import Scene


def as_tables(name: str, scene: Scene) -> dict[str, pd.DataFrame]:
    """Return the world's table by file name: one row a week (and geo), one column a series."""
    outcome = scene.outcome()
    blocks = []
    for i, geo in enumerate(scene.geos):
        columns: dict[str, Any] = {"date": scene.dates}
        if not scene.national:
            columns |= {"geo": geo, "population": scene.population[i]}
        columns["revenue"] = outcome[i]
        for medium in scene.media:
            if medium.spend is not None:
                columns[f"{medium.name}_spend"] = medium.spend[i]
            if medium.driver != "spend":
                columns[f"{medium.name}_{medium.driver}"] = medium.exposure[i]
        columns |= {column: values[i] for column, values in scene.columns.items()}
        blocks.append(pd.DataFrame(columns))
    return {f"{name}.csv": pd.concat(blocks, ignore_index=True)}


def data_section(name: str, scene: Scene) -> dict[str, Any]:
    """Return the ``data:`` section that reads what `as_tables` made."""
    table = {"file": f"{name}.csv", "date": "date"} | ({} if scene.national else {"geo": "geo"})
    section: dict[str, Any] = {
        "frequency": "weekly",
        "currency": "EUR",
        "tables": [table],
        "outcome": {"column": "revenue", "kind": "revenue"},
        "channels": [_channel(m.name, m.driver, True) for m in scene.media if m.kind == "paid"],
    }
    organic = [_channel(m.name, m.driver, False) for m in scene.media if m.kind == "organic"]
    optional = {
        "organic": organic,
        "treatments": [{"name": column, "column": column} for column in scene.treatments],
        "controls": [{"name": column, "column": column} for column in scene.controls],
    }
    section |= {key: entries for key, entries in optional.items() if entries}
    if not scene.national:
        section["population"] = {"column": "population"}
    return section


def _channel(name: str, driver: str, paid: bool) -> dict[str, str]:
    """Return a channel's entry: its spend, and its exposure where that has a column of its own."""
    entry = {"name": name} | ({"spend": f"{name}_spend"} if paid else {})
    return entry | ({"exposure": f"{name}_{driver}"} if driver != "spend" else {})
