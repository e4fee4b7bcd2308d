"""The table of worlds: a new kind is one new file and one row here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from mixproof.aggregates.simulate.market import Size
from mixproof.aggregates.simulate.scene import Scene
from mixproof.aggregates.simulate.worlds import chasing, delayed, demo, geo, geos, national, preset, worthless


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of world: how it is built, how large it usually is, what is special about it."""

    build: Callable[[np.random.Generator, Size], Scene]
    size: Size
    description: str


WORLDS: Mapping[str, Kind] = {
    "demo": Kind(demo.build, demo.SIZE, demo.DESCRIPTION),
    "national": Kind(national.build, national.SIZE, national.DESCRIPTION),
    "geo": Kind(geo.build, geo.SIZE, geo.DESCRIPTION),
    "delayed": Kind(delayed.build, delayed.SIZE, delayed.DESCRIPTION),
    "chasing": Kind(chasing.build, chasing.SIZE, chasing.DESCRIPTION),
    "worthless": Kind(worthless.build, worthless.SIZE, worthless.DESCRIPTION),
    "geos": Kind(geos.build, geos.SIZE, geos.DESCRIPTION),
    **{name: Kind(preset.build, size, preset.DESCRIPTION) for name, size in preset.SIZES.items()},
}
"""Every world by name; a seed makes one of its kind."""
