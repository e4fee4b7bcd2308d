"""For every estimator and random inputs: p < alpha exactly when no effect lies outside the 1 - alpha interval;
scale and relabelling change nothing; empty strata change nothing."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lift.holdout.methods.adjustment import (
    cuped_difference,
    lin_difference,
    merge_small,
    poststratified_difference,
)
from lift.holdout.methods.counts import DIFFERENCES, log_ratio, score_difference, score_ratio
from lift.holdout.methods.exposure import complier_effect, effect_on_realised_exposure, ghost_difference
from lift.holdout.methods.interval import Answer, normal_answer
from lift.holdout.methods.revenue import (
    MeanSums,
    delta_lift,
    fieller_lift,
    log_lift,
    pooled_lift,
    realised_increment,
    welch_difference,
)
from lift.holdout.methods.sequential import always_valid_answer, group_sequential_answer
from lift.holdout.methods.several import bonferroni, bonferroni_level, dunnett, dunnett_level
from lift.moments import Moments
from tests.random_inputs import inputs

LEVELS = st.sampled_from([0.8, 0.9, 0.95, 0.99])
SIZES = st.integers(2, 5000)


@st.composite
def counts(draw) -> dict[str, float]:
    n1, n0 = draw(SIZES), draw(SIZES)
    small = draw(st.booleans())
    k1 = draw(st.integers(0, min(n1, 12) if small else n1))
    k0 = draw(st.integers(0, min(n0, 12) if small else n0))
    return {"k1": k1, "n1": n1, "k0": k0, "n0": n0, "level": draw(LEVELS)}


def drawn(seed: int) -> Moments:
    """Return sums of people who were really drawn: conversion, revenue, covariate, exposed; one arm in ten is all exposed."""
    generator = np.random.default_rng(seed)
    n = generator.choice([20, 300, *generator.integers(21, 300, 18)])
    share = 1.0 if generator.random() < 0.1 else generator.uniform(0.2, 1)
    exposed = (generator.random(n) < share).astype(float)
    covariate = generator.gamma(1.0, 2.0, n)
    bought = generator.random(n) < generator.uniform(0.05, 0.9) * (0.5 + 0.5 * exposed)
    bought[:2] = True
    revenue = bought * generator.lognormal(2.0, generator.uniform(0.2, 2), n) * (1 + 0.1 * covariate)
    values = np.column_stack([bought.astype(float), revenue, covariate, exposed])
    names = ("conversion", "revenue", "covariate", "exposed")
    return Moments(names, float(n), values.sum(axis=0), values.T @ values)


def people() -> st.SearchStrategy[Moments]:
    """Draw one number for all of an arm: drawing is most of what these tests would cost."""
    return st.integers(0, 2**32 - 1).map(drawn)


def revenue(arm: Moments) -> MeanSums:
    return MeanSums(arm.users, arm.total("revenue"), arm.product("revenue", "revenue"))


def orders(arm: Moments) -> MeanSums:
    return MeanSums(arm.total("conversion"), arm.total("revenue"), arm.product("revenue", "revenue"))


def assert_agrees(answer: Answer, null: float = 0.0) -> None:
    assert 0 <= answer.p_value <= 1
    assert (answer.p_value < 1 - answer.level) == (not answer.contains(null)), answer


@inputs(250)
@given(counts())
def test_rates(case) -> None:
    for method in DIFFERENCES.values():
        assert_agrees(method(**case))
    assert_agrees(score_ratio(**case))
    if min(case["k1"], case["k0"]) > 0:
        assert_agrees(log_ratio(**case))
    # Difference and ratio ask the same question of "no effect".
    assert score_difference(**case).p_value == pytest.approx(score_ratio(**case).p_value, rel=1e-9, abs=1e-12)


@inputs(250)
@given(people(), people(), LEVELS)
def test_revenue(one, zero, level) -> None:
    for method in (welch_difference, fieller_lift, delta_lift, log_lift):
        assert_agrees(method(revenue(one), revenue(zero), level=level))
    lift = pooled_lift([revenue(one)], [revenue(zero)], level=level)
    assert_agrees(lift)
    assert_agrees(realised_increment(lift, one.total("revenue")))
    either = pooled_lift([revenue(one)], [revenue(zero)], level=level, mechanism="either")
    assert_agrees(either)
    assert_agrees(realised_increment(either, one.total("revenue")))
    assert either.p_value == pytest.approx(lift.p_value)
    assert either.lower <= lift.lower and either.upper >= lift.upper
    assert_agrees(log_lift(orders(one), orders(zero), level=level))


@inputs(250)
@given(people(), people(), people(), people(), LEVELS)
def test_adjusted_and_exposed(one, zero, other, fourth, level) -> None:
    for outcome in ("conversion", "revenue"):
        assert_agrees(cuped_difference(one, zero, outcome, "covariate", level=level).answer)
        assert_agrees(lin_difference(one, zero, outcome, ["covariate"], level=level).answer)
        assert_agrees(lin_difference(one, zero, outcome, ["covariate", "exposed"], level=level).answer)
        assert_agrees(poststratified_difference([one, other], [zero, fourth], outcome, level=level))
        assert_agrees(complier_effect(one, zero, outcome, level=level))
        assert_agrees(ghost_difference(one, zero, outcome, level=level))
    strata = [revenue(one), revenue(other)], [revenue(zero), revenue(fourth)]
    assert_agrees(pooled_lift(*strata, level=level))


@inputs(250)
@given(st.floats(-5, 5), st.floats(0.01, 3), st.integers(100, 10**6), st.integers(100, 10**6), LEVELS)
def test_always_valid(point, se, users, planned, level) -> None:
    assert_agrees(always_valid_answer(point, se, users=users, planned_users=planned, level=level))


@inputs(250)
@given(st.floats(-5, 5), st.lists(st.floats(0.05, 1), min_size=1, max_size=3, unique=True), LEVELS)
def test_group_sequential(point, looks, level) -> None:
    looks = sorted(round(look, 2) for look in looks)
    if len(set(looks)) == len(looks):
        assert_agrees(group_sequential_answer(point, 1.0, looks, level=level))


@inputs(250)
@given(st.floats(-5, 5), st.lists(st.floats(0.05, 0.95), min_size=1, max_size=6), LEVELS)
def test_several_arms(point, loadings, level) -> None:
    alone = normal_answer(point, 1.0, level=dunnett_level(level, loadings), method="")
    assert_agrees(dunnett(alone, level, loadings))
    alone = normal_answer(point, 1.0, level=bonferroni_level(level, len(loadings)), method="")
    assert_agrees(bonferroni(alone, level, len(loadings)))
    assert_agrees(effect_on_realised_exposure(normal_answer(point, 1.0, level=level, method=""), 0.3))


@inputs(250)
@given(people(), people(), st.floats(1e-3, 1e4), LEVELS)
def test_scale_changes_nothing(one, zero, factor, level) -> None:
    """Revenue in another currency: lifts stay, differences scale, p-values stay."""

    def scaled(arm: MeanSums) -> MeanSums:
        return MeanSums(arm.n, arm.s * factor, arm.q * factor**2)

    for method in (fieller_lift, delta_lift, log_lift):
        before = method(revenue(one), revenue(zero), level=level)
        after = method(scaled(revenue(one)), scaled(revenue(zero)), level=level)
        assert (after.point, after.p_value) == (pytest.approx(before.point), pytest.approx(before.p_value))
    before = pooled_lift([revenue(one)], [revenue(zero)], level=level)
    after = pooled_lift([scaled(revenue(one))], [scaled(revenue(zero))], level=level)
    assert after.p_value == pytest.approx(before.p_value, rel=1e-6, abs=1e-12)
    if math.isfinite(before.upper) and before.upper < 1e6:
        assert (after.lower, after.upper) == (
            pytest.approx(before.lower, rel=1e-6, abs=1e-9),
            pytest.approx(before.upper, rel=1e-6, abs=1e-9),
        )
    plain = welch_difference(revenue(one), revenue(zero), level=level)
    money = welch_difference(scaled(revenue(one)), scaled(revenue(zero)), level=level)
    assert (money.point, money.se) == (pytest.approx(factor * plain.point), pytest.approx(factor * plain.se))


@inputs(250)
@given(counts())
def test_relabelling_arms_turns_the_sign(case) -> None:
    turned = {"k1": case["k0"], "n1": case["n0"], "k0": case["k1"], "n0": case["n1"], "level": case["level"]}
    for method in DIFFERENCES.values():
        there, back = method(**case), method(**turned)
        assert back.p_value == pytest.approx(there.p_value, rel=1e-6, abs=1e-12)
        assert (back.lower, back.upper) == (
            pytest.approx(-there.upper, abs=1e-9),
            pytest.approx(-there.lower, abs=1e-9),
        )
    # Failures instead of successes: the difference turns too.
    failures = {**case, "k1": case["n1"] - case["k1"], "k0": case["n0"] - case["k0"]}
    assert score_difference(**failures).p_value == pytest.approx(score_difference(**case).p_value, abs=1e-9)


@inputs(250)
@given(st.lists(st.tuples(people(), people()), min_size=2, max_size=3), st.randoms(), LEVELS)
def test_order_of_strata_and_empty_ones_change_nothing(pairs, random, level) -> None:
    names = pairs[0][0].variables
    nobody = Moments(names, 0.0, np.zeros(4), np.zeros((4, 4)))

    def answers(items) -> list[float]:
        ones, zeros, _ = merge_small([a for a, _ in items], [b for _, b in items])
        post = poststratified_difference(ones, zeros, "revenue", level=level)
        pooled = pooled_lift([revenue(a) for a in ones], [revenue(b) for b in zeros], level=level)
        return [post.point, post.se, pooled.point, pooled.p_value]

    before = answers(pairs)
    shuffled = [*pairs, (nobody, nobody)]
    random.shuffle(shuffled)
    assert answers(shuffled) == pytest.approx(before, rel=1e-8, abs=1e-12)
