from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.lift_worlds import GeoWorld, simulate_panel, with_lift
from lift.geo.cell import analyse_cell, inference_kind
from lift.geo.data.assignment import Mechanism, complete
from lift.geo.data.setting import Setting
from lift.geo.estimators.table import ESTIMATORS
from lift.geo.inference.pairs import certify_pairs
from tests.random_inputs import inputs

PANEL = simulate_panel(GeoWorld(16, 74), 11)
TREATED = np.isin(np.arange(16), [3, 8])
RAISED = with_lift(PANEL, TREATED, 60, 0.2)
SETTING = Setting(RAISED, None, TREATED, 60, 0.9, "ensemble", "auto", complete(16, 2), False, references=100)


def _small(seed: int, method: str, lift: float) -> Setting:
    """Return a panel of 8 geos and 16 periods, some of it constant or tied."""
    random = np.random.default_rng(seed)
    panel = np.round(random.gamma(5.0, 4.0, (8, 1)) + random.normal(0, 2, (8, 16)) + random.normal(0, 1, 16))
    treated = np.isin(np.arange(8), random.choice(8, 2, replace=False))
    pairs = None
    if method == "trimmed_match":
        treated = np.arange(8) < 4
        pairs = np.column_stack([np.arange(4), np.arange(4, 8)])
    panel = with_lift(panel, treated, 12, lift)
    return Setting(
        panel,
        None,
        treated,
        12,
        0.8,
        method,
        "placebo",
        complete(8, int(treated.sum())),
        False,
        pairs,
        references=50,
        compare=False,
    )


@pytest.mark.parametrize("method", [*ESTIMATORS, "ensemble", "trimmed_match"])
@inputs(25)
@given(seed=st.integers(0, 2**32 - 1), lift=st.sampled_from([0.0, 0.3, -0.5]))
def test_p_value_and_interval_agree_for_every_estimator(method: str, seed: int, lift: float) -> None:
    """The whole way to an answer; test_agreement_geo has ten times the panels for each estimator."""
    effect = analyse_cell(_small(seed, method, lift)).effect
    assert (effect.p_value < 0.2 - 1e-9) == (not effect.covers(0.0))


@pytest.mark.parametrize("factor", [1e-3, 1e4])
def test_scale_changes_nothing(factor: float) -> None:
    plain, scaled = analyse_cell(SETTING), analyse_cell(replace(SETTING, outcome=RAISED * factor))
    assert scaled.effect.p_value == plain.effect.p_value
    assert scaled.effect.upper == pytest.approx(plain.effect.upper * factor, rel=1e-6)
    assert scaled.certificate.coverage == plain.certificate.coverage


def test_answer_adds_up() -> None:
    found = analyse_cell(SETTING)
    gap = RAISED[TREATED].sum(axis=0) - found.counterfactual[0]
    assert gap[60:].sum() == pytest.approx(found.effect.point)
    assert gap[:60].mean() == pytest.approx(0, abs=1e-8)
    assert found.covariance.sum() == pytest.approx(found.se**2)
    assert np.linalg.eigvalsh(found.covariance).min() >= -1e-9 * found.se**2
    assert sum(found.mix.values()) == pytest.approx(1)
    assert [name for name, _ in found.comparisons][-1] == "ensemble, block conformal"


def test_spend_and_outcome_come_from_one_machine() -> None:
    spend = np.full(RAISED.shape, 10.0) + np.random.default_rng(0).normal(0, 0.1, RAISED.shape)
    spend[np.ix_(TREATED, np.arange(60, 74))] += 30.0
    found = analyse_cell(replace(SETTING, spend=spend))
    cost = found.joint.combination(0.0, 1.0)
    assert cost.covers(30.0 * 2 * 14) and cost.point == pytest.approx(840, rel=0.02)
    ratio = found.joint.ratio(1.0)
    assert (
        ratio.point == pytest.approx(found.effect.point / cost.point)
        and ratio.p_value == found.effect.p_value
    )


@pytest.mark.parametrize("kind", ["randomisation", "placebo", "conformal"])
def test_every_inference_holds_the_truth(kind: str) -> None:
    """60 panels at 90 %: fewer than 40 have probability below 1e-6."""
    covered = 0
    for seed in range(60):
        panel = simulate_panel(GeoWorld(16, 74), seed)
        treated = np.isin(np.arange(16), np.random.default_rng(seed).choice(16, 2, replace=False))
        raised = with_lift(panel, treated, 60, 0.2)
        setting = replace(
            SETTING,
            outcome=raised,
            treated=treated,
            method="time_based_regression",
            inference=kind,
            randomised=kind == "randomisation",
            compare=False,
        )
        found = analyse_cell(setting)
        assert found.inference == kind and found.certificate.pseudo_tests == 200
        covered += found.effect.covers(float((raised - panel)[treated, 60:].sum()))
    assert covered >= 40


CASES = [
    # inference, randomised, references, level, expected
    ("auto", True, 3, 0.9, "randomisation"),
    ("auto", False, 100, 0.9, "placebo"),
    ("auto", False, 9, 0.9, "conformal"),
    ("placebo", False, 3, 0.9, "placebo"),
]


@pytest.mark.parametrize(("inference", "randomised", "references", "level", "expected"), CASES)
def test_choice_of_inference(
    inference: str, randomised: bool, references: int, level: float, expected: str
) -> None:
    setting = replace(SETTING, inference=inference, randomised=randomised, level=level)
    assert inference_kind(setting, references) == expected


def test_randomised_a_a_tests_reject_no_more_than_nominal() -> None:
    """All 70 assignments of one panel: an exact test rejects at most 7 of them at 10 %, with certainty."""
    panel = simulate_panel(GeoWorld(8, 30), 1)
    sets = [np.isin(np.arange(8), pick) for pick in _halves()]
    base = Setting(
        panel, None, sets[0], 24, 0.9, "difference_in_differences", "randomisation", complete(8, 4), True
    )
    p = [analyse_cell(replace(base, treated=treated)).effect.p_value for treated in sets]
    assert sum(value < 0.1 - 1e-9 for value in p) <= 7
    assert min(p) >= 1 / 70 - 1e-12


def _halves() -> list[tuple[int, ...]]:
    return list(combinations(range(8), 4))


def test_pairs_by_flipped_signs() -> None:
    """Every pair differs by its own level; the treated member of each gains 20 %."""
    panel = simulate_panel(GeoWorld(16, 74, loading=0.05, noise=0.02), 4)
    treated = np.arange(16) % 2 == 0
    raised = with_lift(panel, treated, 60, 0.2)
    pairs = np.column_stack([np.arange(0, 16, 2), np.arange(1, 16, 2)])
    mechanism = Mechanism(tuple((a, b) for a, b in pairs.tolist()), (1,) * 8)
    setting = Setting(
        raised, None, treated, 60, 0.9, "trimmed_match", "auto", mechanism, True, pairs, trim=0.0
    )
    found = analyse_cell(setting)
    gap = raised[treated].sum(axis=0) - found.counterfactual[0]
    assert found.inference == "sign flips" and "assignments within the pairs" in found.certificate.sentence
    assert gap[60:].sum() == pytest.approx(found.effect.point, rel=1e-6)
    assert found.covariance.sum() == pytest.approx(found.se**2)


def test_pairs_are_certified_as_exactly_as_they_test() -> None:
    """Of the 32 assignments that six pairs can tell apart 3 are rejected at 90 % in every window."""
    panel = simulate_panel(GeoWorld(12, 74), 5)
    pairs = np.column_stack([np.arange(6), np.arange(6, 12)])
    setting = Setting(
        panel, None, np.arange(12) < 6, 60, 0.9, "trimmed_match", "auto", complete(12, 6), False, pairs,
        pseudo_tests=400,
    )  # fmt: skip
    found = certify_pairs(setting, 0.0)
    assert found.sets == 32 and found.false_positives == pytest.approx(3 / 32)
    assert found.coverage == pytest.approx(29 / 32) and found.widen == 1.0
