"""What happened in each arm and each entry cohort of a holdout, before any inference."""

import math
from typing import Any

import numpy as np

from lift.holdout.config import Holdout
from lift.holdout.methods.revenue import order_variation, orders
from lift.holdout.table import HoldoutData

Row = dict[str, Any]


def largest_order_variation(data: HoldoutData) -> float:
    """Return the largest coefficient of variation of revenue among converters over the arms; NaN where none has two."""
    found = [order_variation(orders(data.table.arm(arm))) for arm in data.table.arms]
    return max((value for value in found if math.isfinite(value)), default=math.nan)


def arm_rows(experiment: Holdout, data: HoldoutData) -> list[Row]:
    """Return the rows of ``lift_arms``.

    Parameters
    ----------
    experiment : Holdout
        Names the control.
    data : HoldoutData
        The table's sums.

    Returns
    -------
    list of dict of str to object
        One an arm, control first; revenue in the section's currency, NaN where the table has none.
    """
    rows = []
    for name in data.table.arms:
        arm = data.table.arm(name)
        converters = arm.total("conversion")
        revenue = arm.total("revenue") if "revenue" in arm.variables else math.nan
        rows.append(
            {
                "experiment": experiment.name,
                "arm": name,
                "role": "control" if name == experiment.control.name else "treated",
                "users": arm.users,
                "converters": converters,
                "conversion_rate": converters / arm.users,
                "revenue": revenue,
                "revenue_per_user": revenue / arm.users,
                "revenue_per_converter": revenue / converters if converters else math.nan,
                "order_variation": order_variation(orders(arm)) if math.isfinite(revenue) else math.nan,
                "exposed": arm.total("exposed") if "exposed" in arm.variables else math.nan,
            }
        )
    return rows


def cohort_rows(experiment: Holdout, data: HoldoutData) -> list[Row]:
    """Return the rows of ``lift_periods``: converters of each entry cohort against what the control's rate implies.

    Parameters
    ----------
    experiment : Holdout
        Names the outcome.
    data : HoldoutData
        The table's sums by arm and entry day.

    Returns
    -------
    list of dict of str to object
        One for each treated arm and day; none where the table has a single day.
    """
    if len(data.table.days) < 2:
        return []
    at = data.table.variables.index("conversion")
    users, converters = data.table.users.sum(axis=1), data.table.sums[..., at].sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.where(users > 0, converters / users, 0.0)
        variance = np.where(users > 0, rate * (1 - rate) / users, 0.0)
    rows = []
    for place, arm in enumerate(data.table.arms[1:], start=1):
        expected = users[place] * rate[0]
        effect = converters[place] - expected
        spread = np.sqrt(np.cumsum(users[place] ** 2 * (variance[place] + variance[0])))
        for day, label in enumerate(data.labels):
            rows.append(
                {
                    "experiment": experiment.name,
                    "arm": arm,
                    "date": label,
                    "phase": "cohort",
                    "actual": float(converters[place, day]),
                    "counterfactual": float(expected[day]),
                    "effect": float(effect[day]),
                    "cumulative": float(effect[: day + 1].sum()),
                    "cumulative_se": float(spread[day]),
                    "unit": experiment.outcome,
                }
            )
    return rows
