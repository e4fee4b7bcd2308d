"""A world as a user would bring it: tables, and the YAML that reads them."""

import io
from pathlib import Path
from typing import Any

import pandas as pd
from ruamel.yaml import YAML

from mixproof.aggregates.simulate.scene import EVERYWHERE, Medium, Scene, World


def as_tables(name: str, scene: Scene) -> dict[str, pd.DataFrame]:
    """Return the world's tables by file name: one row a week (and geo), one column a series.

    Media that begin before the outcome have a table of their own; otherwise there is one table.

    Parameters
    ----------
    name : str
        Of the world; files are named after it.
    scene : Scene

    Returns
    -------
    dict of str to pandas.DataFrame
        By file.
    """
    media, rest = _media_columns(scene), _other_columns(scene)
    if scene.warm_up == 0:
        return {f"{name}.csv": _stacked(scene, rest | media, 0)}
    return {
        f"{name}_media.csv": _stacked(scene, media, 0),
        f"{name}_outcome.csv": _stacked(scene, rest, scene.warm_up),
    }


def _media_columns(scene: Scene) -> dict[str, Any]:
    """Return spend and exposure of each channel by column name, each of shape (geo, period)."""
    columns: dict[str, Any] = {}
    for medium in scene.media:
        if medium.spend is not None:
            columns[f"{medium.name}_spend"] = medium.spend if medium.recorded is None else medium.recorded
        if medium.driver != "spend":
            columns[f"{medium.name}_{medium.driver}"] = medium.exposure.astype("int64")
    return columns


def _other_columns(scene: Scene) -> dict[str, Any]:
    """Return outcome, treatments and controls by column name, each of shape (geo, period)."""
    shown = {
        name: values.astype("int64") if name in scene.treatments else values
        for name, values in scene.columns.items()
    }
    return {"revenue": scene.outcome(), **shown}


def _stacked(scene: Scene, columns: dict[str, Any], first: int) -> pd.DataFrame:
    """Return the columns from period `first` on, geo after geo."""
    blocks = []
    for i, geo in enumerate(scene.geos):
        key: dict[str, Any] = {"date": scene.dates[first:]}
        if not scene.national:
            key |= {"geo": geo, "population": int(scene.population[i])}
        blocks.append(pd.DataFrame(key | {name: values[i, first:] for name, values in columns.items()}))
    return pd.concat(blocks, ignore_index=True)


def data_section(name: str, scene: Scene) -> dict[str, Any]:
    """Return the ``data:`` section that reads what `as_tables` made.

    Parameters
    ----------
    name : str
        Of the world, as for `as_tables`.
    scene : Scene

    Returns
    -------
    dict
        The ``data`` section of a YAML, as plain values.
    """
    key = {"date": "date"} | ({} if scene.national else {"geo": "geo"})
    files = [f"{name}.csv"] if scene.warm_up == 0 else [f"{name}_media.csv", f"{name}_outcome.csv"]
    section: dict[str, Any] = {
        "frequency": scene.frequency,
        "currency": "EUR",
        "tables": [{"file": file, **key} for file in files],
        "outcome": {"column": "revenue", "kind": "revenue"},
        "channels": [_channel(m) for m in scene.media if m.kind == "paid"],
    }
    optional = {
        "organic": [_channel(m) for m in scene.media if m.kind == "organic"],
        "treatments": [{"name": column, "column": column} for column in scene.treatments],
        "controls": [{"name": column, "column": column} for column in scene.controls],
    }
    section |= {part: entries for part, entries in optional.items() if entries}
    if not scene.national:
        section["population"] = {"column": "population", "table": files[-1]}
    return section


def _channel(medium: Medium) -> dict[str, str]:
    """Return a channel's entry: its spend, and its exposure where that has a column of its own."""
    entry = {"name": medium.name}
    if medium.spend is not None:
        entry["spend"] = f"{medium.name}_spend"
    if medium.driver != "spend":
        entry["exposure"] = f"{medium.name}_{medium.driver}"
    return entry


def write_tables(world: World, folder: Path) -> list[Path]:
    """Return the files written to `folder`: the world's tables and ``<name>_truth.csv``.

    Parameters
    ----------
    world : World
    folder : pathlib.Path
        Made where it does not exist.

    Returns
    -------
    list of pathlib.Path
    """
    folder.mkdir(parents=True, exist_ok=True)
    frames = world.tables | {f"{world.name}_truth.csv": rounded(world.truth)}
    for file, frame in frames.items():
        frame.to_csv(folder / file, index=False, date_format="%Y-%m-%d", lineterminator="\n")
    return [folder / file for file in frames]


def rounded(truth: pd.DataFrame) -> pd.DataFrame:
    """Return the truth with money to the cent and returns to six places: the same file on any machine."""
    places = {"spend": 2, "contribution": 2, "roi": 6, "mroi": 6}
    return truth.round(places)


def config_text(world: World) -> str:
    """Return a YAML that runs the default model on the world's tables, and says what world it is."""
    paid = world.truth[(world.truth["geo"] == EVERYWHERE) & (world.truth["kind"] == "paid")]
    head = (
        f"# A simulated world, {world.name!r} with seed {world.seed}: {world.description}.\n"
        f"# True contributions and returns: {world.name}_truth.csv ({len(paid)} paid channels).\n"
    )
    text = io.StringIO()
    yaml = YAML()
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump({"name": world.name, "seed": 1, "data": world.data_config, "mmm": {}}, text)
    return head + text.getvalue()
