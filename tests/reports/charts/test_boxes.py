"""Boxes are what matplotlib's own bars are: the same patches, and the same room for them."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.charts.boxes import level, upright


def axes() -> Axes:
    return Figure().add_axes((0, 0, 1, 1))


HEIGHTS = {
    "above": [1.0, 3.0, 2.0],
    "below": [-1.0, -3.0, -2.0],
    "both": [1.0, -3.0, 0.0],
    "absent": [1.0, np.nan, -2.0],
    "absent at the end": [1.0, -2.0, np.nan],
    "all absent": [np.nan, np.nan, np.nan],
    "none": [],
}


@pytest.mark.parametrize("heights", HEIGHTS.values(), ids=HEIGHTS)
def test_upright_boxes_take_the_room_of_bars(heights: list[float]) -> None:
    places = 19_000.0 + 7 * np.arange(len(heights))
    mine, theirs = axes(), axes()
    drawn = upright(mine, places, heights, 5.6, facecolor="#123456", alpha=0.5, linewidth=0)
    bars = theirs.bar(places, heights, width=5.6, color="#123456", alpha=0.5, linewidth=0)
    for box, bar in zip(drawn, bars, strict=True):
        np.testing.assert_array_equal(box.get_bbox().get_points(), bar.get_bbox().get_points())
        assert (box.get_facecolor(), box.get_edgecolor()) == (bar.get_facecolor(), bar.get_edgecolor())
        assert box.get_linewidth() == bar.get_linewidth()
    np.testing.assert_allclose(mine.get_xlim(), theirs.get_xlim(), rtol=1e-12)
    np.testing.assert_allclose(mine.get_ylim(), theirs.get_ylim(), rtol=1e-12)


def test_level_boxes_are_where_bars_are_and_leave_the_limits_alone() -> None:
    mine, theirs = axes(), axes()
    mine.set(xlim=(-1, 9), ylim=(-2, 5))
    drawn = level(mine, [0, 1], [2.0, -1.5], 0.74, [0.5, 3.0], facecolor="red", edgecolor="white")
    bars = theirs.barh([0, 1], [2.0, -1.5], left=[0.5, 3.0], height=0.74, color="red", edgecolor="white")
    for box, bar in zip(drawn, bars, strict=True):
        np.testing.assert_array_equal(box.get_bbox().get_points(), bar.get_bbox().get_points())
        assert (box.get_facecolor(), box.get_edgecolor()) == (bar.get_facecolor(), bar.get_edgecolor())
        assert box.get_linewidth() == bar.get_linewidth()
    assert (mine.get_xlim(), mine.get_ylim()) == ((-1, 9), (-2, 5))
