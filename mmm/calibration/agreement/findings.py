"""What is said of model and experiments. Two sentences, never one: only the second may call a test bad.

*The model disagrees with a test*: the model may be confounded, its carryover too short, the test's market another one.
*A test disagrees with the other tests of its channel*: no model stands between them, so that one of them may be a bad test.
"""

from collections.abc import Sequence

from mixproof.records.verdict import Finding
from mmm.calibration.agreement.conflict import CONFLICT, Conflict
from mmm.calibration.agreement.leave_one_out import MAX_K
from mmm.calibration.agreement.tension import Tension
from mmm.checks.wording import p_words

MODEL_AGAINST_TEST = (
    "The model disagrees with {experiment}: without it, the model expects {predicted:,.4g}, and {measured:,.4g} was measured"
    " ({z:+.1f} standard errors; {p} over {readouts} readouts). That speaks against the model first: spend that follows demand,"
    " a carryover that is too short, a market that is not the test's. It does not make the test a bad one."
)
MODEL_WITH_TEST = (
    "The model without {experiment} expects what it measured ({z:+.1f} standard errors, {p}); a disagreement of"
    " {detectable:.0%} of the measured effect would have been seen."
)
NOT_TOLD = (
    "Whether the model agrees with {experiment} is not told ({p}): a disagreement is seen from {detectable} the measured effect"
    " on, and this is no larger."
)
REFIT = (
    "What the model says without {experiment} cannot be computed from the fit that has seen it (Pareto k {k:.2f}, at most"
    " {limit:.1f} can be weighted away): set calibrate.refit to know."
)
TESTS_AGREE = (
    "The {count} tests of {channel} agree with each other: none are further apart than {largest:.1f} standard errors (limit"
    " {limit:.1f})."
)
TEST_AGAINST_TESTS = (
    "{experiment} disagrees with the other tests of {channel} ({z:+.1f} standard errors, limit {limit:.1f}), which agree with"
    " each other: it may be a bad test. Check its assignment, its dose and its outcome; the channel is not to be booked before."
)
CONTRADICTION = (
    "{one} and {other} cannot both be right ({largest:.1f} standard errors apart, limit {limit:.1f}): no model settles which."
    " {channel} is not to be booked; its return under each test alone stands in the tables."
)


def conflict_finding(experiment: str, measured: float, found: Conflict) -> Finding:
    """Return what is said of the model that has not seen an experiment.

    Parameters
    ----------
    experiment : str
    measured : float
        Total of its readouts.
    found : Conflict

    Returns
    -------
    Finding
    """
    facts = {"experiment": experiment, "z": found.z, "p": p_words(found.p), "readouts": found.readouts}
    if found.disagrees:
        words = MODEL_AGAINST_TEST.format(predicted=found.predicted.sum(), measured=measured, **facts)
        return Finding("calibration_conflict", "warning", words, found.p, CONFLICT, experiment)
    if found.could_be_seen:
        words = MODEL_WITH_TEST.format(detectable=found.detectable, **facts)
        return Finding("calibration_conflict", "pass", words, found.p, CONFLICT, experiment)
    words = NOT_TOLD.format(detectable=_times(found.detectable), **facts)
    return Finding("calibration_conflict", "note", words, found.p, CONFLICT, experiment)


def refit_finding(experiment: str, pareto_k: float) -> Finding:
    """Return that only a fit without an experiment tells what the model says without it.

    Parameters
    ----------
    experiment : str
    pareto_k : float

    Returns
    -------
    Finding
    """
    words = REFIT.format(experiment=experiment, k=pareto_k, limit=MAX_K)
    return Finding("calibration_refit", "note", words, pareto_k, MAX_K, experiment)


def tension_finding(channel: str, names: Sequence[str], found: Tension) -> Finding:
    """Return what is said of the tests of one channel.

    Parameters
    ----------
    channel : str
    names : sequence of str
        Of the tests.
    found : Tension

    Returns
    -------
    Finding
        About the channel; a warning where it is not to be booked.
    """
    facts = {"channel": channel, "limit": found.limit, "largest": found.largest}
    if found.accused is not None:
        words = TEST_AGAINST_TESTS.format(
            experiment=names[found.accused], z=found.rest[found.accused], **facts
        )
    elif found.contradiction:
        one, other = found.worst_pair
        words = CONTRADICTION.format(one=names[one], other=names[other], **facts)
    else:
        words = TESTS_AGREE.format(count=len(names), **facts)
        return Finding("calibration_tension", "pass", words, found.largest, found.limit, channel)
    return Finding("calibration_tension", "warning", words, found.largest, found.limit, channel)


def _times(share: float) -> str:
    return f"{share:.1f} times" if share < 1000 else "many times"
