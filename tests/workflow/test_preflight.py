"""Estimates before the work: they grow with what is asked, and refuse only what cannot end well."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from mixproof.aggregates.panel import Panel
from mixproof.errors import ResourceError
from mmm.config import FitOptions, MmmConfig
from workflow.preflight import Limits, Need, estimate, free_disk, free_memory, refuse_if_short


def panel(geos: int, dates: int, channels: int) -> Panel:
    """Return a panel of some size, without values in memory."""
    values = np.broadcast_to(0.0, (geos, dates, channels))
    data = xr.Dataset({"spend": (("geo", "date", "channel"), values)})
    return Panel(data, "weekly", "EUR", "revenue", "revenue")


@pytest.mark.parametrize(
    ("size", "least", "most"),
    [
        ((1, 156, 6), 15e6, 100e6),
        ((40, 156, 6), 100e6, 1e9),
        ((50, 208, 30), 300e6, 3e9),
        ((5000, 260, 6), 2e10, 2e11),
    ],
)
def test_disk_is_estimated_within_an_order_of_magnitude(
    size: tuple[int, int, int], least: float, most: float
) -> None:
    assert least < estimate(panel(*size), MmmConfig()).disk < most


def test_the_estimate_grows_with_what_is_asked() -> None:
    base = estimate(panel(10, 100, 5), MmmConfig())
    more_draws = MmmConfig(fit=FitOptions(max_draws=8000))
    more_chains = MmmConfig(fit=FitOptions(chains=8))
    assert estimate(panel(10, 100, 5), more_draws).disk > base.disk
    assert estimate(panel(10, 100, 5), more_chains).memory > base.memory
    assert estimate(panel(20, 100, 5), MmmConfig()).disk > base.disk


@pytest.mark.parametrize(
    ("need", "limits", "codes"),
    [
        (Need(90, 90), Limits(memory=100, disk=100), []),
        (Need(91, 90), Limits(memory=100, disk=100), ["disk-too-small"]),
        (Need(90, 91), Limits(memory=100, disk=100), ["memory-too-small"]),
        (Need(91, 91), Limits(memory=100, disk=100), ["disk-too-small", "memory-too-small"]),
    ],
)
def test_more_than_nine_tenths_of_what_is_free_is_refused(
    need: Need, limits: Limits, codes: list[str]
) -> None:
    if not codes:
        refuse_if_short(need, Path(), limits)
        return
    with pytest.raises(ResourceError) as refused:
        refuse_if_short(need, Path(), limits)
    assert [fault.code for fault in refused.value.faults] == codes


def test_what_is_free_is_asked_of_the_system(tmp_path: Path) -> None:
    assert free_disk(tmp_path / "not" / "there") > 0
    free = free_memory()
    assert free is None or 2**20 < free < 2**50
