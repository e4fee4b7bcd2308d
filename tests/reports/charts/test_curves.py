"""Response and carryover curves: what was not observed is dashed and marked."""

from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from reports.charts.curves import Axis, carryover, response

AXIS = Axis("label, EUR", lambda v: f"{v:.0f}", lambda v: f"{v:g}")
SVG = "{http://www.w3.org/2000/svg}"


def _curve(low, high):
    level = np.linspace(0, 2, 21)
    frame = pd.DataFrame(
        {"multiplier": level, "spend": 100 * level, "observed": (level >= low) & (level <= high)}
    )
    return frame.assign(outcome_mean=level, outcome_lower=0.8 * level, outcome_upper=1.2 * level)


@pytest.mark.parametrize(
    ("low", "high", "dashed"), [(0.0, 2.0, 0), (0.0, 1.25, 1), (0.35, 2.0, 1), (0.35, 1.25, 2), (3.0, 3.0, 1)]
)
def test_only_what_was_not_observed_is_dashed(low, high, dashed):
    svg = response(_curve(low, high), "#0072b2", (AXIS, AXIS), 3.0)
    lines = [
        line for line in ElementTree.fromstring(svg).iter(f"{SVG}polyline") if line.get("stroke") == "#0072b2"
    ]
    assert [line.get("stroke-width") for line in lines if line.get("stroke-dasharray")] == ["2.2"] * dashed
    assert len(lines) - dashed == (low < high)
    assert ("not observed" in svg) == (high < 2.0)


def test_carryover_tells_each_lag():
    lag = np.arange(5)
    frame = pd.DataFrame({"lag": lag, "weight_mean": 0.2, "weight_lower": 0.1, "weight_upper": 0.3})
    svg = carryover(frame, "#0072b2", (AXIS, AXIS), 1.5)
    titles = [e.text for e in ElementTree.fromstring(svg).iter(f"{SVG}title")]
    assert [t.split(":")[0] for t in titles] == [f"lag {n}" for n in lag]
    assert "half-life" in svg
    assert "half-life" not in carryover(frame, "#0072b2", (AXIS, AXIS), float("nan"))
