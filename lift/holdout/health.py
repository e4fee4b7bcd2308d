"""Everything that is looked at before a holdout's effect: the findings of all checks."""

from lift.checks import arrivals, sample_ratio
from lift.holdout.config import Holdout
from lift.holdout.description import largest_order_variation
from lift.holdout.methods.adjustment import merge_small
from lift.holdout.table import HoldoutData
from mixproof.records.verdict import Finding

ORDER_VARIATION = 2.0
"""Above: a few large orders decide revenue."""
CONTROL_CONVERTERS = 400.0
"""Below: the control has too few buyers for the textbook interval of revenue."""


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
    words = f"Order values vary by {variation:.2f} times their mean and the control has {control_converters:,.0f} buyers. "
    if not (skewed or few):
        words += "That is enough for revenue to be judged."
        return [Finding("whales", "pass", words, variation, ORDER_VARIATION, experiment)]
    words += (
        "A few large orders can decide revenue; Welch's interval would call null campaigns a success too often here. "
        f"The primary interval is by {method}."
    )
    return [Finding("whales", "warning", words, variation, ORDER_VARIATION, experiment)]
