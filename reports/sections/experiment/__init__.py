"""Sections of an experiment's page, one file a section; this table has them from top to bottom, below the verdict."""

from collections.abc import Callable

from reports.experiment_inputs import ExperimentPage
from reports.page import Section
from reports.sections.experiment import (
    answer,
    change,
    following,
    money,
    numbers,
    picture,
    provenance,
    trust,
)

Builder = Callable[[ExperimentPage], Section | None]

EXPERIMENT: tuple[Builder, ...] = (
    answer.build,
    picture.build,
    trust.build,
    money.build,
    change.build,
    following.build,
    numbers.build,
    provenance.build,
)
