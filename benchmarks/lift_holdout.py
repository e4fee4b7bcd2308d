"""Coverage and false positives of revenue lift at unequal splits with skewed orders, and of peeking every day.

Run from the project's root:

    python benchmarks/lift_holdout.py --replications 20000

It writes benchmarks/results/lift_holdout.md. Everything is drawn and judged in whole arrays; 20,000 replications of
all settings take some minutes on two cores, 2,000 less than one.
"""

import argparse
import math
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.special import stdtrit

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.lift_worlds import simulate_revenue_sums
from lift.holdout.methods.interval import critical_value
from lift.holdout.methods.revenue import MeanSums, pooled_lift
from lift.holdout.methods.sequential import always_valid_answer

RESULTS = Path(__file__).parent / "results" / "lift_holdout.md"
SIGMAS = (1.0, 1.5, 2.0, 2.5)
PEOPLE = (10_000, 50_000, 250_000)
LIFTS = (("none", 0.0), ("conversion", 0.2), ("value", 0.2))
"""How the lift comes about: more people buy, or the same people buy for more."""
RATE, CONTROL_SHARE, LEVEL = 0.02, 0.2, 0.95
CHUNK = 2000
"""Replications drawn at a time: orders of all of them are in memory together."""
REVENUE_HEADER = (
    "lift",
    "order sigma",
    "people",
    "pooled: coverage",
    "above",
    "below",
    "no upper end",
    "Welch: coverage",
    "above",
    "log ratio: coverage",
)
Sums = np.ndarray


def pooled_ends(one: Sums, zero: Sums, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Return both ends of the pooled-moment inversion for many tests at once; equal to `pooled_lift` one by one.

    Parameters
    ----------
    one, zero : numpy.ndarray, shape (replication, 3)
        n, sum and sum of squares of the treated and the control.
    level : float
    """
    ends = [_pooled_set(one, zero, critical_value(level) ** 2, conversion) for conversion in (False, True)]
    return np.minimum(ends[0][0], ends[1][0]), np.maximum(ends[0][1], ends[1][1])


def _pooled_set(one: Sums, zero: Sums, z2: float, conversion: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return both ends of the set for a lift on value, or on conversion."""
    (n1, s1, q1), (n0, s0, q0) = one.T, zero.T
    n, inflation = n1 + n0, 1 / n1 + 1 / n0
    if conversion:
        squares = q1 / (n * n1), (q0 / n1 + q1 / n0) / (2 * n), q0 / (n * n0)
    else:
        squares = inflation * q1 / n, 0.0, inflation * q0 / n
    a = (s1 / n1) ** 2 - z2 * (squares[0] - inflation * (s1 / n) ** 2)
    b = -(s1 / n1 * s0 / n0 + z2 * (squares[1] - inflation * s1 * s0 / n**2))
    c = (s0 / n0) ** 2 - z2 * (squares[2] - inflation * (s0 / n) ** 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.sqrt(np.maximum(b * b - a * c, 0.0))
        small, large = (-b - root) / a, (-b + root) / a
        # a <= 0: no lower end; c <= 0: no upper end.
        lower = np.where(a > 0, 1 / large, 0.0)
        upper = np.where(c > 0, 1 / np.where(a > 0, small, c / (-b + root)), np.inf)
    return lower - 1, upper - 1


def welch_ends(one: Sums, zero: Sums, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Return both ends of Welch's interval of the difference, over the control's mean, for many tests at once."""
    (n1, s1, q1), (n0, s0, q0) = one.T, zero.T
    v1, v0 = (q1 - s1**2 / n1) / (n1 - 1) / n1, (q0 - s0**2 / n0) / (n0 - 1) / n0
    freedom = (v1 + v0) ** 2 / (v1**2 / (n1 - 1) + v0**2 / (n0 - 1))
    half = stdtrit(freedom, 1 - (1 - level) / 2) * np.sqrt(v1 + v0)
    gap = s1 / n1 - s0 / n0
    return gap - half, gap + half


def log_ends(one: Sums, zero: Sums, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Return both ends of the delta-method interval on the log ratio for many tests at once."""
    (n1, s1, q1), (n0, s0, q0) = one.T, zero.T
    v1, v0 = (q1 - s1**2 / n1) / (n1 - 1) / n1, (q0 - s0**2 / n0) / (n0 - 1) / n0
    half = critical_value(level) * np.sqrt(v1 / (s1 / n1) ** 2 + v0 / (s0 / n0) ** 2)
    log_ratio = np.log(s1 / n1) - np.log(s0 / n0)
    return np.expm1(log_ratio - half), np.expm1(log_ratio + half)


def revenue_rows(replications: int, seed: int) -> Iterator[tuple[str, ...]]:
    """Yield a row a setting: coverage of the pooled inversion and of others, and its tails."""
    generator = np.random.default_rng(seed)
    for mechanism, lift in LIFTS:
        for sigma in SIGMAS:
            for people in PEOPLE:
                treated = round(people * (1 - CONTROL_SHARE))
                rate = RATE * (1 + lift) if mechanism == "conversion" else RATE
                one = _draw(generator, treated, rate, sigma, replications)
                if mechanism == "value":
                    one *= np.array([1.0, 1 + lift, (1 + lift) ** 2])
                zero = _draw(generator, people - treated, RATE, sigma, replications)
                yield (
                    f"{lift:+.0%} {mechanism}",
                    f"{sigma:g}",
                    f"{people:,}",
                    *_scores(one, zero, lift, sigma),
                )


def _draw(generator: np.random.Generator, people: int, rate: float, sigma: float, replications: int) -> Sums:
    """Return the sums of many arms, shape (replication, 3), drawn in chunks."""
    sizes = [min(CHUNK, replications - begin) for begin in range(0, replications, CHUNK)]
    parts = [
        simulate_revenue_sums(generator, people=people, rate=rate, sigma=sigma, replications=size)
        for size in sizes
    ]
    return np.concatenate(parts)


def _scores(one: Sums, zero: Sums, lift: float, sigma: float) -> Iterator[str]:
    """Yield coverage and misses of each method in one setting."""
    lower, upper = pooled_ends(one, zero, LEVEL)
    yield f"{np.mean((lower <= lift) & (lift <= upper)):.3f}"
    yield f"{np.mean(lower > lift):.1%}"
    yield f"{np.mean(upper < lift):.1%}"
    yield f"{np.mean(~np.isfinite(upper)):.1%}"
    low, high = welch_ends(one, zero, LEVEL)
    gap = RATE * lift * math.exp(sigma**2 / 2)
    yield f"{np.mean((low <= gap) & (gap <= high)):.3f}"
    yield f"{np.mean(low > gap):.1%}"
    low, high = log_ends(one, zero, LEVEL)
    yield f"{np.mean((low <= lift) & (lift <= high)):.3f}"


def peeking_rows(replications: int, seed: int, days: int = 28) -> Iterator[tuple[str, ...]]:
    """Yield how often a null test is called at any of daily looks: fixed interval against the confidence sequence."""
    generator = np.random.default_rng(seed)
    for people in (400, 4000):
        k1 = generator.binomial(round(people * 0.8), RATE, (replications, days)).cumsum(axis=1)
        k0 = generator.binomial(round(people * 0.2), RATE, (replications, days)).cumsum(axis=1)
        n1, n0 = (np.arange(1, days + 1) * round(people * share) for share in (0.8, 0.2))
        p1, p0 = k1 / n1, k0 / n0
        se = np.sqrt(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0)
        gap = np.abs(p1 - p0)
        users = n1 + n0
        # The half-width is linear in the standard error: one unit of it a day serves all replications.
        factor = [
            always_valid_answer(0.0, 1.0, users=float(n), planned_users=float(users[-1]), level=LEVEL).upper
            for n in users
        ]
        # Asymptotics need converters: looks begin when the control has twenty.
        ready = k0 >= 20
        fixed = ((gap > critical_value(LEVEL) * se) & ready).any(axis=1).mean()
        always = ((gap > np.array(factor) * se) & ready).any(axis=1).mean()
        yield f"{people:,}", str(days), f"{fixed:.1%}", f"{always:.1%}"


def check_against_product(seed: int) -> float:
    """Return the largest difference between the arrays here and `pooled_lift`, over a hundred tests."""
    generator = np.random.default_rng(seed)
    one = simulate_revenue_sums(generator, people=8000, rate=RATE, sigma=1.5, replications=100)
    zero = simulate_revenue_sums(generator, people=2000, rate=RATE, sigma=1.5, replications=100)
    lower, upper = pooled_ends(one, zero, LEVEL)
    worst = 0.0
    for row1, row0, low, high in zip(one, zero, lower, upper, strict=True):
        answer = pooled_lift([MeanSums(*row1)], [MeanSums(*row0)], level=LEVEL, mechanism="either")
        for here, there in ((low, answer.lower), (high, answer.upper)):
            if math.isfinite(there) or math.isfinite(here):
                worst = max(worst, abs(here - there))
    return worst


def main() -> None:
    """Write the study's tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=20240901)
    options = parser.parse_args()
    begin = time.monotonic()
    difference = check_against_product(options.seed)
    if difference > 1e-8:
        raise SystemExit(f"the study's formulas differ from the product's by {difference:.2g}")
    revenue = list(revenue_rows(options.replications, options.seed))
    peeking = list(peeking_rows(options.replications, options.seed + 1))
    noise = math.sqrt(LEVEL * (1 - LEVEL) / options.replications)
    text = f"""# Holdouts: coverage of revenue lift, and peeking

{options.replications:,} replications a row, seed {options.seed}; Monte-Carlo error of a coverage near 95 %: {noise:.4f}.
Split 80/20, {RATE:.0%} of people convert, log-normal orders, nominal level {LEVEL:.0%}. "Above": the interval lies wholly above
the truth (for a null campaign: a false success), nominal 2.5 %. Written by `benchmarks/lift_holdout.py`.

{_table(REVENUE_HEADER, revenue)}

Null campaign looked at every day from the twentieth conversion of the control on: share of tests ever called.

{_table(("people a day", "days", "fixed 95 % interval", "always valid"), peeking)}
"""
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(text, encoding="utf-8")
    print(f"{RESULTS.name} written in {time.monotonic() - begin:.0f} s")


def _table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    main()
