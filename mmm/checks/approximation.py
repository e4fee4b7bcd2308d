"""Drafts: an approximation is not the posterior, however well its weights look."""

from mixproof.records.verdict import Finding
from mmm.checks import thresholds, wording
from mmm.checks.check import Check, Examination

NAME = "draft"


def run(examined: Examination) -> list[Finding]:
    """Return that the result is a draft, and how far off; nothing for a sampled posterior."""
    if examined.draft is None:
        return []
    k_hat, limit = examined.draft.k_hat, thresholds.MAX_WEIGHT_K
    words = wording.DRAFT_CLOSE if k_hat <= limit else wording.DRAFT_FAR
    sentence = words.format(k=k_hat, limit=limit, draws=examined.draft.effective_draws)
    return [Finding(NAME, "failure", sentence, k_hat, limit)]


CHECK = Check(NAME, run)
