"""Divergences: did the sampler meet regions of the posterior that it could not explore?

References
----------
Betancourt 2017, A conceptual introduction to Hamiltonian Monte Carlo, section 6.2.
"""

from mixproof.records.verdict import Finding, Status
from mmm.checks import thresholds, wording
from mmm.checks.check import Check, Examination

NAME = "divergences"


def run(examined: Examination) -> list[Finding]:
    """Return how many transitions after tuning diverged."""
    diverging = examined.statistics["diverging"].values
    count, draws = int(diverging.sum()), int(diverging.size)
    share = count / draws
    status: Status = (
        "pass" if not count else "failure" if share > thresholds.FAILING_DIVERGENCES else "warning"
    )
    sentence = wording.DIVERGENCES if count else wording.NO_DIVERGENCES
    return [Finding(NAME, status, sentence.format(count=count, draws=draws, share=share), float(count), 0.0)]


CHECK = Check(NAME, run, of_sample=True)
