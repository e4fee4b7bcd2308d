"""Sections of the quarterly planning report, one file an idea; a part whose tables a run lacks says how to get them."""

from collections.abc import Callable
from dataclasses import dataclass

from reports.context import Context
from reports.page import Section
from reports.sections import triangulation
from reports.sections.planning import (
    answer,
    attribution,
    budget,
    changes,
    experiments,
    forecast,
    quarter,
    unknown,
)
from reports.sections.summary import provenance

_PLAN = "Add a “plan:” section to the YAML, or run “mixproof plan”."


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page: what builds it, what it is called where it is missing, and how to get it."""

    build: Callable[[Context], Section | None]
    name: str
    how: str


PLANNING: tuple[Part, ...] = (
    Part(answer.build, "What to do next quarter", _PLAN),
    Part(
        quarter.build,
        "The quarter",
        "Run the YAML again with this version, which writes tables/paid_media_by_period.csv.",
    ),
    Part(
        attribution.build,
        "What attribution systems counted",
        "Add an “attribution:” section with the systems' exports.",
    ),
    Part(
        triangulation.build,
        "Model, experiments and attribution on one axis",
        "Add a “lift:” section with experiments, or an “attribution:” section.",
    ),
    Part(budget.build, "The proposed budget", _PLAN),
    Part(budget.build_curves, "Response to next quarter's spend", _PLAN),
    Part(budget.build_scenarios, "Scenarios", _PLAN),
    Part(forecast.build, "The forecast", _PLAN),
    Part(
        experiments.build,
        "Experiments",
        "Add a “lift:” section, and name its experiments under “calibrate:”.",
    ),
    Part(
        changes.build,
        "What changed since last quarter",
        "Name last quarter's run under “report: {before: NAME}”, or NAME/RUN_ID.",
    ),
)
"""From top to bottom, below the verdict; what is not known and where the numbers come from follow."""


def sections_of(context: Context) -> list[Section]:
    """Return all sections that the run has tables for, what is not known and what is missing, and the provenance."""
    found, absent = [], []
    for part in PLANNING:
        section = part.build(context)
        if section is None:
            absent.append((part.name, part.how))
        else:
            found.append(section)
    return [*found, unknown.build(context, absent), provenance.build(context)]
