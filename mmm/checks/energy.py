"""Energy: does the sampler move freely between likely and unlikely regions of the posterior?

References
----------
Betancourt 2016, Diagnosing suboptimal cotangent disintegrations in Hamiltonian Monte Carlo, arXiv:1604.00695.
"""

import numpy as np

from mixproof.records.verdict import Finding, Status
from mmm.checks import thresholds, wording
from mmm.checks.check import Check, Examination
from mmm.numerics.chain_statistics import missing_information

NAME = "energy"


def run(examined: Examination) -> list[Finding]:
    """Return the smallest energy Bayesian fraction of missing information of any chain."""
    energy = examined.statistics["energy"].transpose("chain", "draw").values
    bfmi = float(np.min(missing_information(energy)))
    limit = thresholds.MIN_BFMI
    status: Status = "pass" if bfmi >= limit else "failure" if bfmi < thresholds.FAILING_BFMI else "warning"
    sentence = wording.ENERGY_FINE if status == "pass" else wording.ENERGY_LOW
    return [Finding(NAME, status, sentence.format(bfmi=bfmi, limit=limit), bfmi, limit)]


CHECK = Check(NAME, run, of_sample=True)
