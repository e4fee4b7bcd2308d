"""Which path computes the log-density, and that the run is told why."""

from typing import Any

import numpy as np
import pytest

from mmm.config import MmmConfig
from mmm.problem.problem import build_problem
from mmm.sampling.engine import build_engine
from tests.mmm.random_panels import Shape, random_panel

PYMC: list[tuple[str, Shape, dict[str, Any]]] = [
    ("negative binomial", Shape(counts=True), {"likelihood": {"family": "negative_binomial"}}),
    ("mROI", Shape(), {"default": {"prior": {"mroi": {"median": 1.0, "upper": 3.0}}}}),
    ("reach and frequency", Shape(reach=1), {}),
]


@pytest.mark.parametrize(
    "sections", [{}, {"likelihood": {"family": "lognormal"}}, {"geo": {"pooling": "none"}}]
)
def test_the_kernel_is_taken_where_it_covers_the_model(sections: dict[str, Any]) -> None:
    engine = build_engine(build_problem(random_panel(Shape(geos=2)), MmmConfig.model_validate(sections)))
    assert engine.path == "kernel"
    start = engine.compiled.initial_point_func(1)
    assert start.shape == (engine.compiled.n_dim,)
    assert np.isfinite(start).all()


@pytest.mark.parametrize(("reason", "shape", "sections"), PYMC, ids=[case[0] for case in PYMC])
def test_pymc_is_taken_where_it_does_not_and_the_reason_said(
    monkeypatch: pytest.MonkeyPatch, reason: str, shape: Shape, sections: dict[str, Any]
) -> None:
    taken = []
    monkeypatch.setattr("nutpie.compile_pymc_model", lambda model: taken.append(model) or "compiled")
    engine = build_engine(build_problem(random_panel(shape), MmmConfig.model_validate(sections)))
    assert len(taken) == 1
    assert engine.path.startswith("pymc (")
    assert reason in engine.path
