"""The model and its page: the page has the code's numbers and names, the level is the intercept in disguise."""

import re

import numpy as np
import pytest

from mixproof.errors import DataError
from mmm.components import COMPONENTS
from mmm.config import MmmConfig
from mmm.model.build import build_model
from mmm.problem.problem import build_problem
from mmm.transforms import ADSTOCKS, SATURATIONS
from tests.mmm.prior_table import PAGE, on_page, table
from tests.mmm.random_panels import Shape, random_panel


def test_the_page_has_the_numbers_of_the_code() -> None:
    assert on_page() == table(), "docs/model.md is out of date: run `python -m tests.mmm.prior_table`"


def test_the_page_names_every_variable_family_and_component() -> None:
    page = PAGE.read_text(encoding="utf-8")
    config = MmmConfig.model_validate({"baseline": {"trend": {"kind": "linear"}}})
    shape = Shape(geos=2, organic=1, controls=1, treatments=1)
    names = {v.name for v in build_model(build_problem(random_panel(shape), config)).free_RVs}
    parts = {re.sub(r"_(z|size|logit|coefficient)$", "", str(name)) for name in names}
    assert [name for name in sorted(parts) if not re.search(rf"\b{name}", page)] == []
    assert [name for name in (*ADSTOCKS, *SATURATIONS) if f"`{name}`" not in page] == []
    assert [c.name for c in COMPONENTS if not re.search(rf"(?m)^\| {c.name}\b", page)] == []


@pytest.mark.parametrize(
    ("family", "autocorrelation", "own"),
    [
        ("normal", False, {"noise"}),
        ("student_t", True, {"noise", "tail", "autocorrelation_logit"}),
        ("lognormal", True, {"noise", "autocorrelation_logit"}),
        ("negative_binomial", True, {"dispersion"}),
    ],
)
def test_each_likelihood_has_its_variables(family: str, autocorrelation: bool, own: set[str]) -> None:
    sections = {"likelihood": {"family": family, "autocorrelation": autocorrelation}}
    model = build_model(build_problem(random_panel(Shape(counts=True)), MmmConfig.model_validate(sections)))
    noise = {"noise", "tail", "autocorrelation_logit", "dispersion"}
    assert {v.name for v in model.free_RVs} & noise == own


def test_an_outcome_that_cannot_be_is_refused_before_anything_is_built() -> None:
    panel = random_panel(Shape(), seed=3)
    with pytest.raises(DataError, match="not whole"):
        build_model(
            build_problem(panel, MmmConfig.model_validate({"likelihood": {"family": "negative_binomial"}}))
        )


def test_no_cell_without_an_outcome_is_filled() -> None:
    panel = random_panel(Shape(geos=2, missing=3, warm_up=2), seed=3)
    model = build_model(build_problem(panel, MmmConfig()))
    known = model["outcome_known"].get_value()
    assert known.size == panel.observed.sum() == 2 * (24 - 2 - 3)
    assert np.isfinite(known).all()
