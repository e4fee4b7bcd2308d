from typing import Any

import numpy as np
import pytest
import xarray as xr

from mixproof.aggregates.panel import Panel
from mmm.checks.examine import examine, work_out
from mmm.config import MmmConfig
from mmm.effects.contribution import MOST_CELLS, draw_budget
from mmm.numerics.convergence import to_dataset
from mmm.problem.problem import build_problem


def test_what_is_reported_is_diagnosed_as_roi_or_contribution(demo: tuple[Panel, MmmConfig, Any]) -> None:
    panel, config, tree = demo
    problem = build_problem(panel, config)
    examined = examine(tree, problem, work_out(tree, problem))
    assert set(examined.reported) == {f"ROI of {name}" for name in panel.paid} | {
        "contribution of newsletter"
    }
    # With a prior on ROI the ROI is a parameter, so both diagnostics are of the same draws.
    roi, value = examined.reported["ROI of tv"], examined.diagnostics["media_value[tv]"]
    np.testing.assert_allclose(roi[1:], value[1:], rtol=1e-6)
    # R-hat folds about the median: rounding decides the rank of the two draws next to it.
    assert roi[0] == pytest.approx(value[0], abs=0.01)


def test_a_large_panel_gets_fewer_draws(demo_panel: Panel) -> None:
    problem = build_problem(demo_panel, MmmConfig())
    assert draw_budget(problem) == 2000
    assert MOST_CELLS // (50 * 208 * 30) < 2000


def test_what_sampling_was_stopped_by_is_not_worked_out_again(demo: tuple[Panel, MmmConfig, Any]) -> None:
    """The group `convergence` of a posterior, which reaches the disk and comes back, is taken as it is."""
    panel, config, tree = demo
    problem = build_problem(panel, config)
    kept = {"media_value[tv]": (1.25, 17.0, 9.5), "tail": (1.0, 900.0, 800.0)}
    returns = {"ROI of tv": (1.5, 11.0, 8.0)}
    groups = {path: tree[path].to_dataset() for path in tree.groups}
    known = xr.DataTree.from_dict(groups | {"convergence": to_dataset(kept, returns)})
    examined = examine(known, problem, work_out(known, problem))
    assert (examined.diagnostics, examined.reported) == (kept, returns)
    without = xr.DataTree.from_dict(groups | {"convergence": to_dataset(kept, {})})
    assert set(work_out(without, problem).reported) > {"ROI of tv"}
