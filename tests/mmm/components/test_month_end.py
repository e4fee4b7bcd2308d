import numpy as np
import pytest

from mmm.components import month_end
from mmm.config import MmmConfig
from tests.mmm.random_panels import Shape, design_of, random_panel


@pytest.mark.parametrize("asked", [False, True])
def test_a_week_with_a_month_end_has_one(asked: bool) -> None:
    panel = random_panel(Shape(dates=12), frequency="weekly")
    design = design_of(month_end, panel, MmmConfig.model_validate({"baseline": {"month_ends": asked}}))
    assert (design is not None) == asked
    if design is not None:
        days = panel.data["date"].values.astype("datetime64[D]")[:, None] + np.arange(7)
        expected = ((days + 1).astype("datetime64[M]") != days.astype("datetime64[M]")).sum(axis=1)
        np.testing.assert_array_equal(design.matrix[0, :, 0], expected)
