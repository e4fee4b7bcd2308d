"""The kernel says what it does not cover."""

from typing import Any

import pytest

from mmm.config import MmmConfig
from mmm.kernel.supported_models import uncovered
from mmm.problem.problem import build_problem
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
