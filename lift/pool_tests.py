"""The section's tests pooled by channel: results, those that nobody wrote down, and their age."""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from lift.config import LiftConfig, Pooling, StartedTest
from lift.experiment import PoolInput
from lift.pooling import (
    TAU_SQUARED,
    Pool,
    bayesian_effects,
    common_effect,
    faded_errors,
    random_effects,
)
from mixproof.records.verdict import Finding

FEW = 5


@dataclass(frozen=True, slots=True)
class PooledTests:
    """Rows of ``lift_pool`` and what must be known about them."""

    rows: list[dict[str, Any]]
    findings: tuple[Finding, ...]


def pool_channels(config: LiftConfig, results: Sequence[PoolInput]) -> PooledTests:
    """Return the pooled statements of every channel with two tests or more, or one and an unreported one.

    Parameters
    ----------
    config : LiftConfig
    results : sequence of PoolInput
        All poolable results; those of `config.pooling.estimand` are used.

    Returns
    -------
    PooledTests
        Rows of ``lift_pool`` and findings; a channel whose tests are in different units is a warning and no
        row.
    """
    rows: list[dict[str, Any]] = []
    findings: list[Finding] = []
    chosen = [item for item in results if item.estimand == config.pooling.estimand]
    for channel in dict.fromkeys(item.channel for item in chosen):
        tests = [item for item in chosen if item.channel == channel]
        named = {item.experiment for item in tests}
        silent = [t for t in config.registry if channel in t.channels and t.state == "not_significant"]
        if len(named) + len(silent) < 2:
            continue
        units = {item.unit for item in tests}
        if len(units) > 1:
            words = (
                f"Tests of {channel} are in different units ({', '.join(sorted(units))}) and are not pooled."
            )
            findings.append(Finding("pooling", "warning", words, None, None, channel))
            continue
        rows += _channel_rows(config, channel, one_a_test(tests), silent)
        findings += _channel_findings(config, channel, tests, silent)
    return PooledTests(rows, tuple(findings))


def one_a_test(results: Sequence[PoolInput]) -> list[PoolInput]:
    """Return one result a test: arms and cells of a test share a control and are no independent tests.

    Parameters
    ----------
    results : sequence of PoolInput
        Of one channel, estimand and unit.

    Returns
    -------
    list of PoolInput
        In the order in which tests first appear. Several arms become their precision-weighted mean, with the standard
        error that their covariance gives; arms whose correlation is unknown count as wholly alike.
    """
    found = []
    for name in dict.fromkeys(item.experiment for item in results):
        arms = [item for item in results if item.experiment == name]
        ses = np.array([item.se for item in arms])
        alike = np.array(
            [
                [
                    1.0 if one is other else float(np.clip(one.alike.get(other.arm, 1.0), -1, 1))
                    for other in arms
                ]
                for one in arms
            ]
        )
        weight = ses**-2 / (ses**-2).sum()
        joined = float(weight @ [item.estimate for item in arms])
        variance = float(weight @ (alike * np.outer(ses, ses)) @ weight)
        se = arms[0].se if len(arms) == 1 else max(variance, float(1 / (ses**-2).sum())) ** 0.5
        found.append(replace(arms[0], estimate=arms[0].estimate if len(arms) == 1 else joined, se=se))
    return found


def _channel_rows(
    config: LiftConfig, channel: str, tests: Sequence[PoolInput], silent: Sequence[StartedTest]
) -> Iterator[dict[str, Any]]:
    """Yield the primary pool of a channel, then the comparisons."""
    options = config.pooling
    estimates = np.array([item.estimate for item in tests])
    ses = np.array([item.se for item in tests])
    notes = []
    if options.half_life_weeks is not None:
        ses, sentence = _aged(options, estimates, ses, tests)
        notes.append(sentence)
    middle = statistics.median(ses.tolist())
    unreported = np.array([test.se or middle for test in silent])
    if len(silent):
        notes.append(f"unreported tests: {', '.join(test.name for test in silent)}")
    bayes = bayesian_effects(
        estimates, ses, tau_scale=options.tau_scale, level=config.level, unreported=unreported
    )
    few = len(tests) < FEW or len(silent) > 0
    primary = options.method if options.method != "auto" else ("bayes" if few else "reml")
    pools = {"bayes": bayes}
    if len(tests) > 1:
        pools |= {
            name: random_effects(estimates, ses, method=name, level=config.level) for name in TAU_SQUARED
        }
        pools["common"] = common_effect(estimates, ses, level=config.level)
    if primary not in pools:
        primary = "bayes"
    for name in (primary, *(other for other in pools if other != primary)):
        extra = [] if name == "bayes" or not len(silent) else ["ignores unreported tests: biased upward"]
        note = "; ".join(
            [*notes[: 1 if name != "bayes" and len(silent) and len(notes) > 1 else len(notes)], *extra]
        )
        yield _row(
            channel, tests[0], pools[name], name == primary, len(silent) if name == "bayes" else 0, note
        )


def _aged(
    options: Pooling, estimates: np.ndarray, ses: np.ndarray, tests: Sequence[PoolInput]
) -> tuple[np.ndarray, str]:
    """Return standard errors widened by age, and the sentence that says so."""
    ends = [item.end for item in tests if item.end is not None]
    if not ends or options.half_life_weeks is None:
        return ses, "ages unknown: no test is faded"
    today: date = options.as_of or max(ends)
    ages = np.array([max((today - (item.end or today)).days, 0) / 7 for item in tests])
    spread = max(
        float(TAU_SQUARED["reml"](estimates, ses)) ** 0.5 if len(tests) > 1 else 0.0, options.tau_scale / 2
    )
    faded = faded_errors(ses, ages, tau=spread, half_life=options.half_life_weeks)
    return (
        faded,
        f"faded with age to {today}, half-life {options.half_life_weeks:g} weeks, drift {spread:.3g}",
    )


def _row(
    channel: str, sample: PoolInput, pool: Pool, primary: bool, unreported: int, note: str
) -> dict[str, Any]:
    """Return one row of `lift.tables.LIFT_POOL`."""
    return {
        "channel": channel,
        "estimand": sample.estimand,
        "method": pool.method,
        "role": "primary" if primary else "comparison",
        "tests": pool.tests,
        "unreported": unreported,
        "estimate": pool.estimate,
        "se": pool.se,
        "lower": pool.lower,
        "upper": pool.upper,
        "next_lower": pool.next_lower,
        "next_upper": pool.next_upper,
        "level": pool.level,
        "tau": pool.tau,
        "i_squared": pool.i_squared,
        "unit": sample.unit,
        "note": note,
    }


def _channel_findings(
    config: LiftConfig, channel: str, tests: Sequence[PoolInput], silent: Sequence[StartedTest]
) -> Iterator[Finding]:
    """Yield what the registry says about the pool."""
    named = {item.experiment for item in tests}
    started = len(named) + sum(channel in test.channels for test in config.registry)
    words = f"{started} tests of {channel} were started, {len(named)} have a result that is pooled."
    if len(named) < len(tests):
        words += f" Arms or cells of one test share a control: {len(tests)} results count as {len(named)}, with covariance."
    outcomes = sorted({item.outcome for item in tests if item.outcome})
    if len(outcomes) > 1:
        mixed = f"The pool of {channel} mixes lifts of different outcomes: {', '.join(outcomes)}."
        yield Finding("pooling", "warning", mixed, None, None, channel)
    if silent:
        words += f" {len(silent)} without a written result enter as 'inside the noise', lest the pool be biased upward."
    yield Finding("registry", "warning" if silent else "pass", words, float(len(silent)), 0.0, channel)
