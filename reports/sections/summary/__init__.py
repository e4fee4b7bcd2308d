"""Sections of pages, one file a section: each builds its blocks, or nothing when the run has nothing for it."""

from collections.abc import Callable

from reports.context import Context
from reports.page import Section
from reports.sections import triangulation
from reports.sections.summary import (
    calibration,
    channels,
    checks,
    data,
    decomposition,
    fit,
    geos,
    model,
    periods,
    provenance,
    response,
    returns,
)

Builder = Callable[[Context], Section | None]

SUMMARY: tuple[Builder, ...] = (
    channels.build,
    returns.build,
    calibration.build,
    triangulation.build,
    response.build,
    response.build_carryover,
    decomposition.build,
    periods.build,
    geos.build,
    fit.build,
    checks.build,
    data.build,
    model.build,
    provenance.build,
)
"""The summary of a media-mix run from top to bottom, below the verdict."""

NAMED_CHARTS: dict[str, tuple[Builder, int]] = {
    "contributions": (channels.build, 0),
    "roi": (returns.build, 0),
    "mroi": (returns.build, 1),
    "outcome_per_spend": (returns.build, 0),
    "cpia": (returns.build, 1),
    "response": (response.build, 0),
    "carryover": (response.build_carryover, 0),
    "decomposition": (decomposition.build, 0),
    "waterfall": (decomposition.build, 1),
    "make_up": (periods.build, 0),
    "by_period": (periods.build, 1),
    "fit": (fit.build, 0),
}
"""Name of a chart -> the section that draws it, and which of the section's drawings it is."""
