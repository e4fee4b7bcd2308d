"""What the priors imply is what they say, and what cannot be is refused before anything is sampled."""

from typing import Any

import pytest

from mmm.config import MmmConfig
from mmm.prior.check import check_prior
from tests.mmm.random_panels import Shape, random_panel

MEDIAN, UPPER = 2.0, 6.0
STATED = {"channels": {"paid 0": {"prior": {"roi": {"median": MEDIAN, "upper": UPPER}}}}}
ABSURD = {"channels": {"paid 0": {"prior": {"roi": {"median": 500, "upper": 900}}}}}
CASES: dict[str, tuple[Shape, dict[str, Any], str]] = {
    "as stated": (Shape(organic=1, controls=1), STATED, "reportable"),
    "more than was sold": (Shape(), ABSURD, "not reportable"),
    "counts": (Shape(counts=True), {"likelihood": {"family": "negative_binomial"}}, "reportable"),
    "multiplicative, geos": (
        Shape(geos=2, treatments=1),
        {"likelihood": {"family": "lognormal"}},
        "reportable",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_grades(name: str) -> None:
    shape, config, grade = CASES[name]
    analysis = check_prior(random_panel(shape), MmmConfig.model_validate(config), seed=3)
    said = {finding.check: finding for finding in analysis.verdict.findings}
    assert str(analysis.verdict.grade) == grade
    assert set(said) == {"prior_returns", "prior_media_share", "prior_baseline", "prior_outcome"}
    assert set(analysis.tables["channels"]["channel"]) >= {"paid 0", "paid 1"}
    assert len(analysis.tables["verdict"]) == len(analysis.verdict.findings)
    if grade == "not reportable":
        assert said["prior_media_share"].value == 1.0
        assert said["prior_media_share"].status == said["prior_outcome"].status == "failure"
