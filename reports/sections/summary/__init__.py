"""Sections of pages, one file a section: each builds its blocks, or nothing when the run has nothing for it."""

from collections.abc import Callable

from reports.context import Context
from reports.page import Section
from reports.sections.summary import (
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
