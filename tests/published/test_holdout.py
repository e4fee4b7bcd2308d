"""Numbers for user aggregates that were computed elsewhere (gbstats 0.8.0, statsmodels, metafor-style references).

Source of each: the table of user aggregates that comes with `holdout/ab_aggregate_reference.csv` (simulated for this
project, checked against gbstats to 1e-9), Hillstrom's e-mail test (MineThatData 2008), and Newcombe (1998), table II.
"""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lift.checks.sample_ratio import mixture_evidence, sample_ratio
from lift.holdout.methods.adjustment import cuped_difference, lin_difference, poststratified_difference
from lift.holdout.methods.bayes import flat_lift
from lift.holdout.methods.counts import (
    agresti_caffo_difference,
    log_ratio,
    newcombe_difference,
    score_difference,
    score_ratio,
    wald_difference,
)
from lift.holdout.methods.revenue import (
    MeanSums,
    delta_lift,
    fieller_lift,
    log_lift,
    order_variation,
    pooled_lift,
    sums_of,
    welch_difference,
)
from lift.holdout.methods.sequential import always_valid_answer
from lift.moments import Moments, merge

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "holdout"
REFERENCE, HILLSTROM = DATA / "ab_aggregate_reference.csv", DATA / "hillstrom_counts.csv"
needs_reference = pytest.mark.skipif(not REFERENCE.exists(), reason="the public data folder is not here")
COUNTS = {"k1": 1174.0, "n1": 47996.0, "k0": 277.0, "n0": 12106.0, "level": 0.95}
VARIABLES = ("conversion", "revenue", "covariate")
RELATIVE = 1e-4
"""Reference numbers are printed to five to seven digits."""


def _row(row: pd.Series) -> Moments:
    k, s, q = row["converters"], row["rev_sum"], row["rev_sumsq"]
    x, xx, xy, xk = row["pre_sum"], row["pre_sumsq"], row["prepost_sum"], row["pre_conv_sum"]
    cross = np.array([[k, s, xk], [s, q, xy], [xk, xy, xx]], float)
    return Moments(VARIABLES, float(row["users"]), np.array([k, s, x], float), cross)


def _cells(by: list[str]) -> tuple[list[Moments], list[Moments]]:
    frame = pd.read_csv(REFERENCE)
    sides = []
    for arm in ("exposed", "control"):
        rows = frame[frame["arm"] == arm]
        groups = [rows] if not by else [group for _, group in rows.groupby(by)]
        sides.append([merge(_row(row) for _, row in group.iterrows()) for group in groups])
    return sides[0], sides[1]


@pytest.fixture(scope="module")
def arms() -> tuple[Moments, Moments]:
    exposed, control = _cells([])
    return exposed[0], control[0]


DIFFERENCES = [
    (wald_difference, -0.0014216, 0.0045799),
    (newcombe_difference, -0.0015438, 0.0044685),
    (agresti_caffo_difference, -0.0014846, 0.0045249),
    (score_difference, -0.0015385, 0.0044742),
]


@pytest.mark.parametrize(("method", "lower", "upper"), DIFFERENCES)
def test_difference_of_rates(method, lower, upper) -> None:
    answer = method(**COUNTS)
    if method is not agresti_caffo_difference:
        assert answer.point == pytest.approx(0.0015792, rel=RELATIVE)
    assert (answer.lower, answer.upper) == (
        pytest.approx(lower, rel=RELATIVE),
        pytest.approx(upper, rel=RELATIVE),
    )


def test_score_p_value() -> None:
    assert score_difference(**COUNTS).p_value == pytest.approx(0.311738, rel=RELATIVE)
    assert score_ratio(**COUNTS).p_value == pytest.approx(0.311738, rel=RELATIVE)


@pytest.mark.parametrize(
    ("method", "lower", "upper"), [(log_ratio, 0.93927, 1.21669), (score_ratio, 0.93947, 1.21672)]
)
def test_ratio_of_rates(method, lower, upper) -> None:
    answer = method(**COUNTS)
    assert answer.point == pytest.approx(0.069015, rel=RELATIVE)
    assert 1 + answer.lower == pytest.approx(lower, rel=1e-5)
    assert 1 + answer.upper == pytest.approx(upper, rel=1e-5)


NEWCOMBE = [
    # k1, n1, k0, n0, Miettinen-Nurminen, Newcombe's hybrid
    (56, 70, 48, 80, (0.0528, 0.3382), (0.0524, 0.3339)),
    (9, 10, 3, 10, (0.1700, 0.8406), (0.1705, 0.8090)),
]


@pytest.mark.parametrize(("k1", "n1", "k0", "n0", "score", "hybrid"), NEWCOMBE)
def test_newcombe_table_2(k1, n1, k0, n0, score, hybrid) -> None:
    counts = {"k1": k1, "n1": n1, "k0": k0, "n0": n0, "level": 0.95}
    for answer, ends in ((score_difference(**counts), score), (newcombe_difference(**counts), hybrid)):
        assert (round(answer.lower, 4), round(answer.upper, 4)) == ends


@needs_reference
def test_sums(arms) -> None:
    exposed, control = arms
    assert (control.users, control.total("conversion")) == (12106, 277)
    assert (exposed.users, exposed.total("conversion")) == (47996, 1174)
    assert control.total("revenue") == pytest.approx(12015.78)
    assert exposed.product("revenue", "revenue") == pytest.approx(5.265812e6, rel=1e-6)


@needs_reference
def test_revenue_per_user(arms) -> None:
    one, zero = (sums_of(arm, "revenue") for arm in arms)
    assert (zero.mean, one.mean) == (pytest.approx(0.992547, rel=1e-6), pytest.approx(1.103230, rel=1e-6))
    welch = welch_difference(one, zero, level=0.95)
    assert (welch.point, welch.se) == (pytest.approx(0.110682, rel=1e-5), pytest.approx(0.0970613, rel=1e-6))
    assert (welch.lower, welch.upper) == (
        pytest.approx(-0.079565, rel=1e-4),
        pytest.approx(0.300930, rel=1e-5),
    )
    assert welch.p_value == pytest.approx(0.254160, rel=1e-5)
    assert welch.degrees_of_freedom == pytest.approx(20441.0, rel=1e-5)


LIFTS = [
    ("delta", delta_lift, -0.096596, 0.319623),
    ("fieller", fieller_lift, -0.070039, 0.356917),
    ("log", log_lift, -0.078275, 0.340381),
    ("pooled", lambda one, zero, level: pooled_lift([one], [zero], level=level), -0.090416, 0.329209),
]


@needs_reference
@pytest.mark.parametrize(("name", "method", "lower", "upper"), LIFTS)
def test_relative_lift_of_revenue(arms, name, method, lower, upper) -> None:
    answer = method(*(sums_of(arm, "revenue") for arm in arms), level=0.95)
    assert answer.point == pytest.approx(0.1115134, rel=1e-6)
    assert answer.lower == pytest.approx(lower, rel=1e-5)
    assert answer.upper == pytest.approx(upper, rel=1e-5)
    if name == "pooled":
        assert answer.p_value == pytest.approx(0.286149, rel=1e-5)
    if name == "delta":
        assert answer.se == pytest.approx(0.1061804, rel=1e-6)


@needs_reference
def test_what_a_known_control_mean_would_claim(arms) -> None:
    """The wrong interval that takes the control's mean as known is narrower than all of ours, as the table prints it."""
    one, zero = (sums_of(arm, "revenue") for arm in arms)
    half = 1.959963984540054 * math.sqrt(one.variance_of_mean + zero.variance_of_mean)
    gap = one.mean - zero.mean
    assert (gap - half) / zero.mean == pytest.approx(-0.080152, rel=RELATIVE)
    assert (gap + half) / zero.mean == pytest.approx(0.303178, rel=RELATIVE)


@needs_reference
def test_order_value(arms) -> None:
    one, zero = (
        MeanSums(arm.total("conversion"), arm.total("revenue"), arm.product("revenue", "revenue"))
        for arm in arms
    )
    assert (zero.mean, one.mean) == (pytest.approx(43.3783, rel=1e-5), pytest.approx(45.1027, rel=1e-5))
    assert (round(order_variation(zero), 3), round(order_variation(one), 3)) == (1.020, 1.098)
    lift = log_lift(one, zero, level=0.95)
    assert lift.point == pytest.approx(0.03975, rel=1e-3)
    assert lift.se / (1 + lift.point) == pytest.approx(0.069144, rel=1e-5)


@needs_reference
def test_increments(arms) -> None:
    people = arms[0].users
    converters = wald_difference(**COUNTS).scaled(people)
    assert converters.point == pytest.approx(75.793, rel=1e-5)
    assert (converters.lower, converters.upper) == (
        pytest.approx(-68.23, rel=RELATIVE),
        pytest.approx(219.82, rel=RELATIVE),
    )
    one, zero = (sums_of(arm, "revenue") for arm in arms)
    gap, se = one.mean - zero.mean, math.sqrt(one.variance_of_mean + zero.variance_of_mean)
    z = 1.959963984540054
    assert people * gap == pytest.approx(5312.31, rel=1e-6)
    assert people * (gap - z * se) == pytest.approx(-3818.28, rel=1e-5)
    assert people * (gap + z * se) == pytest.approx(14442.90, rel=1e-5)


@needs_reference
def test_adjustment(arms) -> None:
    exposed, control = arms
    cuped = cuped_difference(exposed, control, "revenue", "covariate", level=0.95)
    assert cuped.slopes[0] == pytest.approx(0.0816618, rel=1e-6)
    assert (cuped.answer.point, cuped.answer.se) == (
        pytest.approx(0.1015801),
        pytest.approx(0.0964989, rel=1e-6),
    )
    plain = welch_difference(*(sums_of(arm, "revenue") for arm in arms), level=0.95)
    assert (cuped.answer.se / plain.se) ** 2 - 1 == pytest.approx(-0.0116, abs=5e-5)
    lin = lin_difference(exposed, control, "revenue", ["covariate"], level=0.95)
    assert lin.slopes == (pytest.approx(0.0800467, rel=1e-6), pytest.approx(0.0880071, rel=1e-6))
    assert (lin.answer.point, lin.answer.se) == (pytest.approx(0.1010516), pytest.approx(0.0964972, rel=1e-6))


STRATIFIED = [
    (["stratum"], "revenue", 0.115467, 0.096627),
    (["stratum", "day"], "revenue", 0.117340, 0.096703),
    (["stratum", "day"], "conversion", 0.0017222, 0.0015171),
]


@needs_reference
@pytest.mark.parametrize(("by", "outcome", "point", "se"), STRATIFIED)
def test_post_stratification(by, outcome, point, se) -> None:
    answer = poststratified_difference(*_cells(by), outcome, level=0.95)
    assert (answer.point, answer.se) == (pytest.approx(point, rel=RELATIVE), pytest.approx(se, rel=RELATIVE))


def test_sample_ratio() -> None:
    found = sample_ratio([12106, 47996], [0.2, 0.8])
    assert found.chi_square == pytest.approx(0.761971, rel=1e-5)
    assert found.p_value == pytest.approx(0.382712, rel=1e-5)
    evidence = [math.exp(mixture_evidence([12106, 47996], [0.2, 0.8], k)) for k in (1, 100, 1000)]
    assert evidence == [
        pytest.approx(0.00423, rel=1e-3),
        pytest.approx(0.0592, rel=1e-3),
        pytest.approx(0.185, rel=3e-3),
    ]


def test_flat_beta() -> None:
    belief = flat_lift(**COUNTS)
    assert belief.positive == pytest.approx(0.83949, rel=1e-5)
    assert belief.mean == pytest.approx(0.0700, abs=5e-5)
    assert (belief.lower, belief.upper) == (pytest.approx(-0.0606, abs=5e-5), pytest.approx(0.2165, abs=2e-4))


@needs_reference
def test_confidence_sequence_as_gbstats_tunes_it(arms) -> None:
    plain = welch_difference(*(sums_of(arm, "revenue") for arm in arms), level=0.95)
    users = arms[0].users + arms[1].users
    answer = always_valid_answer(plain.point, plain.se, users=users, planned_users=5000, level=0.95)
    assert (answer.lower, answer.upper) == (
        pytest.approx(-0.206377, rel=1e-5),
        pytest.approx(0.427742, rel=1e-5),
    )
    assert answer.p_value == 1.0
    # Tuned to the test's own size it is 1.55 times the fixed interval, as the method's page says; 1.67 times above.
    fixed = 1.959963984540054 * plain.se
    tuned = always_valid_answer(plain.point, plain.se, users=users, planned_users=users, level=0.95)
    assert (answer.upper - plain.point) / fixed == pytest.approx(1.67, abs=0.005)
    assert (tuned.upper - plain.point) / fixed == pytest.approx(1.55, abs=0.005)


ARMS = [
    # arm, visits (points), conversion (points, se), spend (money, se)
    ("Mens E-Mail", 7.659, 0.6805, 0.0921, 0.7698, 0.1452),
    ("Womens E-Mail", 4.523, 0.3111, 0.0823, 0.4244, 0.1303),
]


@pytest.mark.skipif(not HILLSTROM.exists(), reason="the public data folder is not here")
@pytest.mark.parametrize(("arm", "visits", "points", "points_se", "money", "money_se"), ARMS)
def test_hillstrom(arm, visits, points, points_se, money, money_se) -> None:
    frame = pd.read_csv(HILLSTROM).set_index("segment").astype(float)
    one, zero = frame.loc[arm], frame.loc["No E-Mail"]
    seen = wald_difference(k1=one["visits"], n1=one["n"], k0=zero["visits"], n0=zero["n"], level=0.95)
    assert 100 * seen.point == pytest.approx(visits, abs=5e-4)
    bought = wald_difference(
        k1=one["conversions"], n1=one["n"], k0=zero["conversions"], n0=zero["n"], level=0.95
    )
    assert (100 * bought.point, 100 * bought.se) == (
        pytest.approx(points, abs=5e-5),
        pytest.approx(points_se, abs=5e-5),
    )
    spent = welch_difference(
        *(MeanSums(row["n"], row["spend_sum"], row["spend_sumsq"]) for row in (one, zero)), level=0.95
    )
    assert (spent.point, spent.se) == (pytest.approx(money, abs=5e-5), pytest.approx(money_se, abs=5e-5))
