import json
from typing import Any

import pytest
from pydantic import ValidationError

from mmm.plan.config import PlanConfig, holding

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"budget": {"total": 100.0, "least": 200.0}}, "least must not be above total"),
    ({"budget": {"per_period": 1.0, "per_period_least": 2.0}}, "per_period_least"),
    ({"budget": {"total": -1.0}}, "greater than or equal to 0"),
    ({"bounds": [{"channels": ["c0"]}]}, "a bound says"),
    ({"bounds": [{"exactly": 1.0, "at_most": 2.0}]}, "exactly leaves nothing"),
    ({"bounds": [{"at_most": 1.0, "at_most_times": 2.0}]}, "not both"),
    ({"bounds": [{"at_least": 2.0, "at_most": 1.0}]}, "at_least must not be above"),
    ({"bounds": [{"at_least_times": 2.0, "at_most_times": 1.0}]}, "at_least_times must not be above"),
    (
        {"bounds": [{"at_most": 1.0, "start": "2025-03-01", "end": "2025-02-01"}]},
        "start must not be after end",
    ),
    ({"bounds": [{"channels": ["c0"], "at_most": 1.0, "or_nothing": True}]}, "or_nothing needs"),
    ({"bounds": [{"at_least": 1.0, "or_nothing": True}]}, "or_nothing is about one channel"),
    ({"range": {"at_least_times": 3.0, "at_most_times": 2.0}}, "at_least_times must not be above"),
    ({"range": {"at_most_times": 0.0}}, "greater than 0"),
    ({"smooth": 0.2}, "say flighting: free"),
    ({"beats": 5.0}, "objective probability"),
    ({"objective": "profit", "target": {"outcome": 1.0}}, "leave objective out"),
    ({"flighting": "free", "target": {"outcome": 1.0}}, "leave flighting out"),
    ({"target": {"outcome": 1.0, "roi": 2.0}}, "one of outcome, roi, mroi or cpia"),
    ({"target": {"roi": 2.0, "probability": 1.0}}, "less than 1"),
    (
        {
            "prices": {
                "c0": {"dated": [{"start": "2025-04-01", "times": 1}, {"start": "2025-03-01", "times": 1}]}
            }
        },
        "later day",
    ),
    ({"prices": {"c0": {"rises": 1.5}}}, "less than or equal to 0.9"),
    (
        {"scenarios": [{"name": "a", "times": {"c0": 2.0}}, {"name": "a", "times": {"c0": 1.0}}]},
        "name of its own",
    ),
    ({"scenarios": [{"name": "proposed", "times": {"c0": 2.0}}]}, "none is called"),
    ({"scenarios": [{"name": "a"}]}, "changes something"),
    ({"scenarios": [{"name": "a", "times": {"c0": 2.0}, "budgets": {"c0": 1.0}}]}, "not both"),
    ({"level": 0.0, "objective": "cvar"}, "greater than 0"),
    ({"objective": "best"}, "outcome"),
    ({"periods": 0}, "greater than or equal to 1"),
]
"""What the section itself refuses, before any run is looked at."""


@pytest.mark.parametrize(("plan", "words"), REFUSED)
def test_what_the_section_refuses(plan: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        PlanConfig.model_validate_json(json.dumps(plan))
    assert words in str(caught.value)


def test_the_default_is_a_quarter_of_the_current_total_spent_for_the_expected_outcome() -> None:
    plan = PlanConfig()
    assert (plan.objective, plan.flighting, plan.periods, plan.budget.total) == (
        "outcome",
        "current",
        None,
        None,
    )
    assert (plan.range.at_least_times, plan.range.at_most_times) == (0.0, 2.0)


def test_no_money_of_a_channel_mixed_with_demand_is_moved_unless_a_bound_names_it() -> None:
    said = {
        "tv": "mixed with demand; prior-dominated",
        "radio": "mixed with demand",
        "search": "prior-dominated",
    }
    plan = PlanConfig.model_validate({"bounds": ({"channels": ("radio",), "at_most_times": 0.5},)})
    held = holding(plan, said, ["tv", "radio", "search"])
    assert held.bounds[:1] == plan.bounds
    assert [(b.channels, b.at_least_times, b.at_most_times) for b in held.bounds[1:]] == [(("tv",), 1.0, 1.0)]
    assert holding(plan, {}, ["tv"]) is plan
