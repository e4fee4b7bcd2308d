"""Tests against each other, and a model against a test: who is accused, how often wrongly, and what could have been seen.

    python -m benchmarks.conflict

Run from the project's root. Readouts are simulated: eight weeks of a test of four weeks, errors that correlate from week to
week, and a shift of the whole test against the market (8 % of its effect). It writes benchmarks/results/conflict.md: a minute
of one core.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.version import code_version
from mmm.calibration.agreement.conflict import Measured, conflict
from mmm.calibration.agreement.leave_one_out import leave_one_out
from mmm.calibration.agreement.tension import tension

RESULTS = Path(__file__).parent / "results" / "conflict.md"
PROFILE = np.array([4.0, 5.0, 4.0, 3.0, 1.5, 0.8, 0.4, 0.2])
"""True effect by week, carryover included."""
CORRELATION, BIAS, DRAWS = 0.18, 0.08, 4000
ERRORS = (0.08, 0.12, 0.2, 0.3)
"""Standard errors of a test's total, as shares of what it reports, of the truth for a null test."""
SETS = ((1, 1, 1), (1, 1, 3), (1, 1, 1 / 3), (1, 1, 0), (1, 1, 1, 1, 3), (1, 3), (1,) * 10)
"""By how much each test of a channel is off; the last one is the wrong one where any is."""


def simulated(generator: np.random.Generator, factor: float, se: float, *, weekly: bool) -> Measured:
    """Return what one test measured.

    Parameters
    ----------
    generator : numpy.random.Generator
    factor : float
        Times the true effect: 1 for an honest test.
    se : float
        As `ERRORS`.
    weekly : bool
        Whether it has a readout a week, or one total.

    Returns
    -------
    Measured
    """
    effect, count = factor * PROFILE, len(PROFILE)
    shape = (1 - CORRELATION) * np.eye(count) + CORRELATION
    covariance = shape * (se * (factor or 1) * PROFILE.sum()) ** 2 / shape.sum()
    observed = effect + generator.multivariate_normal(np.zeros(count), covariance)
    observed += generator.normal() * BIAS * effect
    if weekly:
        return Measured(observed, covariance, BIAS * PROFILE)
    ones = np.ones((1, count))
    return Measured(ones @ observed, ones @ covariance @ ones.T, ones @ (BIAS * PROFILE))


def accused(seeds: int) -> Iterator[str]:
    """Yield the rows of the table of tests against tests."""
    for weekly in (True, False):
        expected = PROFILE if weekly else np.array([PROFILE.sum()])
        for factors in SETS:
            wrong = len(factors) - 1 if factors[-1] != 1 else None
            cells = []
            for se in ERRORS:
                found = []
                for seed in range(seeds):
                    generator = np.random.default_rng([seed, len(factors)])
                    tests = [simulated(generator, factor, se, weekly=weekly) for factor in factors]
                    found.append(tension(tests, [expected] * len(tests)))
                named = np.mean([wrong is not None and one.accused == wrong for one in found])
                honest = np.mean([one.accused not in (None, wrong) for one in found])
                blocked = np.mean([one.contradiction for one in found])
                cells.append(f"{named:.0%} / {honest:.0%} / {blocked:.0%}")
            kind = "by week" if weekly else "one total"
            off = f"{len(factors)} honest" if wrong is None else ", ".join(f"{f:.2g}" for f in factors)
            yield f"| {kind} | {off} | {' | '.join(cells)} |"


def seen(seeds: int) -> Iterator[str]:
    """Yield the rows of the table of a model against one test: flagged, by how sure the model is of the channel."""
    for width in (0.1, 0.3, 0.6, 1.0):
        for factor in (1, 2, 3, 0.3):
            flagged, detectable, needed = [], [], []
            for seed in range(seeds):
                generator = np.random.default_rng([seed, 7])
                measured = simulated(generator, factor, 0.12, weekly=True)
                # the model is as wrong as it says: its level is drawn from its own uncertainty
                level = 1 + width * generator.normal()
                draws = (level + width * generator.normal(size=(DRAWS, 1))) * PROFILE
                found = conflict(measured, draws)
                flagged.append(found.disagrees)
                detectable.append(found.detectable)
                needed.append(found.detectable <= abs(factor - 1) / factor)
            share = np.mean(np.array(flagged)[needed]) if np.mean(needed) > 0.1 else np.nan
            cell = "" if np.isnan(share) else f"{share:.0%}"
            yield f"| {width:.0%} | {factor} | {np.median(detectable):.2f} | {np.mean(flagged):.0%} | {cell} |"


def left_out(worlds: int) -> Iterator[str]:
    """Yield the rows of the table of leave-one-out coverage, on exact linear fits to ten tests of three returns."""
    for se in (0.4, 0.25, 0.12):
        inside: dict[float, list[bool]] = {0.5: [], 0.8: [], 0.9: [], 0.95: []}
        refits = []
        for seed in range(worlds):
            generator = np.random.default_rng([seed, 11])
            design = generator.uniform(0.2, 2.0, (10, 3))
            returns = generator.normal(1.0, 0.5, 3)
            variance = se**2 + BIAS**2
            observed = design @ returns + generator.normal(size=10) * variance**0.5
            covariance = np.linalg.inv(np.eye(3) / 0.25 + design.T @ design / variance)
            mean = covariance @ (np.full(3, 4.0) + design.T @ observed / variance)
            draws = generator.multivariate_normal(mean, covariance, DRAWS)
            for k in range(10):
                measured = Measured(observed[[k]], np.array([[se**2]]), np.array([BIAS]))
                found = leave_one_out(measured, draws @ design[[k]].T)
                refits.append(found.refit)
                if not found.refit:
                    for level, cells in inside.items():
                        cells.append(abs(found.position - 0.5) < level / 2)
        cells = " | ".join(f"{np.mean(values):.1%}" for values in inside.values())
        yield f"| {se} | {cells} | {np.mean(refits):.1%} |"


def report(seeds: int) -> str:
    """Return the whole page."""
    errors = " | ".join(f"se {se:.0%}" for se in ERRORS)
    lines = [
        "# Experiments against each other, and a model against an experiment",
        "",
        f"Code {code_version()}; `python -m benchmarks.conflict --seeds {seeds}`.",
        "",
        "## Tests of one channel against each other",
        "",
        "The wrong test is named / an honest one is named / the channel is not to be booked. Times the truth: what each test "
        "measures apart from its noise. Two tests alone name nobody.",
        "",
        f"| readouts | times the truth | {errors} |",
        "|---|---|---|---|---|---|",
        *accused(seeds),
        "",
        "## A model against its only test (se 12 %, by week)",
        "",
        "The model's level is drawn from its own uncertainty, so that 5 % are flagged where the test is honest. Last column: "
        "flagged where the disagreement is at least as large as the detectable one.",
        "",
        "| model unsure by | test, times the truth | detectable, of the measured effect | flagged | where detectable |",
        "|---|---|---|---|---|",
        *seen(10 * seeds),
        "",
        "## Leave one of ten experiments out: share of tests in the interval of the model without them",
        "",
        "| se | 50 % | 80 % | 90 % | 95 % | refit asked for |",
        "|---|---|---|---|---|---|",
        *left_out(seeds),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    RESULTS.write_text(report(parser.parse_args().seeds), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
