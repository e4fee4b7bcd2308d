"""Plans of the walk over the schema: every objective, phasing and way to look for a budget, behind the media-mix runs."""

from mmm.forecast.config import Outlook
from mmm.plan.config import CurrentPlan, PlanConfig, PlanTarget
from tests.end_to_end.walk.rows import Row, choices, given, pairwise, values

HELD = values(Outlook, "held")
LIKE = tuple(like for like in values(CurrentPlan, "like") if like)
PLANS = [
    *pairwise(choices((PlanConfig, "objective"), (PlanConfig, "flighting")) | {"like": LIKE}),
    *({"budget": budget, "like": None} for budget in values(PlanTarget, "budget") if budget),
]


def plan(number: int, frequency: str, controls: tuple[str, ...]) -> Row:
    """Return the section of a run's plan.

    Parameters
    ----------
    number : int
        Of the run.
    frequency : str
        Of its panel: one of days does not reach back a year.
    controls : tuple of str
        Of its panel.
    """
    row = PLANS[number % len(PLANS)]
    like = "last_periods" if frequency == "daily" and row["like"] == "last_year" else row["like"]
    what = (
        {"target": given({"roi": 0.01, "budget": row["budget"]})}
        if "budget" in row
        else {"objective": row["objective"], "flighting": row["flighting"]}
    )
    return {
        "periods": 2,
        "value": 2.0,
        "margin": 0.5,
        "current": given({"like": like}),
        "outlook": {"held": {name: HELD[number % len(HELD)] for name in controls}},
        **what,
    }
