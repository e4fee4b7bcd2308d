"""Over-credit seen directly: conversions that a system attributes in the arm that was never treated.

Nobody in a control arm saw what was tested, so that every conversion credited to it there would have come anyway. As a share
of the credit per person of the treated arm it is the part of the credit that is not caused, whatever the channel does.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
from scipy import stats

from mixproof.records.evidence import Evidence
from mixproof.records.verdict import Finding, Status

WORTH_SAYING = 0.05
"""Share of over-credit above which its interval is worth a warning."""


def over_credit_rows(
    rows: pd.DataFrame, evidence: Sequence[Evidence], level: float
) -> Iterator[dict[str, Any]]:
    """Yield the rows of ``over_credit`` for one system: each control arm against each treated one.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of one system, as `mixproof.records.attribution.ATTRIBUTED`.
    evidence : sequence of Evidence
    level : float

    Yields
    ------
    dict
    """
    inside = rows[rows["arm"] != ""]
    for item in {each.experiment: each for each in evidence}.values():
        if item.start is None or item.end is None or len(item.channels) != 1:
            continue
        last = (item.outcome_end or item.end).isoformat()
        mine = inside[
            (inside["channel"] == item.channels[0])
            & (inside["start"] >= item.start.isoformat())
            & (inside["end"] <= last)
        ]
        counts = mine.groupby("arm")["attributed"].sum()
        people = {arm.arm: (arm.role, float(arm.users or 0)) for arm in item.arms}
        known = [name for name in people if name in counts.index and people[name][1] > 0]
        for control in [name for name in known if people[name][0] == "control"]:
            for treated in [name for name in known if people[name][0] == "treated"]:
                numbers = (counts[control], counts[treated]), (people[control][1], people[treated][1])
                yield {
                    "system": str(rows["system"].iloc[0]),
                    "experiment": item.experiment,
                    "channel": item.channels[0],
                    "control": control,
                    "treated": treated,
                    "credited_control": float(counts[control]),
                    "credited_treated": float(counts[treated]),
                    "people_control": people[control][1],
                    "people_treated": people[treated][1],
                    **dict(zip(("over_credit", "lower", "upper"), over_credit(*numbers, level), strict=True)),
                    "level": level,
                }


def over_credit(
    credited: tuple[float, float], people: tuple[float, float], level: float
) -> tuple[float, float, float]:
    """Return credit per person of the control arm over that of the treated one, with an exact interval.

    Parameters
    ----------
    credited, people : tuple of two float
        Of the control and of the treated arm.
    level : float

    Returns
    -------
    tuple of three float
        Given their sum, the control's count is binomial: Clopper and Pearson's interval of its share, as a ratio of rates.
    """
    (control, treated), times = credited, people[1] / people[0]
    tail = (1 - level) / 2
    low = float(stats.beta.ppf(tail, control, treated + 1)) if control > 0 else 0.0
    high = float(stats.beta.ppf(1 - tail, control + 1, treated)) if treated > 0 else 1.0
    point = control / treated * times if treated > 0 else float("inf")
    ends = (low / (1 - low) * times, high / (1 - high) * times if high < 1 else float("inf"))
    return float(point), *ends


def over_credit_findings(found: Sequence[dict[str, Any]]) -> Iterator[Finding]:
    """Yield a finding for each control arm in which a system credits a channel."""
    for row in found:
        what = (
            f"{row['over_credit']:.0%} ({row['lower']:.0%} to {row['upper']:.0%}) of the credit that {row['system']} gives"
            f" {row['channel']} also arrives in the control arm of {row['experiment']}, which saw none of it."
        )
        status: Status = "warning" if row["lower"] > WORTH_SAYING else "note"
        yield Finding(
            "attribution_over_credit", status, what, row["over_credit"], WORTH_SAYING, row["channel"]
        )
