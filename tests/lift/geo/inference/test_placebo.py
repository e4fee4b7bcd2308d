import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lift.geo.inference.placebo import (
    Inference,
    Reference,
    invert_by_search,
    invert_effect,
    invert_ratio,
    p_value_of,
)
from tests.random_inputs import inputs

LEVELS = st.sampled_from([0.8, 0.9, 0.95])


def _agrees(found: Inference) -> bool:
    outside = not found.covers(0.0)
    return (found.p_value < 1 - found.level - 1e-9) == outside


@st.composite
def references(draw: st.DrawFn) -> Reference:
    """Return statistics of 5 to 40 sets, with ties and zero effects among them."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sets = draw(st.integers(5, 40))
    effect = random.standard_t(3, sets) * draw(st.sampled_from([1e-3, 1.0, 1e6]))
    if draw(st.booleans()):
        effect = np.round(effect)
    slope = np.r_[1.0, random.normal(0, draw(st.sampled_from([0.0, 0.2, 1.0])), sets - 1)]
    return Reference(effect, slope, random.gamma(2.0, 1.0, sets) * (np.abs(effect).mean() + 1e-3))


@inputs(250)
@given(references(), LEVELS, st.sampled_from([1.0, 1.7]))
def test_p_value_and_interval_agree(reference: Reference, level: float, widen: float) -> None:
    found = invert_effect(reference, level, widen)
    assert _agrees(found)
    assert found.lower <= found.point <= found.upper


@inputs(100)
@given(references(), LEVELS, st.integers(0, 2**32 - 1))
def test_ratio_agrees_with_the_outcome(reference: Reference, level: float, seed: int) -> None:
    """A return on spend is zero exactly when there is no effect on the outcome: one test, not two."""
    random = np.random.default_rng(seed)
    sets = reference.effect.size
    spend = np.r_[10.0, random.normal(0, 1, sets - 1)]
    scale = np.zeros((sets, 2, 2))
    scale[:, 0, 0], scale[:, 1, 1] = reference.scale**2, random.gamma(2.0, 1.0, sets)
    scale[:, 0, 1] = scale[:, 1, 0] = 0.3 * np.sqrt(scale[:, 0, 0] * scale[:, 1, 1])
    found = invert_ratio(np.stack([reference.effect, spend]), scale, level)
    assert _agrees(found)


@inputs(50)
@given(references(), LEVELS, st.sampled_from([1e-4, 3.0, 1e5]))
def test_scale_and_order_of_references_change_nothing(
    reference: Reference, level: float, factor: float
) -> None:
    order = np.r_[0, 1 + np.random.default_rng(1).permutation(reference.effect.size - 1)]
    plain = invert_effect(reference, level)
    moved = invert_effect(
        Reference(reference.effect[order] * factor, reference.slope[order], reference.scale[order] * factor),
        level,
    )
    assert moved.p_value == plain.p_value
    assert [moved.lower, moved.upper] == pytest.approx([plain.lower * factor, plain.upper * factor], rel=1e-6)


def test_without_slopes_the_interval_is_a_quantile() -> None:
    statistic = np.arange(1.0, 20.0)
    found = invert_effect(
        Reference(np.r_[3.0, statistic], np.r_[1.0, np.zeros(19)], np.r_[2.0, np.ones(19)]), 0.9
    )
    # 20 statistics: a p-value of at least 0.1 needs one reference besides the observed one, so the largest decides.
    assert (found.lower, found.upper) == pytest.approx((3.0 - 2 * 19, 3.0 + 2 * 19))
    assert found.p_value == pytest.approx((1 + 18) / 20)


def test_widening_widens() -> None:
    reference = Reference(np.r_[3.0, np.arange(1.0, 20.0)], np.r_[1.0, np.zeros(19)], np.ones(20))
    plain, wide = invert_effect(reference, 0.9), invert_effect(reference, 0.9, 1.5)
    assert wide.upper - wide.lower == pytest.approx(1.5 * (plain.upper - plain.lower))


def test_too_few_references_say_so() -> None:
    found = invert_effect(Reference(np.r_[5.0, np.ones(5)], np.r_[1.0, np.zeros(5)], np.ones(6)), 0.9)
    assert (found.lower, found.upper, found.shape) == (-np.inf, np.inf, "unbounded")
    assert found.minimum_p == pytest.approx(1 / 6) and found.p_value == pytest.approx(1 / 6)
    assert "no p-value can be below 0.167" in found.words


def test_ratio_to_spend_that_did_not_change_is_unbounded() -> None:
    random = np.random.default_rng(0)
    effect = np.stack([np.r_[8.0, random.normal(size=99)], np.r_[0.05, random.normal(size=99)]])
    found = invert_ratio(effect, np.tile(np.eye(2), (100, 1, 1)), 0.9)
    assert found.shape == "unbounded" and "cannot rule out" in found.words


def test_ratio_is_fieller_for_normal_references() -> None:
    """With many normal references the set is Fieller's, solved here by its quadratic."""
    random = np.random.default_rng(1)
    effect = np.c_[[12.0, 4.0], random.normal(size=(2, 800))]
    found = invert_ratio(effect, np.tile(np.eye(2), (801, 1, 1)), 0.9)
    z2 = 1.6449**2
    roots = np.roots([4.0**2 - z2, -2 * 12.0 * 4.0, 12.0**2 - z2])
    assert sorted((found.lower, found.upper)) == pytest.approx(sorted(roots), rel=0.15)


def test_exchangeable_references_reject_no_more_than_the_level() -> None:
    """2,000 tests at 10 %: more than 270 rejections have probability below 1e-6."""
    draws = np.random.default_rng(2).standard_t(2, size=(2000, 100))
    assert (p_value_of(draws, np.ones(100)) < 0.1 - 1e-9).sum() <= 270


@inputs(50)
@given(st.integers(0, 2**32 - 1), LEVELS)
def test_search_agrees_too(seed: int, level: float) -> None:
    random = np.random.default_rng(seed)
    values = random.normal(random.normal(0, 2), 1, 12)
    flips = random.choice((-1.0, 1.0), size=(400, 12))

    def p_at(h: float) -> float:
        return (1 + (np.abs((flips * (values - h)).mean(axis=1)) >= abs(values.mean() - h)).sum()) / 401

    found = invert_by_search(p_at, float(values.mean()), 1.0, level, 400)
    assert _agrees(found)


def test_search_finds_empty_and_unbounded_sets() -> None:
    empty = invert_by_search(lambda h: 0.05, 1.0, 1.0, 0.9, 100)
    assert empty.shape == "empty" and np.isnan(empty.lower) and empty.p_value < 0.1
    open_ = invert_by_search(lambda h: 0.5, 1.0, 1.0, 0.9, 100)
    assert (open_.lower, open_.upper, open_.shape) == (-np.inf, np.inf, "unbounded")


def test_one_direction_by_hand() -> None:
    """Nine sets that a total effect does not touch: p is the share of them at or beyond, the end the value that ties."""
    others = np.array([-4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0])
    reference = Reference(np.r_[3.5, others], np.r_[1.0, np.zeros(9)], np.ones(10))
    both = invert_effect(reference, 0.8)
    up, down = (invert_effect(reference, 0.8, side=side) for side in (1, -1))
    assert both.p_value == pytest.approx(0.3)  # -4, 4 and itself
    assert up.p_value == pytest.approx(0.2) and down.p_value == pytest.approx(0.9)
    # At 80 % a value is kept where at least two of ten reach it: the largest but one is 4, the treated set itself is the other.
    assert (up.lower, up.upper) == (pytest.approx(-0.5), np.inf)
    assert (down.lower, down.upper) == (-np.inf, pytest.approx(7.5))
    assert (both.lower, both.upper) == (pytest.approx(-0.5), pytest.approx(7.5))
    assert up.words.endswith("the interval has no upper end") and not both.words
    ratio = invert_ratio(
        np.stack([np.r_[3.5, others], np.r_[-2.0, np.zeros(9)]]),
        np.tile(np.eye(2), (10, 1, 1)) * [[1.0, 0.0], [0.0, 1e-12]],
        0.8,
        side=1,
    )
    # More outcome for less spend: 3.5 over -2, whose upper end is where 3.5 + 2 theta ties with 4.
    assert ratio.point == pytest.approx(-1.75) and ratio.lower == -np.inf
    assert ratio.upper == pytest.approx(0.25, abs=1e-6) and ratio.p_value == up.p_value
