"""The one way to make any world, and to write it to a folder."""

import zlib
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path

import numpy as np

from mixproof.aggregates.simulate.market import Size
from mixproof.aggregates.simulate.scene import World, series_table, truth_table
from mixproof.aggregates.simulate.worlds import WORLDS, Kind
from mixproof.aggregates.simulate.writing import as_tables, config_text, data_section, write_tables
from mixproof.errors import ConfigError, Fault


def simulate_world(name: str, seed: int, **size: int) -> World:
    """Return the world of this kind and seed: tables, truth, and the config section that reads them.

    Parameters
    ----------
    name : str
        A key of `WORLDS`.
    seed : int
        Another seed is another world of the same kind: other spends, returns, carryovers, baseline and noise.
    **size : int
        ``weeks``, ``geos`` or ``channels``, where they should differ from the usual size of that world.

    Returns
    -------
    World

    Raises
    ------
    ConfigError
        Unknown world, or a size that is unknown or too small.

    Examples
    --------
    >>> world = simulate_world("worthless", seed=1)
    >>> float(world.truth.set_index("channel").loc["display", "contribution"])
    0.0
    """
    kind = _chosen(name, size)
    rng = np.random.default_rng([zlib.crc32(name.encode()), seed])
    scene = kind.build(rng, kind.size)
    return World(
        name=name,
        seed=seed,
        tables=as_tables(name, scene),
        truth=truth_table(scene),
        series=series_table(scene),
        data_config=data_section(name, scene),
        description=kind.description,
        scene=scene,
    )


SMALLEST = {"weeks": 26, "geos": 1, "channels": 2}
"""Below these a world has no season, no region or nothing to compare."""


def _chosen(name: str, size: Mapping[str, int]) -> Kind:
    """Return the kind of world with its size, or raise every fault of the choice."""
    if name not in WORLDS:
        raise ConfigError(
            Fault(
                "unknown-world",
                "simulate world",
                f"there is no world {name!r}.",
                f"Known worlds: {', '.join(WORLDS)}.",
            )
        )
    kind, known = WORLDS[name], [field.name for field in fields(Size)]
    faults = [
        Fault(
            "unknown-size",
            f"simulate {key}",
            f"{key!r} is not a size of a world.",
            f"Sizes: {', '.join(known)}.",
        )
        for key in size
        if key not in known
    ]
    smallest = SMALLEST | ({"geos": 2} if kind.size.geos > 1 else {})
    faults += [
        Fault("world-too-small", f"simulate {key}", f"{value} is too few.", f"At least {smallest[key]}.")
        for key, value in size.items()
        if key in known and value < smallest[key]
    ]
    if faults:
        raise ConfigError(faults)
    return replace(kind, size=replace(kind.size, **size))


def write_world(name: str, seed: int, folder: Path, **size: int) -> list[Path]:
    """Return the files written to `folder`: tables, truth, truth by date, and a ``config.yaml`` that runs.

    Parameters
    ----------
    name, seed, **size
        As in `simulate_world`.
    folder : pathlib.Path
        Made where it does not exist; files of the same names are overwritten.

    Returns
    -------
    list of pathlib.Path

    Raises
    ------
    ConfigError
        Unknown world, or a size that is unknown or too small.
    """
    world = simulate_world(name, seed, **size)
    written = write_tables(world, folder)
    series, config = folder / f"{name}_truth_series.csv", folder / "config.yaml"
    world.series.round({"contribution": 2}).to_csv(
        series, index=False, date_format="%Y-%m-%d", lineterminator="\n"
    )
    config.write_text(config_text(world), encoding="utf-8")
    return [*written, series, config]
