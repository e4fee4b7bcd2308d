"""Paths and cells of readouts: shared where they are the same, in model units, with the season's level outside the panel."""

import numpy as np
import pytest

from mmm.calibration import Calibration
from mmm.config import CalibrateConfig, MmmConfig
from mmm.problem.problem import Problem, build_problem
from tests.mmm.calibration_evidence import geo_test
from tests.mmm.random_panels import Shape, random_panel

LOG = MmmConfig.model_validate({"likelihood": {"family": "lognormal"}})


def calibrated(shape: Shape, first: int, config: MmmConfig) -> Problem:
    panel = random_panel(shape, seed=5)
    item = geo_test(panel, ("geo 1",), ("paid 0",), first, (2, 2), 0.5, (9.0,) * 4)
    return build_problem(panel, config, Calibration(CalibrateConfig(), (item,)))


def test_weeks_of_one_test_share_their_path() -> None:
    problem = calibrated(Shape(geos=2, dates=40), 20, MmmConfig())
    replay = problem.replay
    assert replay is not None
    lead = problem.pathways[0].carryover.lags
    assert replay.exposure.shape == (lead + 4, 2)
    own = problem.media.exposure[1, 20 - lead : 24, 0]
    np.testing.assert_allclose(replay.exposure[:, 0], own * np.array([1.0] * lead + [0.5, 0.5, 1.0, 1.0]))
    assert not replay.exposure[:, 1].any()
    # The path as run is the panel's own: each week has one piece there and one behind the panel.
    ones, others = replay.pieces[replay.pieces[:, 5] == 1], replay.pieces[replay.pieces[:, 5] == -1]
    assert ones[:, 2].tolist() == [40 + 20, 40 + 21, 40 + 22, 40 + 23]
    assert others[:, 2].tolist() == [80 + lead, 81 + lead, 82 + lead, 83 + lead]
    np.testing.assert_allclose(replay.weight, problem.scaling.outcome[1])


def test_outside_the_panel_both_paths_are_replayed_at_the_season_s_level() -> None:
    problem = calibrated(Shape(geos=2, dates=60), -30, LOG)
    replay = problem.replay
    assert replay is not None
    assert (replay.cell == -1).all() and len(replay.exposure) == 2 * (problem.pathways[0].carryover.lags + 4)
    assert "same season" in replay.experiments[0].notes[0]
    outcome = np.exp(problem.model_outcome[1])
    # Week -30 lies in June: its season are four weeks to both sides, in the panel 19 to 26.
    assert replay.level[0] == pytest.approx(outcome[19:27].mean(), rel=1e-12)
    assert replay.level.std() > 0
