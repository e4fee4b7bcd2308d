"""Are people counted once, and on every day? Active users look like a cohort and are none."""

from collections.abc import Sequence

import numpy as np
from scipy.special import chdtr

from mixproof.records.verdict import Finding, Status

DAYS_NEEDED = 5
"""Fewest days on which arrivals can be judged."""
REGULAR_DISPERSION = 0.1
"""Below: daily counts vary so little, against independent arrivals, that the same people must be in all of them."""
IMPOSSIBLE_P = 1e-6
"""Below: the chance that independent arrivals come so evenly, from which on the table is refused."""
MISSING_PEOPLE = 0.01
"""Above: too large a share of the assigned people is missing from the table."""


def repeated(users: np.ndarray) -> bool:
    """Return whether every arm and stratum has exactly the same people on each of at least five days.

    Parameters
    ----------
    users : numpy.ndarray, shape (arm, stratum, day)
    """
    filled = users[users.sum(axis=2) > 0]
    return users.shape[2] >= DAYS_NEEDED and len(filled) > 0 and bool((filled == filled[:, :1]).all())


def dispersion(users: np.ndarray) -> tuple[float, float] | None:
    """Return how much daily counts vary against independent arrivals, and the chance that these vary no more.

    Parameters
    ----------
    users : numpy.ndarray, shape (arm, stratum, day)

    Returns
    -------
    tuple of (float, float) or None
        Index of dispersion and lower tail of chi-square; None for fewer than `DAYS_NEEDED` days, or without people.

    Notes
    -----
    Independent arrivals have a variance about equal to their mean (index of dispersion 1); quotas a day and shares
    drawn within a day bring it down to the share of the other arms. When a fixed set of people is counted again each
    day, all but a few being active, it falls to the share of those who are not.
    """
    filled = users[users.sum(axis=2) > 0]
    if users.shape[2] < DAYS_NEEDED or not len(filled):
        return None
    mean = filled.mean(axis=1, keepdims=True)
    degrees = len(filled) * (filled.shape[1] - 1)
    statistic = float((((filled - mean) ** 2) / mean).sum())
    return statistic / degrees, float(chdtr(degrees, statistic))


def too_even(users: np.ndarray) -> str:
    """Return in words why these cannot be arrivals of people who enter once; empty where they can.

    Parameters
    ----------
    users : numpy.ndarray, shape (arm, stratum, day)
    """
    found = dispersion(users)
    if found is None or found[0] >= REGULAR_DISPERSION or found[1] >= IMPOSSIBLE_P:
        return ""
    return (
        f"Counts of people vary over {users.shape[2]} days {found[0]:.2g} times as much as independent arrivals "
        f"(p = {found[1]:.1g}): the same people are in all of them, active on most days."
    )


def check_regular(experiment: str, users: np.ndarray) -> list[Finding]:
    """Return a warning where daily counts vary less than the arrivals of independent people can.

    Parameters
    ----------
    experiment : str
    users : numpy.ndarray, shape (arm, stratum, day)

    Returns
    -------
    list of Finding
        One finding; none where `dispersion` says nothing.
    """
    found = dispersion(users)
    if found is None:
        return []
    index = found[0]
    bad = index < REGULAR_DISPERSION
    words = f"Daily counts vary {index:.2g} times as much as independent arrivals."
    if bad:
        words += " That is too even for people who enter once: are these the users active that day, counted again and again?"
    return [Finding("arrivals", "warning" if bad else "pass", words, index, REGULAR_DISPERSION, experiment)]


def check_assigned(experiment: str, arm: str, counted: float, assigned: float) -> list[Finding]:
    """Return whether the people of the table are those that were assigned to the arm.

    Parameters
    ----------
    experiment, arm : str
    counted, assigned : float
        People in the table, and people that the assignment system names.

    Returns
    -------
    list of Finding
        One finding: a failure where more than `MISSING_PEOPLE` of the assigned are not in the table.
    """
    share = 1 - counted / assigned
    words = f"Arm {arm} has {counted:,.0f} of its {assigned:,.0f} assigned people in the table."
    if share > 0:
        words += " People left out after assignment can differ between arms."
    status: Status = "failure" if share > MISSING_PEOPLE else "warning" if share > 0 else "pass"
    return [Finding("assigned", status, words, share, MISSING_PEOPLE, experiment)]


def check_days(experiment: str, days: Sequence[int], labels: Sequence[str]) -> list[Finding]:
    """Return a warning where entry days leave holes.

    Parameters
    ----------
    experiment : str
    days : sequence of int
        Entry days counted from the start, rising.
    labels : sequence of str
        The same days as shown to people.

    Returns
    -------
    list of Finding
        One finding; none where there is a single day.
    """
    if len(days) < 2:
        return []
    holes = days[-1] - days[0] + 1 - len(days)
    if not holes:
        return [
            Finding("missing_days", "pass", f"All {len(days)} entry days are there.", 0.0, 0.0, experiment)
        ]
    before = [labels[i] for i in range(len(days) - 1) if days[i + 1] - days[i] > 1][:3]
    words = f"{holes} entry days are missing in every arm, the first after {', '.join(before)}."
    return [Finding("missing_days", "warning", words, float(holes), 0.0, experiment)]
