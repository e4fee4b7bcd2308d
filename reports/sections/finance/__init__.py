"""Sections of the finance review, from top to bottom; a part that the run has nothing for is left out."""

from reports.context import Context
from reports.page import Section
from reports.sections import triangulation
from reports.sections.finance import booking, closed_books, evidence, signoff, tie_out
from reports.sections.summary import provenance

FINANCE = (
    booking.build,
    tie_out.build,
    closed_books.build,
    evidence.build,
    triangulation.build,
    signoff.build,
    provenance.build,
)


def sections_of(context: Context) -> list[Section]:
    """Return all sections that the run has tables for."""
    return [section for build in FINANCE if (section := build(context)) is not None]
