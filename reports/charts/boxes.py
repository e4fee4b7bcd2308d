"""Many boxes at once: what matplotlib's bars draw, which take longer to find out how far each box reaches than to draw it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

Numbers = Sequence[float] | np.ndarray | pd.Series


def upright(axes: Axes, x: Numbers, height: Numbers, width: float, **look: Any) -> list[Rectangle]:
    """Return bars from zero to `height` around each `x`; an axis whose limits nobody has set makes room for them."""
    left = np.asarray(x, dtype=float) - width / 2
    tops = np.asarray(height, dtype=float)
    drawn = [
        _add(axes, Rectangle((start, 0), width, top, **look)) for start, top in zip(left, tops, strict=True)
    ]
    for box in drawn:
        box.sticky_edges.y.append(0)  # no margin below a bar that stands on the edge
    seen = np.isfinite(tops)
    if seen.any():
        low, high = np.min(tops[seen], initial=0.0), np.max(tops[seen], initial=0.0)
        axes.update_datalim([(left[seen].min(), low), (left[seen].max() + width, high)])
    axes.autoscale_view()
    return drawn


def level(
    axes: Axes, y: Numbers, width: Numbers, height: float, left: Numbers, **look: Any
) -> list[Rectangle]:
    """Return bars of `width` from `left` around each `y`, on axes whose limits are set."""
    corners = zip(left, np.asarray(y, dtype=float) - height / 2, width, strict=True)
    return [_add(axes, Rectangle((start, low), size, height, **look)) for start, low, size in corners]


def _add(axes: Axes, box: Rectangle) -> Rectangle:
    axes.add_artist(box)
    return box
