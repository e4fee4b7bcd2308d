"""What the linear components bring, draw by draw, in model outcome: intercept, seasons, controls, treatments."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from mmm.components import Component, Design
from mmm.problem.draws import Draws
from mmm.problem.problem import Problem

Kind = Literal["baseline", "treatment", "organic", "paid"]


@dataclass(frozen=True, slots=True)
class Part:
    """A component of the outcome: its name in tables and what kind of thing it is."""

    name: str
    kind: Kind


def linear_parts(problem: Problem) -> list[Part]:
    """Return the linear components in the order in which they are stacked: baseline first, then treatments."""
    parts = [Part("intercept", "baseline")]
    for component, design in problem.designs:
        names = design.features if component.by_feature else (component.name,)
        parts += [Part(name, component.kind) for name in names]
    return parts


def linear_effects(problem: Problem, draws: Draws) -> list[np.ndarray]:
    """Return each linear component in model outcome, shapes (geo or 1, date or 1, sample), in `linear_parts` order."""
    effects = [draws.values("intercept")[:, None, :]]
    for component, design in problem.designs:
        effects += _features(component, design, draws.values(f"{component.name}_coefficient"))
    return effects


def _features(component: Component, design: Design, coefficient: np.ndarray) -> list[np.ndarray]:
    """Return one array a feature, or their sum, shapes (geo or 1, date, sample)."""
    if not component.by_feature:
        return [design.matrix @ coefficient]
    return [design.matrix[..., i, None] * coefficient[i] for i in range(len(design.features))]
