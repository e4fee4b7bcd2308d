"""How much more a next test would have to show: facts from the answers there are, without any new estimate."""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scipy.special import ndtri

POWER = 0.8
"""Probability with which a next test should find what it looks for."""

Row = Mapping[str, Any]
_FOUND_BY = ("relative_lift", "incremental_outcome", "iroas")
_DECIDED_BY = (("incremental_profit", 0.0), ("iroas", 1.0))
"""Estimand and the value from which on media pay for themselves; profit counts the margin, so it comes first."""


def next_rows(rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """Yield the rows of ``lift_next``: one for each arm and outcome with a primary answer.

    Parameters
    ----------
    rows : iterable of mapping
        Rows of ``lift``, in their order.

    Notes
    -----
    Standard errors shrink with the root of the information, so an effect e with standard error s is found with
    probability `POWER` by ``((z(1 - alpha / 2) + z(POWER)) s / e) ** 2`` times the information of this test.
    """
    groups: dict[tuple[str, str, str], dict[str, Row]] = {}
    for row in rows:
        if row["role"] == "primary":
            key = (row["experiment"], row["arm"], row["outcome"])
            groups.setdefault(key, {}).setdefault(row["estimand"], row)
    for answers in groups.values():
        base = next((answers[name] for name in _FOUND_BY if name in answers), None)
        if base is None:
            continue
        yield {
            **{name: base[name] for name in ("experiment", "channel", "arm", "outcome", "estimand", "unit")},
            **_finding(base),
            **_overturning(answers.get("incremental_outcome", base)),
            **_deciding(answers),
        }


def _finding(row: Row) -> dict[str, float]:
    """Return the smallest effect this test could find, and the information that the estimated one would need."""
    reach = float(ndtri((1 + row["level"]) / 2) + ndtri(POWER)) * row["se"]
    effect = abs(row["estimate"])
    return {"detectable": reach, "times_to_find": (reach / effect) ** 2 if effect > 0 else math.inf}


def _overturning(row: Row) -> dict[str, float]:
    """Return the bias that would bring "no effect" into the interval, as a share of the estimate; empty where it is there."""
    outside = row["lower"] > 0 or row["upper"] < 0
    nearest = min(abs(row["lower"]), abs(row["upper"]))
    share = nearest / abs(row["estimate"]) if outside and row["estimate"] else math.nan
    return {"bias_to_overturn": share}


def _deciding(answers: Mapping[str, Row]) -> dict[str, Any]:
    """Return whether the media paid, and the information that would decide it if the estimate stays."""
    # Where spend was taken away, a loss of profit says that the media had paid.
    saved = "incremental_spend" in answers and answers["incremental_spend"]["estimate"] < 0
    for name, threshold in _DECIDED_BY:
        row = answers.get(name)
        if row is None:
            continue
        turned = saved and name == "incremental_profit"
        if row["lower"] > threshold:
            return _decision(name, threshold, "does not pay" if turned else "pays", 1.0)
        if row["upper"] < threshold:
            return _decision(name, threshold, "pays" if turned else "does not pay", 1.0)
        half, gap = (row["upper"] - row["lower"]) / 2, abs(row["estimate"] - threshold)
        return _decision(name, threshold, "open", (half / gap) ** 2 if gap > 0 else math.inf)
    return _decision("", math.nan, "", math.nan)


def _decision(estimand: str, threshold: float, word: str, times: float) -> dict[str, Any]:
    return {
        "decided_by": estimand,
        "break_even": threshold,
        "decision": word,
        "times_to_decide": max(times, 1.0) if math.isfinite(times) else times,
    }
