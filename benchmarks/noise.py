"""Privacy noise in a holdout's counts: how often 95 % intervals cover, clean, handled and ignored.

    python -m benchmarks.noise --draws 2000

Two arms of equal size with the same rate; Laplace noise of scale 1/epsilon, rounded, in the converters of each arm, as a clean
room adds it. "Clean" is the interval of the true counts, "handled" knows the noise's standard deviation, "ignored" takes the
noised counts for true ones. The share of the variance that is noise decides whether a lift is told at all (at most one half).
"""

import argparse
import math
import time

import numpy as np

from lift.holdout.methods.counts import score_difference

GRID = (
    (2_000, 0.02, 0.1), (2_000, 0.02, 0.5), (2_000, 0.02, 1.0), (20_000, 0.02, 0.1), (20_000, 0.02, 0.5),
    (200_000, 0.02, 0.1),
)  # fmt: skip
"""People an arm, rate, epsilon."""


def study(people: int, rate: float, epsilon: float, draws: int) -> tuple[list[float], list[float], float]:
    """Return coverage and mean width of clean, handled and ignored, and the noise's share of the variance.

    Parameters
    ----------
    people : int
        Of each arm.
    rate, epsilon : float
    draws : int

    Returns
    -------
    tuple of (list of float, list of float, float)
    """
    rng = np.random.default_rng([people, int(1000 * epsilon)])
    covered, width = np.zeros(3), np.zeros(3)
    variance = 2 / epsilon**2 + 1 / 12
    for _ in range(draws):
        true = rng.binomial(people, rate, 2).astype(float)
        noised = np.clip(true + np.round(rng.laplace(0, 1 / epsilon, 2)), 0, people)
        for at, (counts, noise) in enumerate(((true, 0.0), (noised, variance), (noised, 0.0))):
            found = score_difference(
                k1=counts[0], n1=people, k0=counts[1], n0=people, level=0.95, noise1=noise, noise0=noise
            )
            covered[at] += found.lower <= 0 <= found.upper
            width[at] += found.upper - found.lower
    own = 2 * rate * (1 - rate) / people
    share = 2 * variance / people**2 / (own + 2 * variance / people**2)
    return (covered / draws).tolist(), (width / draws).tolist(), share


def main(draws: int) -> None:
    """Print the table."""
    print(
        "| people an arm | rate | epsilon | noise sd | clean | handled | ignored | widening | share of variance |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    began = time.process_time()
    for people, rate, epsilon in GRID:
        covered, width, share = study(people, rate, epsilon, draws)
        clean, handled, ignored = (f"{value:.3f}" for value in covered)
        sd, wider = math.sqrt(2) / epsilon, width[1] / width[0]
        print(
            f"| {people:,} | {rate:.0%} | {epsilon} | {sd:.1f} | {clean} | {handled} | {ignored} | {wider:.2f} | {share:.0%} |",
            flush=True,
        )
    spent, error = time.process_time() - began, math.sqrt(0.0475 / draws)
    print(f"\n{draws} draws; {spent:.0f} CPU s; standard error of a coverage {error:.3f}.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=2000)
    main(parser.parse_args().draws)
