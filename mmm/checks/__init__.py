"""How far a fit may be believed: one check a file, one row here; thresholds and sentences have files of their own."""

from mixproof.records.verdict import Verdict
from mmm.checks import approximation as draft
from mmm.checks import (
    baseline,
    convergence,
    demand_chasing,
    divergences,
    energy,
    extrapolation,
    influence,
    moved_controls,
    observed_part,
    prior_domination,
    residuals,
    separability,
)
from mmm.checks import interval_coverage as coverage
from mmm.checks.check import Check, Examination
from mmm.checks.demand_chasing_answer import accounts
from mmm.checks.observed_part import mostly_assumed

CHECKS: tuple[Check, ...] = tuple(
    module.CHECK
    for module in (
        draft,
        convergence,
        divergences,
        energy,
        coverage,
        residuals,
        influence,
        baseline,
        prior_domination,
        separability,
        observed_part,
        extrapolation,
        demand_chasing,
        moved_controls,
    )
)


def judge(examined: Examination) -> Verdict:
    """Return the verdict on a fit: the findings of every check, in the order of `CHECKS`."""
    asked = [check for check in CHECKS if examined.draft is None or not check.of_sample]
    return Verdict(tuple(finding for check in asked for finding in check.run(examined)))


__all__ = ["CHECKS", "Check", "Examination", "accounts", "judge", "mostly_assumed"]
