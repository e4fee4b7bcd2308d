"""The table of worlds: a new kind is one new file and one row here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from mixproof.aggregates.simulate.market import Size
from mixproof.aggregates.simulate.scene import Scene
from mixproof.aggregates.simulate.worlds import (
    baseline_kinds,
    calendar_kinds,
    chasing,
    delayed,
    demand_kinds,
    demo,
    geo,
    geos,
    mechanism_kinds,
    national,
    preset,
    worthless,
)
from mixproof.aggregates.simulate.worlds.ordinary import NATIONAL, REGIONS, Build


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of world: how it is built, how large it usually is, what is special about it."""

    build: Callable[[np.random.Generator, Size], Scene]
    size: Size
    description: str


def _told(build: Build, size: Size = NATIONAL) -> Kind:
    """Return a kind described by the first sentence of its builder."""
    first = str(build.__doc__).split("\n", 1)[0]
    return Kind(build, size, first.removeprefix("Return a world ").rstrip("."))


TROUBLES: Mapping[str, Kind] = {
    "never_off": _told(mechanism_kinds.KINDS["never_off"]),
    "long_carryover": _told(mechanism_kinds.KINDS["long_carryover"]),
    "synergy": _told(mechanism_kinds.KINDS["synergy"]),
    "drifting_effects": _told(mechanism_kinds.KINDS["drifting_effects"]),
    "reach_grows": _told(mechanism_kinds.KINDS["reach_grows"]),
    "harmful": _told(mechanism_kinds.KINDS["harmful"]),
    "split_alike": _told(mechanism_kinds.KINDS["split_alike"]),
    "split_unequal": _told(mechanism_kinds.KINDS["split_unequal"]),
    "outlier_spend": _told(mechanism_kinds.KINDS["outlier_spend"]),
    "mediators": _told(mechanism_kinds.KINDS["mediators"]),
    "heavy_tails": _told(baseline_kinds.KINDS["heavy_tails"]),
    "broken_trend": _told(baseline_kinds.KINDS["broken_trend"]),
    "narrow_peaks": _told(baseline_kinds.KINDS["narrow_peaks"]),
    "many_controls": _told(baseline_kinds.KINDS["many_controls"]),
    "promotions": _told(baseline_kinds.KINDS["promotions"]),
    "wrong_entries": _told(baseline_kinds.KINDS["wrong_entries"]),
    "one_year": _told(baseline_kinds.KINDS["ordinary"], replace(NATIONAL, weeks=52)),
    "two_years": _told(baseline_kinds.KINDS["ordinary"], replace(NATIONAL, weeks=104)),
    "four_years": _told(baseline_kinds.KINDS["ordinary"], replace(NATIONAL, weeks=208)),
    "demand_weak": _told(demand_kinds.KINDS["demand_weak"]),
    "demand_strong": _told(demand_kinds.KINDS["demand_strong"]),
    "demand_all": _told(demand_kinds.KINDS["demand_all"]),
    "economy": _told(demand_kinds.KINDS["economy"]),
    "budget_of_sales": _told(demand_kinds.KINDS["budget_of_sales"]),
    "daily": _told(calendar_kinds.KINDS["daily"], replace(NATIONAL, weeks=78)),
    "monthly": _told(calendar_kinds.KINDS["monthly"], replace(NATIONAL, weeks=313)),
    "geos_4_never_off": _told(mechanism_kinds.KINDS["never_off"], replace(REGIONS, geos=4)),
    "geos_20_never_off": _told(mechanism_kinds.KINDS["never_off"], replace(REGIONS, geos=20)),
    "geos_demand_all": _told(demand_kinds.KINDS["demand_all"], REGIONS),
    "geos_drifting_effects": _told(mechanism_kinds.KINDS["drifting_effects"], REGIONS),
    "geos_long_carryover": _told(mechanism_kinds.KINDS["long_carryover"], REGIONS),
    "geos_heavy_tails": _told(baseline_kinds.KINDS["heavy_tails"], REGIONS),
}
"""Kinds of trouble that data of other people have; see `benchmarks/results/kinds.md` for how the default model does."""

WORLDS: Mapping[str, Kind] = {
    "demo": Kind(demo.build, demo.SIZE, demo.DESCRIPTION),
    "national": Kind(national.build, national.SIZE, national.DESCRIPTION),
    "geo": Kind(geo.build, geo.SIZE, geo.DESCRIPTION),
    "delayed": Kind(delayed.build, delayed.SIZE, delayed.DESCRIPTION),
    "chasing": Kind(chasing.build, chasing.SIZE, chasing.DESCRIPTION),
    "worthless": Kind(worthless.build, worthless.SIZE, worthless.DESCRIPTION),
    "geos": Kind(geos.build, geos.SIZE, geos.DESCRIPTION),
    **{name: Kind(preset.build, size, preset.DESCRIPTION) for name, size in preset.SIZES.items()},
    **TROUBLES,
}
"""Every world by name; a seed makes one of its kind."""
