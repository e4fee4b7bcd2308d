"""Sections of pages, one file a section: each builds its blocks, or nothing when the run has nothing for it."""

from collections.abc import Callable

from reports.context import Context
from reports.page import Section

Builder = Callable[[Context], Section | None]
