"""Stated priors hold: median, 95 % quantile, probability of zero or less; and each channel gets the right one."""

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import stats

from mixproof.aggregates.panel import Panel
from mmm.config import MmmConfig, QuantilePrior
from mmm.problem import priors
from mmm.problem.priors import channel_prior, intercept_centre, shifted_lognormal
from tests.mmm.random_panels import Shape, random_panel

STATED = [
    (1.0, 5.0, 0.1),
    (1.0, 5.0, 0.0),
    (0.02, 0.15, 0.1),
    (2.0, 2.2, 0.0),
    (1.0, 1.9, 0.03),
    (1e-4, 1.0, 0.2),
    (5e5, 9e6, 0.05),
    (1.0, 30.0, 0.35),
]


@pytest.mark.parametrize(("median", "upper", "worthless"), STATED)
def test_quantiles_hold(median: float, upper: float, worthless: float) -> None:
    law = shifted_lognormal(QuantilePrior(median=median, upper=upper, worthless=worthless))
    shifted = stats.lognorm(law.sigma, loc=-law.shift, scale=np.exp(law.mu))
    assert shifted.cdf(median) == pytest.approx(0.5, abs=1e-9)
    assert shifted.cdf(upper) == pytest.approx(0.95, abs=1e-9)
    assert shifted.cdf(0.0) == pytest.approx(worthless, abs=1e-9)
    assert law.quantile(0.5) == pytest.approx(median, rel=1e-9)
    assert law.quantile(0.95) == pytest.approx(upper, rel=1e-9)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ({"median": 2.0, "upper": 2.0}, "must be larger than median"),
        ({"median": 1.0, "upper": 1.5, "worthless": 0.01}, "worthless must be below"),
        ({"median": 1.0, "upper": 5.0, "worthless": 0.4001}, "less than or equal to 0.4"),
        ({"median": 0.0, "upper": 5.0}, "greater than 0"),
    ],
)
def test_statements_that_cannot_be_are_refused(statement: dict[str, float], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        QuantilePrior(**statement)


@pytest.mark.parametrize("worthless", np.geomspace(1e-12, 0.02, 8))
def test_what_the_config_takes_can_be_solved(worthless: float) -> None:
    """Up to the edge where the law is a normal: there the shift grows without bound."""
    edge = stats.norm.cdf(stats.norm.ppf(0.95) * 1.0 / (1.0 - 1.8))
    law = shifted_lognormal(QuantilePrior(median=1.0, upper=1.8, worthless=min(worthless, 0.98 * edge)))
    assert law.quantile(0.5) == pytest.approx(1.0, rel=1e-6)
    assert law.quantile(0.95) == pytest.approx(1.8, rel=1e-6)


def without_value(panel: Panel) -> Panel:
    data = panel.data.assign(outcome_value=panel.data["outcome_value"] * np.nan)
    return Panel(data, panel.frequency, panel.currency, panel.outcome_name, "count")


OWN = {"prior": {"share": {"median": 0.1, "upper": 0.3}}}
CHOSEN: list[tuple[str, bool, dict[str, Any], str, str]] = [
    ("paid 0", True, {}, "roi", "default"),
    ("organic 0", True, {}, "share", "default"),
    ("paid 0", False, {}, "share", "default"),
    ("paid 0", True, {"default": OWN}, "share", "own"),
    ("paid 0", True, {"default": OWN, "channels": {"paid 0": {}}}, "roi", "default"),
    ("paid 1", True, {"channels": {"paid 0": OWN}}, "roi", "default"),
    ("organic 0", True, {"channels": {"organic 0": OWN}}, "share", "own"),
]


@pytest.mark.parametrize(("name", "valued", "sections", "quantity", "whose"), CHOSEN)
def test_each_channel_has_its_prior(
    name: str, valued: bool, sections: dict[str, Any], quantity: str, whose: str
) -> None:
    panel = random_panel(Shape(organic=1))
    found = channel_prior(name, panel if valued else without_value(panel), MmmConfig.model_validate(sections))
    default = {"roi": priors.DEFAULT_ROI.roi, "share": priors.DEFAULT_SHARE.share}[quantity]
    assert found == (quantity, QuantilePrior(median=0.1, upper=0.3) if whose == "own" else default)


@pytest.mark.parametrize(
    ("family", "centre"),
    [("normal", 1.0), ("student_t", 1.0), ("lognormal", 0.0), ("negative_binomial", 0.0)],
)
def test_an_average_period_is_one_or_log_one(family: str, centre: float) -> None:
    assert intercept_centre(MmmConfig.model_validate({"likelihood": {"family": family}})) == centre
