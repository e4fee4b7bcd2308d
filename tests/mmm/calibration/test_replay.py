"""Readouts from changes, and experiments without one of them."""

import numpy as np
import pytest

from mmm.calibration import Calibration
from mmm.calibration.predicted import predicted_readouts
from mmm.config import Bias, CalibrateConfig, MmmConfig
from mmm.prior.draws import prior_draws
from mmm.problem.problem import build_problem
from tests.mmm.calibration_evidence import evidences
from tests.mmm.random_panels import Shape, random_panel

PANEL = random_panel(Shape(geos=3, paid=3), seed=5)


@pytest.mark.parametrize("family", ["normal", "lognormal"])
def test_leaving_one_out_changes_nothing_of_the_others(family: str) -> None:
    config = MmmConfig.model_validate({"likelihood": {"family": family}})
    problem = build_problem(PANEL, config, Calibration(CalibrateConfig(), evidences(PANEL)))
    draws, replay = prior_draws(problem, 3), problem.replay
    assert replay is not None
    whole = predicted_readouts(problem, draws)
    for name in whole:
        less = problem.with_replay(replay.without(name))
        assert (~less.panel.observed == replay.left).all()
        assert less.layout.size < problem.layout.size
        found = predicted_readouts(less, draws)
        assert set(found) == set(whole) - {name}
        for other, values in found.items():
            np.testing.assert_allclose(values, whole[other], rtol=1e-12)
    alone = replay.without("joint")
    assert alone is not None and alone.without("test") is not None
    for name in ("test", "holdout", "statement"):
        alone = alone.without(name) if alone is not None else None
    assert alone is None


def test_kinds_without_bias_have_no_size() -> None:
    options = CalibrateConfig(bias=Bias(people=0.0, imported=0.3))
    problem = build_problem(PANEL, MmmConfig(), Calibration(options, evidences(PANEL)))
    replay = problem.replay
    assert replay is not None and replay.kinds == ("geos", "imported")
    assert [each.name for each in replay.biased] == ["test", "joint", "statement"]
    names = [block.name for block in problem.layout.blocks if block.name.startswith("evidence")]
    assert names == ["evidence_size_geos", "evidence_size_imported", "evidence_bias"]
    assert problem.layout["evidence_size_imported"].scale == 0.3
    assert replay.experiments[1].age_variance > 0 == replay.experiments[0].age_variance
