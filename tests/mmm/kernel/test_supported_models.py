"""The kernel says what it does not cover."""

from dataclasses import replace
from typing import Any

import pytest

from mmm.config import MmmConfig
from mmm.kernel.supported_models import uncovered
from mmm.problem.problem import build_problem
from mmm.sampling.engine import build_engine
from mmm.transforms import ADSTOCKS, SATURATIONS
from tests.mmm.random_panels import Shape, random_panel


@pytest.mark.parametrize(
    ("shape", "config", "lacking"),
    [
        (Shape(), {}, None),
        (Shape(counts=True), {"likelihood": {"family": "negative_binomial"}}, "negative binomial"),
        (Shape(reach=1), {}, "reach and frequency"),
        (Shape(), {"channels": {"paid 1": {"prior": {"mroi": {"median": 1, "upper": 3}}}}}, "mROI"),
    ],
)
def test_what_the_kernel_does_not_cover_it_says(
    shape: Shape, config: dict[str, Any], lacking: str | None
) -> None:
    said = uncovered(build_problem(random_panel(shape), MmmConfig.model_validate(config)))
    assert said is None if lacking is None else lacking in str(said)


@pytest.mark.parametrize(
    ("rows", "family", "lacking"),
    [(ADSTOCKS, "binomial", "the adstock binomial"), (SATURATIONS, "log", "the saturation log")],
    ids=["adstock", "saturation"],
)
def test_a_family_without_loops_runs_on_pymc_and_the_run_says_so(
    rows: dict[str, Any], family: str, lacking: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(rows, family, replace(rows[family], loop=None))
    kind = lacking.split()[1]
    config = MmmConfig.model_validate({"default": {kind: {"family": family}}})
    problem = build_problem(random_panel(Shape(paid=1)), config)
    assert uncovered(problem) == lacking
    monkeypatch.setattr("mmm.sampling.engine.nutpie.compile_pymc_model", lambda model: model)
    engine = build_engine(problem)
    assert engine.path == f"pymc ({lacking} is not in the kernel)"
    assert {variable.name for variable in engine.compiled.free_RVs} >= {"media_z", "level"}
