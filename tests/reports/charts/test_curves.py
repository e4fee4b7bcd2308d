"""Response and carryover curves: what was not observed is dashed and marked."""

from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from reports.charts.curves import Axis, carryover, response

AXIS = Axis("label, EUR", lambda v: f"{v:.0f}", lambda v: f"{v:g}")
SVG = "{http://www.w3.org/2000/svg}"


def _curve(observed_up_to):
    level = np.linspace(0, 2, 21)
    frame = pd.DataFrame({"multiplier": level, "spend": 100 * level, "observed": level <= observed_up_to})
    return frame.assign(outcome_mean=level, outcome_lower=0.8 * level, outcome_upper=1.2 * level)


@pytest.mark.parametrize(("observed_up_to", "dashed"), [(1.2, True), (2.0, False)])
def test_only_what_was_not_observed_is_dashed(observed_up_to, dashed):
    svg = response(_curve(observed_up_to), "#0072b2", (AXIS, AXIS), 3.0, "r")
    lines = [
        p
        for p in ElementTree.fromstring(svg).iter(f"{SVG}path")
        if "stroke: #0072b2" in (p.get("style") or "")
    ]
    long = [p for p in lines if "stroke-dasharray" in p.get("style") and p.get("d").count("L") > 0]
    assert bool(long) == dashed
    assert ("not observed" in svg) == dashed


def test_carryover_tells_each_lag():
    lag = np.arange(5)
    frame = pd.DataFrame({"lag": lag, "weight_mean": 0.2, "weight_lower": 0.1, "weight_upper": 0.3})
    svg = carryover(frame, "#0072b2", (AXIS, AXIS), 1.5, "c")
    titles = [e.text for e in ElementTree.fromstring(svg).iter(f"{SVG}title")]
    assert [t.split(":")[0] for t in titles] == [f"lag {n}" for n in lag]
    assert "half-life" in svg
    assert "half-life" not in carryover(frame, "#0072b2", (AXIS, AXIS), float("nan"), "c")
