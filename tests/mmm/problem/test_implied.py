"""Units of money that do not fit are found before sampling: what the priors make of all media together."""

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.sources import panel_from_frames
from mmm.config import MmmConfig
from mmm.problem.implied import CODE, media_share, share_faults
from mmm.problem.problem import Problem, build_problem


def problem(unit: float, model: MmmConfig | None = None) -> Problem:
    """Return the problem of a panel whose spend is a tenth of its revenue, revenue in units of its own."""
    rng = np.random.default_rng(2)
    weeks = pd.date_range("2022-01-03", periods=60, freq="7D").strftime("%Y-%m-%d")
    frame = pd.DataFrame({"week": weeks, "tv": rng.gamma(3, 20, 60), "search": rng.gamma(3, 13, 60)})
    frame["revenue"] = 1000 * rng.uniform(0.9, 1.1, 60) * unit
    config = DataConfig.model_validate({
        "frequency": "weekly", "currency": "EUR", "tables": [{"file": "t", "date": "week"}],
        "outcome": {"column": "revenue", "kind": "revenue"},
        "channels": [{"name": name, "spend": name} for name in ("tv", "search")],
    })  # fmt: skip
    return build_problem(panel_from_frames(config, {"t": frame}), model or MmmConfig())


UNITS = [
    (1.0, ""),
    (1000.0, "outcome may stand in a smaller"),
    (100.0, "outcome may"),
    (0.001, "spend may"),
    (0.01, "spend may"),
]


@pytest.mark.parametrize(("unit", "suspect"), UNITS)
def test_money_in_another_unit_stops_the_run(unit, suspect):
    found = share_faults(problem(unit), ())
    assert len(found) == bool(suspect)
    assert all(suspect in fault.what for fault in found)
    assert share_faults(problem(unit), (CODE,)) == []


def test_the_remedy_of_stating_a_share_works():
    stated = MmmConfig.model_validate({"default": {"prior": {"share": {"median": 0.1, "upper": 0.3}}}})
    assert media_share(problem(1000.0, stated)) == pytest.approx(0.2, abs=0.05)
    assert share_faults(problem(1000.0, stated), ()) == []
