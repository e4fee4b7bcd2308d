"""Calibration factors of attribution: do intervals of calibrated credit hold the truth, channel by channel?

    python -m benchmarks.factors

Run from the project's root; it writes benchmarks/results/factors.md: some minutes of one core. Worlds are not the model's
prior: one channel is always credited three times too much, one always half, the others are drawn around .85 (log sd .7),
two are never tested. Factors drift (sd .2, half-life 26 weeks), tests are 4 to 80 weeks old, err by 15 % of what they find
and by a shift of 8 % that no test knows of, and privacy noise of 25 % lies on the credit that they are held against.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.version import code_version
from lift.attribution.factors.model import ChannelTests, fit_factors
from lift.moments import Array

RESULTS = Path(__file__).parent / "results" / "factors.md"
CHANNELS = ("over-credit 3x", "under-credit by half", "third", "fourth", "never tested", "never tested, too")
TESTS = (3, 3, 2, 2, 0, 0)
DRIFT, HALF_LIFE, SE, SHIFT, NOISE = 0.2, 26.0, 0.15, 0.08, 0.25
CREDIT_NOISE = 0.02
"""Privacy noise in the credit of the four weeks that are calibrated, which are sums of many cells."""


def simulated(seed: int, noise: float) -> tuple[list[ChannelTests], Array, Array]:
    """Return tests of every channel, the true increment of the last weeks, and the credit that a system gives for it.

    Parameters
    ----------
    seed : int
    noise : float
        Standard deviation of the noise in the credit that tests are held against, as a share of it.

    Returns
    -------
    list of ChannelTests
    numpy.ndarray, shape (channel,)
        True increment.
    numpy.ndarray, shape (channel,)
        Credit.
    """
    generator = np.random.default_rng(seed)
    usual = np.r_[1 / 3, 2.0, np.exp(generator.normal(np.log(0.85), 0.7, 4))]
    size = np.exp(generator.normal(np.log(2000), 0.5, len(CHANNELS)))
    tests, now = [], []
    for channel, count in enumerate(TESTS):
        time = np.sort(-generator.uniform(4, 80, count))
        days = np.r_[time, 0.0]
        correlation = 0.5 ** (np.abs(days[:, None] - days) / HALF_LIFE)
        drift = np.linalg.cholesky(correlation) @ generator.normal(size=count + 1)
        factor = usual[channel] * np.exp(DRIFT * drift)
        credit = 0.3 * size[channel] * np.exp(generator.normal(0, 0.1, count))
        caused = factor[:-1] * credit
        se = np.maximum(SE * caused, 0.03 * credit)
        effect = caused * (1 + SHIFT * generator.normal(size=count)) + se * generator.normal(size=count)
        counted = credit * (1 + noise * generator.normal(size=count))
        tests.append(ChannelTests(time, effect, se, counted, noise * credit))
        now.append(factor[-1])
    credited = size * (1 + CREDIT_NOISE * generator.normal(size=len(size)))
    return tests, np.array(now) * size, credited


def calibrated(tests: list[ChannelTests], credit: Array, seed: int) -> Array:
    """Return draws of what channels caused in the last weeks, shape (draw, channel).

    Parameters
    ----------
    tests : list of ChannelTests
    credit : numpy.ndarray, shape (channel,)
    seed : int

    Returns
    -------
    numpy.ndarray, shape (draw, channel)
    """
    factors = fit_factors(tests, HALF_LIFE, seed, worlds=1500, particles=60)
    kappa = np.column_stack([factors.at(k, np.zeros(1), seed)[:, 0] for k in range(len(tests))])
    noise = CREDIT_NOISE * np.random.default_rng([seed, 5]).standard_normal(kappa.shape)
    return kappa * credit * (1 + noise)


def coverage(worlds: int) -> Iterator[str]:
    """Yield the rows of the table of coverage, and of what the estimates are like."""
    for words, noise, known in (
        ("no privacy noise", 0.0, True),
        ("privacy noise, part of the model", NOISE, True),
        ("the same noise, ignored", NOISE, False),
    ):
        inside, whole, ratio, width, raw = [], [], [], [], []
        for seed in range(worlds):
            tests, truth, credit = simulated(seed, noise)
            if not known:
                tests = [ChannelTests(t.time, t.effect, t.se, t.credit, 0 * t.noise) for t in tests]
            draws = calibrated(tests, credit, seed)
            low, middle, high = np.quantile(draws, [0.05, 0.5, 0.95], axis=0)
            inside.append((low <= truth) & (truth <= high))
            ends = np.quantile(draws.sum(axis=1), [0.05, 0.95])
            whole.append(ends[0] <= truth.sum() <= ends[1])
            ratio.append(middle / truth)
            width.append((high - low) / truth)
            raw.append(credit / truth)
        cells = [f"{value:.2f}" for value in np.mean(inside, axis=0)]
        yield f"| {words} | coverage of 90 % | {' | '.join(cells)} | {np.mean(whole):.2f} |"
        yield f"| | calibrated over true, median | {_cells(ratio)} | |"
        yield f"| | width over true, median | {_cells(width)} | |"
        if noise == 0:
            yield f"| | credit over true, median | {_cells(raw)} | |"


def null_test(worlds: int) -> Iterator[str]:
    """Yield the rows that say what a null test of the third channel does to the calibrated credit of all channels."""
    moved: dict[str, list[Array]] = {"its own tests": [], "no test of it": []}
    for seed in range(worlds):
        tests, _, credit = simulated(seed, 0.0)
        third = tests[2]
        null = ChannelTests(third.time, 0 * third.effect, third.se, third.credit, third.noise)
        none = ChannelTests(*(np.zeros(0) for _ in range(5)))
        after = np.median(calibrated([*tests[:2], null, *tests[3:]], credit, seed), axis=0)
        for words, before in (("its own tests", third), ("no test of it", none)):
            was = np.median(calibrated([*tests[:2], before, *tests[3:]], credit, seed), axis=0)
            moved[words].append(after / was)
    for before, ratios in moved.items():
        for words, share in (("median", 0.5), ("5 % of worlds below", 0.05), ("5 % of worlds above", 0.95)):
            cells = [f"{value:.2f}" for value in np.quantile(ratios, share, axis=0)]
            yield f"| {before} | {words} | {' | '.join(cells)} |"


def _cells(values: list[Array]) -> str:
    return " | ".join(f"{value:.2f}" for value in np.median(values, axis=0))


def report(worlds: int) -> str:
    """Return the whole page."""
    names = " | ".join(CHANNELS)
    lines = [
        "# Calibration factors of attribution",
        "",
        f"Code {code_version()}; `python -m benchmarks.factors --worlds {worlds}`. Its first lines say what is simulated.",
        "",
        f"## Calibrated credit of the last weeks, {worlds} worlds",
        "",
        f"A rate of .90 has a standard error of {(0.09 / worlds) ** 0.5:.3f}.",
        "",
        f"| world | | {names} | all channels |",
        f"|---|---|{'---|' * (len(CHANNELS) + 1)}",
        *coverage(worlds),
        "",
        "## Both tests of the third channel find nothing: calibrated credit after over before",
        "",
        "Before: with the third channel's own tests of the world, which tell what channels are like, or without any of it.",
        "",
        f"| before | | {names} |",
        f"|---|---|{'---|' * len(CHANNELS)}",
        *null_test(worlds // 4),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=200)
    RESULTS.write_text(report(parser.parse_args().worlds), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
