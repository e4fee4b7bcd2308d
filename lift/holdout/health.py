"""Everything that is looked at before a holdout's effect: the findings of all checks."""

import math

from lift.checks import arrivals, sample_ratio
from lift.faults import fault
from lift.holdout.config import Holdout
from lift.holdout.description import largest_order_variation
from lift.holdout.methods.adjustment import merge_small
from lift.holdout.primary import noise_share
from lift.holdout.table import HoldoutData
from mixproof.errors import DataError, Fault, PrivacyError
from mixproof.records.verdict import Finding, Status

ORDER_VARIATION = 2.0
"""Above: a few large orders decide revenue."""
CONTROL_CONVERTERS = 400.0
"""Below: the control has too few buyers for the textbook interval of revenue."""
EXPOSED_ALIKE = 0.8
"""Exposure of the control, as a share of the treated arm's, from which the two got the same: most of any effect is gone."""
EXPOSED_CONTROL = 0.02
"""The same from which the control is said to have seen the treatment; a wrongly logged person in fifty is let pass."""

MOST_NOISE = 0.5
"""Share of a difference's variance that may be privacy noise: above it, a lift says more of the noise than of people."""


def alike_faults(experiment: Holdout, data: HoldoutData) -> list[Fault]:
    """Return a fault for each arm whose control saw the treatment as often, or cost as much money a person.

    Parameters
    ----------
    experiment : Holdout
    data : HoldoutData

    Returns
    -------
    list of Fault
        Without those that the experiment accepts by name.
    """
    faults = []
    for arm in experiment.arms:
        where = f"{experiment.table}: arms {experiment.control.name} and {arm.name}"
        if "exposed" in data.table.variables:
            control, treated = (
                data.table.arm(side.name).mean("exposed") for side in (experiment.control, arm)
            )
            if control > 0 and control >= EXPOSED_ALIKE * treated:
                what = f"{control:.0%} of the control saw the treatment, and {treated:.0%} of arm {arm.name}."
                faults.append(fault("exposure-alike", where, what))
        if data.spend is not None:
            money = [
                data.spend.of(side.name).sum() / data.table.arm(side.name).users
                for side in (experiment.control, arm)
            ]
            if money[0] > 0 and money[0] >= EXPOSED_ALIKE * money[1]:
                what = f"The control cost {money[0]:.3g} a person, and arm {arm.name} {money[1]:.3g}."
                faults.append(fault("spend-alike", where, what))
    return [one for one in faults if one.code not in experiment.accept]


def raise_if_alike(experiment: Holdout, data: HoldoutData) -> None:
    """Raise DataError with all that `alike_faults` finds.

    Parameters
    ----------
    experiment : Holdout
    data : HoldoutData

    Raises
    ------
    DataError
        An arm and the control got the same, and the experiment does not accept that.
    """
    if faults := alike_faults(experiment, data):
        raise DataError(faults)


def raise_if_mostly_noise(experiment: Holdout, data: HoldoutData) -> None:
    """Raise where more of a difference's variance is privacy noise than comes from the people.

    Parameters
    ----------
    experiment : Holdout
    data : HoldoutData

    Raises
    ------
    PrivacyError
        ``holdout-noise``.
    """
    shares = {arm.name: noise_share(experiment, data.table, arm.name) for arm in experiment.arms}
    worst = max(shares, key=shares.__getitem__)
    if shares[worst] > MOST_NOISE:
        what = f"{shares[worst]:.0%} of the variance of {worst} against {experiment.control.name} is privacy noise."
        raise PrivacyError(fault("holdout-noise", experiment.table, what))


def exposed_control(experiment: Holdout, data: HoldoutData) -> list[Finding]:
    """Return a finding for each arm on how many of the control saw the treatment all the same.

    Parameters
    ----------
    experiment : Holdout
    data : HoldoutData

    Returns
    -------
    list of Finding
        A warning from `EXPOSED_CONTROL` on; none where the table has no exposure.
    """
    if "exposed" not in data.table.variables:
        return []
    found = []
    for arm in experiment.arms:
        control, treated = (data.table.arm(side.name).mean("exposed") for side in (experiment.control, arm))
        share = control / treated if treated > 0 else 0.0
        words = f"{control:.1%} of the control saw the treatment, and {treated:.1%} of arm {arm.name}."
        if share >= EXPOSED_CONTROL:
            words += (
                f" The difference between the arms is the effect of {treated - control:.1%} more people reached; "
                "against nobody reached it would be larger. The effect per exposed person allows for that."
            )
        status: Status = "warning" if share >= EXPOSED_CONTROL else "pass"
        found.append(Finding("exposed_control", status, words, share, EXPOSED_CONTROL, experiment.name))
    return found


def holdout_findings(experiment: Holdout, data: HoldoutData, revenue_method: str) -> list[Finding]:
    """Return the findings of every check on a holdout's data.

    Parameters
    ----------
    experiment : Holdout
    data : HoldoutData
    revenue_method : str
        Method of the primary interval of revenue, for the sentence on large orders.

    Returns
    -------
    list of Finding
        In the order in which they are shown.
    """
    name, table = experiment.name, data.table
    findings = _sample_ratio(experiment, data)
    for side in experiment.sides:
        if side.assigned is not None:
            findings += arrivals.check_assigned(name, side.name, table.arm(side.name).users, side.assigned)
    findings += arrivals.check_days(name, table.days, data.labels)
    findings += arrivals.check_regular(name, table.users)
    if "covariate" in table.variables:
        sides = {arm: table.arm(arm) for arm in table.arms}
        means = {arm: (m.mean("covariate"), m.variance("covariate") / m.users) for arm, m in sides.items()}
        findings += sample_ratio.check_balance(name, means.pop(experiment.control.name), means)
    if "revenue" in table.variables:
        worst = largest_order_variation(data)
        converters = table.arm(experiment.control.name).total("conversion")
        findings += check_orders(name, worst, converters, revenue_method)
    findings += exposed_control(experiment, data)
    if data.ghost is not None:
        findings += _ghost_ratio(experiment, data)
    if experiment.adjustment == "stratify":
        findings += _merged(experiment, data)
    findings += [Finding("left_out", "warning", notice, None, None, name) for notice in data.notices]
    return findings


def _sample_ratio(experiment: Holdout, data: HoldoutData) -> list[Finding]:
    """Return the findings on the split of people over arms, strata and days."""
    table = data.table
    sides = experiment.sides
    counts = [table.arm(side.name).users for side in sides]
    cells = []
    if len(table.strata) > 1:
        cells += table.users.sum(axis=2).T.tolist()
    if len(table.days) > 1:
        cells += table.users.sum(axis=1).T.tolist()
    return sample_ratio.check(experiment.name, counts, [side.share for side in sides], cells)


def _ghost_ratio(experiment: Holdout, data: HoldoutData) -> list[Finding]:
    """Return the second sample-ratio test: predicted exposure must be as frequent in every arm."""
    assert data.ghost is not None
    sides = experiment.sides
    users = [data.table.arm(side.name).users for side in sides]
    ghosts = [data.ghost.arm(side.name).users for side in sides]
    found = sample_ratio.check(experiment.name, ghosts, [count / sum(users) for count in users], [])
    return [
        Finding(
            "ghost_ratio",
            finding.status,
            f"Predicted exposure: {finding.sentence}",
            finding.value,
            finding.threshold,
            finding.subject,
        )
        for finding in found
    ]


def _merged(experiment: Holdout, data: HoldoutData) -> list[Finding]:
    """Return what was merged for post-stratification, in words."""
    table = data.table
    control = table.by_stratum(experiment.control.name)
    findings = []
    for arm in experiment.arms:
        ones, _, joined = merge_small(table.by_stratum(arm.name), control)
        if joined:
            words = (
                f"Arm {arm.name}: {joined} strata with fewer than 50 people or 5 converters in an arm were joined "
                f"into one, {len(ones)} remain; nobody was left out."
            )
            findings.append(Finding("strata", "pass", words, float(joined), None, experiment.name))
    return findings


def check_orders(experiment: str, variation: float, control_converters: float, method: str) -> list[Finding]:
    """Return a warning where orders are so skewed, or the control's buyers so few, that revenue hangs on a few people.

    Parameters
    ----------
    experiment : str
    variation : float
        Largest coefficient of variation of revenue among converters over the arms.
    control_converters : float
        Converters in the control.
    method : str
        Method of the primary interval of revenue, which the sentence names.

    Returns
    -------
    list of Finding
        One finding.
    """
    skewed, few = variation > ORDER_VARIATION, control_converters < CONTROL_CONVERTERS
    known = math.isfinite(variation)
    vary = f"Order values vary by {variation:.2f} times their mean" if known else "No arm has two orders"
    words = f"{vary} and the control has {control_converters:,.0f} buyers. "
    if not (skewed or few):
        words += "That is enough for revenue to be judged."
        return [Finding("whales", "pass", words, variation, ORDER_VARIATION, experiment)]
    if variation == 0:
        words += "All orders have one value, so none is large, but revenue hangs on few buyers."
    elif skewed:
        words += "A few large orders can decide revenue."
    else:
        words += "Revenue hangs on few buyers."
    if method.startswith("Welch"):
        words += (
            " The primary interval is Welch's all the same, which calls null campaigns a success too often here: read it "
            "with care."
        )
    else:
        words += f" The primary interval is by {method}, made for that; Welch's would call null campaigns a success too often."
    return [Finding("whales", "warning", words, variation, ORDER_VARIATION, experiment)]
