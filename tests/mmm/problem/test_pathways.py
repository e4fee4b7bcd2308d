"""Each channel's way as configured, with what the YAML left open filled in."""

import pytest

from mixproof.aggregates.panel import Frequency
from mmm.config import Adstock, MmmConfig
from mmm.problem.pathways import pathways, resolve_carryover
from mmm.transforms import ADSTOCKS, weibull_pdf
from mmm.transforms.kernel import mean_lag
from tests.mmm.random_panels import Shape, random_panel

CASES: list[tuple[Adstock, Frequency, str, int, float]] = [
    (Adstock(), "weekly", "weibull_pdf", 13, 1.5),
    (Adstock(), "daily", "weibull_pdf", 28, 4.0),
    (Adstock(), "monthly", "weibull_pdf", 4, 0.5),
    (Adstock(), "yearly", "weibull_pdf", 3, 0.5),
    (Adstock(family="geometric", lags=6), "weekly", "geometric", 6, 1.5),
    (Adstock(family="geometric", mean_lag=3.0), "weekly", "geometric", 13, 3.0),
]

CONFIG = MmmConfig.model_validate(
    {
        "default": {"adstock": {"family": "geometric"}},
        "channels": {
            "paid 1": {"adstock": {"lags": 0}, "saturation": {"family": "root"}, "order": "saturation_first"},
            "organic 0": {"adstock": {"family": "binomial", "lags": 5, "mean_lag": 2.0}},
        },
    }
)


def test_ways_are_those_of_the_config() -> None:
    first, second, third = pathways(random_panel(Shape(paid=2, organic=1, reach=1)), CONFIG)
    assert (first.carryover.transform.name, first.carryover.lags, first.saturation.name) == (
        "geometric",
        13,
        "hill",
    )
    assert (first.adstock_first, first.by_frequency) == (True, True)
    assert (second.carryover.transform.name, second.carryover.lags, second.saturation.name) == (
        "none",
        0,
        "root",
    )
    assert (second.adstock_first, second.by_frequency) == (False, False)
    assert (third.carryover.transform.name, third.carryover.lags, third.by_frequency) == (
        "binomial",
        5,
        False,
    )


def test_windows_follow_the_frequency() -> None:
    for frequency, lags in (("daily", 28), ("weekly", 13), ("monthly", 4), ("yearly", 3)):
        ways = pathways(random_panel(Shape(), frequency=frequency), MmmConfig())  # type: ignore[arg-type]
        assert {way.carryover.lags for way in ways} == {lags}


def test_channels_of_one_kind_are_computed_together() -> None:
    ways = pathways(random_panel(Shape(paid=3)), CONFIG)
    assert ways[0].kind == ways[2].kind != ways[1].kind


@pytest.mark.parametrize(("adstock", "frequency", "family", "lags", "delay"), CASES)
def test_fills_in_what_was_left_open(
    adstock: Adstock, frequency: Frequency, family: str, lags: int, delay: float
) -> None:
    carryover = resolve_carryover(adstock, frequency)
    assert (carryover.transform.name, carryover.lags) == (family, lags)
    middle = {prior.name: prior.median for prior in carryover.priors}
    if family == "weibull_pdf":
        assert middle["upper_quartile"] == weibull_pdf.quartile_of_mean_lag(delay, middle["shape"])
        assert mean_lag(carryover.transform.weights(3000, **middle)) == pytest.approx(delay, rel=0.1)
    else:
        assert middle["mean_lag"] == delay


@pytest.mark.parametrize("adstock", [Adstock(family="none"), Adstock(family="geometric", lags=0)])
def test_no_window_means_no_carryover_and_nothing_to_estimate(adstock: Adstock) -> None:
    carryover = resolve_carryover(adstock, "weekly")
    assert (carryover.transform, carryover.lags, carryover.priors) == (ADSTOCKS["none"], 0, ())


@pytest.mark.parametrize("family", sorted(ADSTOCKS))
@pytest.mark.parametrize("frequency", ["daily", "weekly", "monthly", "yearly"])
def test_every_family_can_have_every_default(family: str, frequency: Frequency) -> None:
    carryover = resolve_carryover(Adstock(family=family), frequency)
    assert all(prior.median > 0 for prior in carryover.priors)
