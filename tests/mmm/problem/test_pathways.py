"""Each channel's way as configured, with what the YAML left open filled in."""

from mmm.config import MmmConfig
from mmm.problem.pathways import pathways
from tests.mmm.random_panels import Shape, random_panel

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
