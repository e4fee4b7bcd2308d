"""Privacy noise in a holdout's counts: how often 95 % intervals cover, clean, handled and ignored.

    python -m benchmarks.noise --draws 2000

Two arms of equal size with the same rate. Their converters are released with noise as a `privacy:` section releases them, of
the standard deviation that Laplace noise of a clean room has at an epsilon, and the lift reads it from the released table.
"Clean" is the interval of the true counts, "handled" that of the table, "ignored" takes the noised counts for true ones. The
share of the variance that is noise decides whether a lift is told at all (at most one half).
"""

import argparse
import math
import time

import numpy as np
import pandas as pd

from lift.holdout.columns import NOISE_SD, read_cells, with_stated_noise
from lift.holdout.config import Holdout
from lift.holdout.methods.counts import score_difference
from mixproof.privacy.noise import noised, scale_of

GRID = tuple((people, 0.02, epsilon) for people in (2_000, 20_000, 200_000) for epsilon in (0.1, 0.5, 1.0))
"""People an arm, rate, epsilon."""
HOLDOUT = Holdout.model_validate(
    {"name": "test", "kind": "holdout", "channels": ("email",), "table": "released.csv",
     "columns": {"arm": "arm", "users": "users", "converters": "buyers"},
     "control": {"name": "control", "share": 0.5}, "arms": ({"name": "treated", "share": 0.5},)}
)  # fmt: skip


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
    rho = epsilon**2 / 4  # a standard deviation of sqrt(2) / epsilon
    true = rng.binomial(people, rate, (draws, 2))
    released = noised(true.ravel(), 1.0, rho).reshape(true.shape)
    variance = 0.0
    for plain, noisy in zip(true, released, strict=True):
        table = pd.DataFrame({"arm": ["control", "treated"], "users": people, "buyers": noisy})
        experiment = with_stated_noise(HOLDOUT, table.assign(**{"buyers" + NOISE_SD: scale_of(1.0, rho)}))
        variance = experiment.noise_sd**2
        read = np.clip(read_cells(experiment, table).values["converters"], 0, people)
        for at, (counts, noise) in enumerate(((plain, 0.0), (read, variance), (read, 0.0))):
            found = score_difference(
                k1=counts[1], n1=people, k0=counts[0], n0=people, level=0.95, noise1=noise, noise0=noise
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
