"""What an interval's form means for the verdict: without any end it says nothing, so it is not reported."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from lift.geo.inference.placebo import Inference
from lift.geo.trust.checks import _shape

FOUND = Inference(5.0, 2.0, 8.0, 0.9, 0.02, 0.01, 100, "interval")
FORMS: dict[str, tuple[dict[str, Any], str, str]] = {
    "two ends": ({}, "pass", "The interval is bounded."),
    "no upper end": ({"upper": np.inf, "shape": "unbounded"}, "warning", "however high"),
    "no lower end": ({"lower": -np.inf, "shape": "unbounded"}, "warning", "however low"),
    "no end": ({"lower": -np.inf, "upper": np.inf, "shape": "unbounded"}, "failure", "however low or high"),
    "too few references": (
        {"lower": -np.inf, "upper": np.inf, "shape": "unbounded", "minimum_p": 0.2},
        "failure",
        "no p-value can be below 0.2",
    ),
    "empty": ({"lower": np.nan, "upper": np.nan, "shape": "empty"}, "warning", "No constant effect fits"),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_status_is_that_of_the_ends(form: str) -> None:
    changes, status, says = FORMS[form]
    answer: Any = SimpleNamespace(effect=replace(FOUND, **changes))
    name, found, text, *_ = _shape(answer)
    assert (name, found) == ("interval_shape", status)
    assert says in text and text.endswith(".")
