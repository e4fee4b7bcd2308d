"""What the YAML says was done, against what spend did; controls that hold nothing; geos that are sums of others."""

from collections.abc import Sequence

import numpy as np

from lift.geo.config import Cell, Geo
from lift.geo.data.series import GeoSeries, fault
from mixproof.aggregates.contract.pairs import sums_of_others
from mixproof.errors import Fault

ALIKE = 0.02
"""Change of spend against the controls, as a share of it, up to which the treated geos were treated no differently.

Tests that are worth their name change spend by a tenth at least; below a fiftieth no return on spend could be found.
"""
STILL_ON = 0.5
"""Share of its spend that a channel switched off may keep: more than half is no go-dark test."""
OLD = 0.1
"""Spend before the test, as a share of that in it, from which a channel is not new."""


def declared_faults(section: Geo, series: GeoSeries, windows: Sequence[tuple[int, int]]) -> list[Fault]:
    """Return the faults of a test whose parts contradict each other, but for those that it accepts by name.

    Parameters
    ----------
    section : Geo
    series : GeoSeries
    windows : sequence of (int, int)
        First period of the test and the one after its last, a cell.

    Returns
    -------
    list of Fault
    """
    treated = {geo for cell in section.cells for geo in cell.geos}
    controls = [i for i, geo in enumerate(series.geos) if geo not in treated and geo not in section.excluded]
    found = [
        *_dead_controls(section, series, controls, min(split for split, _ in windows)),
        *_sums(section, series),
    ]
    for cell, (split, end) in zip(section.cells, windows, strict=True):
        found += _stated(section, cell)
        if series.spend is not None:
            rows = [series.geos.index(geo) for geo in cell.geos]
            spend = series.spend
            before, during = spend[rows, :split].sum(axis=0).mean(), spend[rows, split:end].sum(axis=0).mean()
            usual = spend[controls, :split].sum(axis=0).mean()
            drift = spend[controls, split:end].sum(axis=0).mean() / usual if usual > 0 else 1.0
            found += _dose(section, cell, float(before * drift), float(during))
    return [one for one in found if one.code not in section.accept]


def _dose(section: Geo, cell: Cell, without: float, during: float) -> list[Fault]:
    """Return what is wrong with spend a period in a cell, given what it would have been without the test."""
    where = f"{section.data.file} column {section.data.spend}, cell {cell.name}"
    said = cell.intervention or section.intervention
    change = during / without - 1 if without > 0 else (np.inf if during > 0 else 0.0)
    measured = f"spend in the treated geos changed by {change:+.0%} against the controls"
    if abs(change) <= ALIKE:
        return [fault("spend-alike", where, f"Treated and control geos are alike: {measured}.")]
    if said == "heavy_up" and change < 0:
        return [fault("intervention-contradicted", where, f"The YAML says heavy_up, but {measured}.")]
    if said == "go_dark" and change > STILL_ON - 1:
        return [fault("intervention-contradicted", where, f"The YAML says go_dark, but {measured}.")]
    if said == "new" and without > OLD * during:
        what = f"The YAML says that the channel is new, but the geos had {without / during:.0%} of its spend before."
        return [fault("intervention-contradicted", where, what)]
    return []


def _stated(section: Geo, cell: Cell) -> list[Fault]:
    """Return a fault where the stated change of spend has the other sign than the intervention."""
    said, money = cell.intervention or section.intervention, cell.incremental_spend
    if money is None or (money < 0) == (said == "go_dark") or money == 0:
        return []
    where = f"experiment {section.name}: cells {cell.name}"
    return [
        fault(
            "intervention-contradicted", where, f"The YAML says {said} with incremental_spend {money:,.0f}."
        )
    ]


def _dead_controls(section: Geo, series: GeoSeries, controls: list[int], split: int) -> list[Fault]:
    alive = [i for i in controls if np.ptp(series.outcome[i, :split]) > 0]
    if len(alive) >= 2 or len(controls) < 2:
        return []
    where = f"{section.data.file} column {section.data.outcome}"
    what = f"{len(controls) - len(alive)} of {len(controls)} control geos have one and the same outcome before the test."
    return [fault("controls-dead", where, what)]


def _sums(section: Geo, series: GeoSeries) -> list[Fault]:
    whole = np.flatnonzero(np.isfinite(series.outcome).all(axis=1))
    given = [series.geos[at] for at in whole]
    names = [given[at] for at in sums_of_others(series.outcome[whole], given)]
    return [
        fault(
            "geo-is-a-sum",
            f"{section.data.file} column {section.data.geo}, {name}",
            "Its outcome is the sum of other geos.",
        )
        for name in names
        if name not in section.excluded
    ]
