"""Did people end up in the arms in the intended shares, once and at any time, and were the arms alike before the test?"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, gammaln, ndtr

from mixproof.records.verdict import Finding, Status

SAMPLE_RATIO_P = 0.0005
"""Below: people did not end up in arms as intended (Fabijan et al. 2019, KDD)."""
SAMPLE_RATIO_EVIDENCE = 1000.0
"""At or above, at any time: the same, however often it was looked at (Lindon & Malek 2022)."""
SAMPLE_RATIO_CONCENTRATION = 100.0
"""Weight of the intended shares in the alternative of that evidence, in people."""
BALANCE_P = 0.001
"""Below: the arms differed before the test."""


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """Chi-square statistic, p-value and log evidence against the intended shares."""

    chi_square: float
    p_value: float
    log_evidence: float


def sample_ratio(counts: Sequence[float], shares: Sequence[float]) -> SampleRatio:
    """Return the chi-square test of counts against intended shares, and the mixture evidence.

    Parameters
    ----------
    counts : sequence of float
        People in each arm.
    shares : sequence of float
        Intended shares, adding up to 1.

    Returns
    -------
    SampleRatio
        Chi-square, its p-value, and the log of the mixture e-value.

    References
    ----------
    Fabijan et al. (2019), KDD, section 2.
    """
    people, intended = np.asarray(counts, float), np.asarray(shares, float)
    expected = people.sum() * intended
    chi_square = float((((people - expected) ** 2) / expected).sum())
    p_value = float(chdtrc(len(people) - 1, chi_square))
    return SampleRatio(chi_square, p_value, mixture_evidence(counts, shares, SAMPLE_RATIO_CONCENTRATION))


def mixture_evidence(counts: Sequence[float], shares: Sequence[float], concentration: float) -> float:
    """Return the log of the multinomial mixture e-value against the intended shares.

    It may be looked at after every person: under the intended shares it exceeds log(1 / alpha) at any time with
    probability at most alpha. The alternative is Dirichlet(concentration x shares).

    Parameters
    ----------
    counts : sequence of float
        People in each arm.
    shares : sequence of float
        Intended shares, adding up to 1.
    concentration : float
        Of the Dirichlet alternative; larger looks for smaller deviations.

    Returns
    -------
    float
        Natural logarithm of the e-value.

    References
    ----------
    Lindon & Malek (2022), NeurIPS, theorem 1.
    """
    people, intended = np.asarray(counts, float), np.asarray(shares, float)
    prior = concentration * intended
    terms = gammaln(prior + people) - gammaln(prior) - people * np.log(intended)
    return float(gammaln(prior.sum()) - gammaln(prior.sum() + people.sum()) + terms.sum())


def check(
    experiment: str, counts: Sequence[float], shares: Sequence[float], cells: Sequence[Sequence[float]]
) -> list[Finding]:
    """Return the findings on the whole test and on its worst stratum or day.

    Parameters
    ----------
    experiment : str
    counts : sequence of float
        People in each arm.
    shares : sequence of float
        Intended shares.
    cells : sequence of sequence of float
        People in each arm for each stratum and for each day.

    Returns
    -------
    list of Finding
        On the whole test, and one on the most uneven cell where there are two or more.
    """
    whole = sample_ratio(counts, shares)
    observed = "/".join(f"{count / sum(counts):.2%}" for count in counts)
    meant = "/".join(f"{share:.2%}" for share in shares)
    bad = whole.p_value < SAMPLE_RATIO_P or whole.log_evidence >= math.log(SAMPLE_RATIO_EVIDENCE)
    sentence = (
        f"People are split {observed}, intended {meant}: p = {whole.p_value:.3g}, "
        f"{_odds(whole.log_evidence)}."
    )
    if bad:
        sentence += " Assignment or logging lost people of one arm; no effect can be read from such a test."
    status: Status = "failure" if bad else "pass"
    findings = [Finding("sample_ratio", status, sentence, whole.p_value, SAMPLE_RATIO_P, experiment)]
    tested = [cell for cell in cells if sum(cell) > 0]
    if len(tested) > 1:
        p_values = [min(sample_ratio(cell, shares).p_value * len(tested), 1.0) for cell in tested]
        worst = min(p_values)
        words = f"Over {len(tested)} strata and days the most uneven split has p = {worst:.3g}, corrected for their number."
        lacking = [i for i, cell in enumerate(tested) if min(cell) == 0 and p_values[i] < SAMPLE_RATIO_P]
        state: Status = "failure" if lacking else "warning" if worst < SAMPLE_RATIO_P else "pass"
        if lacking:
            split = "/".join(f"{count:,.0f}" for count in tested[lacking[0]])
            words += (
                f" In {len(lacking)} of them an arm has nobody, where chance would have given it some ({split}): such a part "
                "was not assigned by this test and must be left out."
            )
        findings.append(Finding("sample_ratio_cells", state, words, worst, SAMPLE_RATIO_P, experiment))
    return findings


def check_balance(
    experiment: str, control: tuple[float, float], arms: Mapping[str, tuple[float, float]]
) -> list[Finding]:
    """Return a finding for each arm's pre-test difference from the control, where no effect can be.

    Parameters
    ----------
    experiment : str
    control : tuple of float
        Mean of the covariate and its squared standard error.
    arms : mapping of str to tuple of float
        The same for each treated arm.

    Returns
    -------
    list of Finding
        One an arm.
    """
    findings = []
    for name, (mean, variance) in arms.items():
        spread = math.sqrt(variance + control[1])
        p_value = (
            float(2 * ndtr(-abs(mean - control[0]) / spread)) if spread > 0 else float(mean == control[0])
        )
        bad = p_value < BALANCE_P
        words = f"Before the test arm {name} averaged {mean:.5g} and the control {control[0]:.5g} (p = {p_value:.3g})."
        words += " Chance does not make such a difference: look at how people were assigned." if bad else ""
        findings.append(
            Finding("balance", "warning" if bad else "pass", words, p_value, BALANCE_P, experiment)
        )
    return findings


def _odds(log_evidence: float) -> str:
    """Return the odds between some other split and the intended one, in words."""
    odds = math.exp(min(abs(log_evidence), 700))
    side = "against" if log_evidence > 0 else "for"
    return f"odds of {odds:.3g} to 1 {side} the intended split, whenever one looks"
