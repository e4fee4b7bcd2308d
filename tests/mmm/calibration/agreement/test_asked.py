"""What a model says of an experiment without it: by weights, or by a fit that has not seen it."""

from dataclasses import replace

import numpy as np
import pytest

from mmm.calibration.agreement.asked import Refit, ask_all
from mmm.calibration.agreement.judge import judge_asked
from mmm.calibration.predicted import predicted_readouts
from tests.mmm.calibration.agreement.test_judge import BETA, made_up


def test_a_fit_without_the_experiment_takes_the_place_of_weights() -> None:
    problem, draws = made_up(0.05, (1.0,), 0.02)
    roi = draws.values("coefficient")[0] / BETA
    bare = judge_asked(problem, ask_all(problem, draws, {}), roi)[0]["calibration"]
    assert bare[["before", "z", "p", "detectable", "weight"]].isna().all(axis=None)
    wide = 1.4 + 0.2 * np.random.default_rng(3).normal(size=1000)
    before = wide[:, None] * predicted_readouts(problem, draws)["test 0"].mean(axis=0)
    (each,) = ask_all(problem, draws, {})
    tables, findings = judge_asked(problem, [replace(each, refit=Refit(before, wide[None]))], roi)
    total = tables["calibration"].set_index("readout").loc["total"]
    assert total["before"] == pytest.approx(1.4 * total["after"], rel=0.02)
    assert total["weight"] == pytest.approx(1 - 0.05 / 0.2, abs=0.03)
    assert total["conflict"] == "disagrees"  # by its course over the weeks
    assert [finding.check for finding in findings] == ["calibration_conflict"]


def test_where_the_model_says_nothing_the_course_of_the_prior_is_compared() -> None:
    problem, draws = made_up(0.05, (1.0,), 0.1)
    (each,) = ask_all(problem, draws, {})
    np.testing.assert_allclose(each.expected, each.predicted.mean(axis=0))
    vague = replace(each, predicted=each.predicted * np.random.default_rng(0).normal(0, 5, (1000, 1)))
    np.testing.assert_allclose(vague.expected, each.experiment.bias_scale)
