"""A fit that was stopped says what does not mix, and names the control that leaves media nothing to explain."""

import dataclasses

import numpy as np
import pytest

from mmm.checks.mixing import belongs_to, controls_that_explain, stopped, unmixed
from mmm.config import MmmConfig
from mmm.problem.problem import Problem, build_problem
from tests.mmm.random_panels import Shape, random_panel

LABELS = [
    ("saturation_half_saturation[tv]", "channel tv"),
    ("media_z[paid search]", "channel paid search"),
    ("coefficient[north, tv]", "channel tv"),
    ("geo_z[north, tv]", "channel tv"),
    ("control_coefficient[visits]", "control visits"),
    ("drift_z[path 1]", "the drift of the baseline"),
    ("autocorrelation_logit", "the noise"),
    ("level", "level and trend"),
]


@pytest.mark.parametrize(("label", "subject"), LABELS)
def test_a_parameter_belongs_to_something_that_a_reader_knows(label: str, subject: str) -> None:
    assert belongs_to(label) == subject


def test_what_does_not_mix_is_named_the_worst_first_and_once() -> None:
    found = unmixed(
        {
            "noise": (1.2, 9, 9),
            "media_z[tv]": (3.0, 4, 4),
            "adstock_shape[tv]": (1.5, 4, 4),
            "tail": (1.01, 900, 900),
        }
    )
    assert found == ["channel tv", "the noise"]


def problem_with(share: float) -> Problem:
    """Return a problem of 80 weeks with two controls: noise, and the outcome with `share` of its variation."""
    panel = random_panel(Shape(paid=1, dates=80, controls=2), seed=6)
    data, rng = panel.data.copy(deep=True), np.random.default_rng(3)
    outcome = rng.normal(1000.0, 50.0, 80)
    data["outcome"][:] = outcome[None]
    data["controls"][..., 0] = rng.normal(size=80)
    noise = rng.normal(0.0, 50.0 * np.sqrt(1 / share - 1), 80)
    data["controls"][..., 1] = -(outcome + noise)  # one that runs against the outcome swallows as much
    return build_problem(dataclasses.replace(panel, data=data), MmmConfig())


@pytest.mark.parametrize(("share", "named"), [(0.9, True), (0.2, False)])
def test_the_control_that_swallows_media_is_named(share: float, named: bool) -> None:
    problem = problem_with(share)
    culprit = str(problem.panel.data["control"].values[1])
    assert list(controls_that_explain(problem)) == ([culprit] if named else [])
    found = stopped({"media_z[tv]": (3.9, 4.0, 4.0)}, problem, 1000, "convergence")
    assert (found.status, found.value) == ("failure", 3.9)
    assert "1000 draws" in found.sentence and "channel tv" in found.sentence
    assert (f"{culprit} (" in found.sentence) is named
    assert found.subject == (culprit if named else None)
    assert "longer" not in found.sentence
