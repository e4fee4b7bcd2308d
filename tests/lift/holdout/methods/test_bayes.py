import math

import numpy as np
import pytest

from lift.holdout.methods.bayes import flat_lift, normal_lift, sceptical_lift

COUNTS = {"k1": 60.0, "n1": 1000.0, "k0": 40.0, "n0": 1000.0, "level": 0.9}


def test_flat_by_simulation() -> None:
    generator = np.random.default_rng(10)
    one, zero = generator.beta(61, 941, 10**6), generator.beta(41, 961, 10**6)
    lifts = one / zero - 1
    belief = flat_lift(**COUNTS)
    assert belief.positive == pytest.approx((lifts > 0).mean(), abs=2e-3)
    assert belief.mean == pytest.approx(lifts.mean(), abs=5e-3)
    assert (belief.lower, belief.upper) == pytest.approx(tuple(np.quantile(lifts, [0.05, 0.95])), abs=5e-3)
    assert belief.loss == pytest.approx(np.maximum(-lifts, 0).mean(), abs=2e-4)


def test_sceptic_by_importance_sampling() -> None:
    generator = np.random.default_rng(11)
    log_lift = generator.normal(0.0, 0.15, 400_000)
    rate = generator.beta(40.5, 960.5, 400_000)
    treated = np.minimum(rate * np.exp(log_lift), 1 - 1e-12)
    weight = 60 * np.log(treated) + 940 * np.log1p(-treated)
    weight = np.exp(weight - weight.max())
    lifts = np.expm1(log_lift)
    belief = sceptical_lift(**COUNTS, prior_mean=0.0, prior_sd=0.15, break_even=0.1)
    assert belief.mean == pytest.approx(np.average(lifts, weights=weight), abs=4e-3)
    assert belief.positive == pytest.approx(np.average(lifts > 0, weights=weight), abs=8e-3)
    assert belief.pays == pytest.approx(np.average(lifts > 0.1, weights=weight), abs=8e-3)


def test_the_sceptic_shrinks_and_yields_to_data() -> None:
    timid = sceptical_lift(**COUNTS, prior_mean=0.0, prior_sd=0.05)
    open_minded = sceptical_lift(**COUNTS, prior_mean=0.0, prior_sd=2.0)
    assert 0 < timid.mean < 0.1 < open_minded.mean < 0.6
    many = sceptical_lift(k1=6e6, n1=1e8, k0=4e6, n0=1e8, level=0.9, prior_mean=0.0, prior_sd=0.15)
    assert many.mean == pytest.approx(0.5, abs=2e-3)


def test_no_conversion_leaves_the_prior() -> None:
    belief = sceptical_lift(k1=0, n1=10, k0=0, n0=10, level=0.9, prior_mean=0.0, prior_sd=0.15)
    assert belief.lower == pytest.approx(math.expm1(-1.645 * 0.15), abs=5e-3)


def test_normal_is_conjugate() -> None:
    belief = normal_lift(log_ratio=0.2, se=0.1, prior_mean=0.0, prior_sd=0.1, level=0.95)
    assert belief.lower == pytest.approx(math.expm1(0.1 - 1.959964 * math.sqrt(0.005)), rel=1e-5)
    assert belief.positive == pytest.approx(0.92135, abs=1e-4)
