"""The configuration in words: what is said is what was configured."""

from typing import get_args

import pytest

from mmm.config import LikelihoodFamily
from mmm.transforms import ADSTOCKS, SATURATIONS
from reports.wording.model import (
    adstock_words,
    baseline_words,
    chains_began,
    equation_words,
    geo_words,
    likelihood_words,
    prior_words,
    saturation_words,
    stopping_words,
)

PRIORS = [
    (None, True, "default: ROI about 1 EUR per EUR, with 95 % below 4"),
    (None, False, "default: about 2 % of the outcome, with 95 % below 15 %"),
    (
        {"roi": {"median": 2.0, "upper": 6.0, "worthless": 0.1}},
        True,
        "ROI about 2, with 95 % below 6; 10 % chance of no benefit",
    ),
    (
        {"share": {"median": 0.05, "upper": 0.2, "worthless": 0}, "roi": None},
        False,
        "share of the outcome about 0.05, with 95 % below 0.2; sure to help",
    ),
]
BASELINES = [
    (
        {"trend": {"kind": "piecewise", "changepoints": 3}},
        "Trend",
        "straight pieces with 3 points where the slope may change",
    ),
    ({"seasonality": {"yearly": 4, "monthly": 0, "weekly": 3}}, "Seasonality", "yearly: 4 Fourier pairs"),
    (
        {"holidays": {"country": "DE", "subdivision": "BY"}},
        "Holidays",
        "public holidays of DE-BY; each with its own effect",
    ),
    ({"seasonality": {"monthly": 0}}, "Seasonality", "yearly: default number of Fourier pairs"),
    ({"events": ({"name": "Launch"}, {"name": "Strike"})}, "Events", "Launch, Strike"),
    ({"drift": {"kind": "none"}}, "Wandering demand", "none: the baseline cannot drift"),
    (
        {"drift": {"kind": "spline", "scale": 0.2, "length": 13.0}},
        "Wandering demand",
        "a spline with a standard deviation of about 20 % of the mean outcome, turning no faster than in about 13 weeks",
    ),
]


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(("prior", "paid", "expected"), PRIORS)
def test_prior(prior, paid, expected):
    assert _plain(prior_words(prior, paid, "EUR")) == expected


@pytest.mark.parametrize(("baseline", "term", "expected"), BASELINES)
def test_baseline(baseline, term, expected):
    assert _plain(dict(baseline_words(baseline, "week"))[term]) == expected


FAMILIES = {
    "adstock": {name: family.words for name, family in ADSTOCKS.items()},
    "saturation": {name: family.words for name, family in SATURATIONS.items()},
    "likelihood": {name: likelihood_words({"family": name}) for name in get_args(LikelihoodFamily)},
}


@pytest.mark.parametrize("kind", FAMILIES)
def test_every_family_has_its_own_words(kind):
    said = list(FAMILIES[kind].values())
    assert len(set(said)) == len(said)
    assert not any("_" in text for text in said)


def test_a_family_is_called_as_the_run_calls_it_or_by_its_name():
    assert saturation_words({"family": "hill"}, {"hill": "an S"}) == "an S"
    assert saturation_words({"family": "michaelis_menten"}, {}) == "michaelis menten"
    assert adstock_words({"family": "none", "lags": 3}, "week", {}) == "none"


def test_windows_sampling_and_geos():
    assert adstock_words(
        {"family": "geometric", "lags": 8, "mean_lag": 2.0}, "week", FAMILIES["adstock"]
    ).endswith("geometric decay, up to 8 weeks, average delay believed to be about 2 weeks")
    assert "4 chains, at least 500 and at most 4000 draws" in stopping_words({}, 7)
    assert stopping_words({"mode": "draft"}, 7).startswith("A draft: not sampled")
    assert (
        geo_words({"pooling": "full", "scaling": "population"})
        == "one effect for all geos; compared per head"
    )


def test_the_equation_follows_the_likelihood():
    assert equation_words("orders", {"family": "negative_binomial"}).endswith("effects multiply")
    assert "+ noise" in equation_words("revenue", {"family": "normal"})


def test_where_chains_began() -> None:
    assert chains_began({"start": "earlier", "earlier_run": "20260101T000000Z-0003"}).endswith(
        "20260101T000000Z-0003"
    )
    assert "pilot" in chains_began({"start": "pilots"})
    assert chains_began({"method": "draft"}) == ""
