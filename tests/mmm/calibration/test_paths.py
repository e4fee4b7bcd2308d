"""Paths as run and without: go-dark at the nearest price, joint money, free channels, people who enter over time."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from mixproof.aggregates.panel import Panel
from mixproof.records.evidence import Evidence, Readout, SpendPath
from mmm.calibration import Market
from mmm.calibration.paths import entered_share, follow_up_of, paths
from mmm.calibration.periods import periods_around
from mmm.calibration.treated import dose_of, treated
from mmm.config import MmmConfig
from mmm.problem.pathways import pathways
from mmm.problem.scaling import scale
from tests.mmm.calibration_evidence import evidence_of, geo_test, monday
from tests.mmm.random_panels import Shape, random_panel


def market_of(panel: Panel) -> Market:
    config = MmmConfig()
    return Market(panel, scale(panel, config), pathways(panel, config))


def both(panel: Panel, item: Evidence, geo: int, channel: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return paths of the first readout, and the panel's dates that they are of."""
    market, readout = market_of(panel), item.readouts[0]
    dose = dose_of(market, item, readout, treated(market, item, readout))
    return (*paths(market, dose, geo, channel), dose.periods.places)


def test_what_would_have_been_is_bought_at_the_nearest_price() -> None:
    panel = random_panel(Shape(geos=2), seed=3)
    data = panel.data.copy(deep=True)
    data["spend"].values[0, 8:10, 0] = data["exposure"].values[0, 8:10, 0] = 0.0
    panel = replace(panel, data=data)
    item = geo_test(panel, ("geo 0",), ("paid 0",), 8, (2, 2), 0.0, (-5.0,) * 4)
    item = replace(item, spend=tuple(replace(p, without=((70.0, 35.0, 0.0, 0.0),)) for p in item.spend))
    run, without, places = both(panel, item, 0, 0)
    price = panel.data["exposure"].values[0, :, 0] / np.where(
        panel.data["spend"].values[0, :, 0] > 0, panel.data["spend"].values[0, :, 0], 1.0
    )
    price = price[price > 0][0]  # one price throughout
    inside = (places >= 0) & (places < 24)
    np.testing.assert_allclose(run[inside], panel.data["exposure"].values[0, places[inside], 0])
    np.testing.assert_allclose(without[np.isin(places, [8, 9])], [70 * price, 35 * price])
    others = ~np.isin(places, [8, 9])
    np.testing.assert_allclose(without[others], run[others])


def test_money_known_for_two_channels_changes_both_alike() -> None:
    panel = random_panel(Shape(geos=2, paid=3), seed=3)
    single = geo_test(panel, ("geo 0",), ("paid 0", "paid 1"), 12, (2, 1), 0.5, (-5.0,) * 3)
    money = [tuple(np.sum([p.as_run[0] for p in single.spend], axis=0).tolist())]
    less = [tuple(np.sum([p.without[0] for p in single.spend], axis=0).tolist())]
    joint = SpendPath(
        ("paid 0", "paid 1"), "treated", ("geo 0",), single.spend[0].dates, 7, tuple(money), tuple(less)
    )
    for channel in range(2):
        for one, other in zip(
            both(panel, single, 0, channel),
            both(panel, replace(single, spend=(joint,)), 0, channel),
            strict=True,
        ):
            np.testing.assert_allclose(one, other)


def test_a_free_channel_is_held_back_from_others() -> None:
    panel = random_panel(Shape(paid=1, organic=1), seed=3)
    readout = Readout("treated", ("organic 0",), monday(panel, 8), monday(panel, 11), 9.0, people_share=0.3)
    end = monday(panel, 10) - timedelta(days=1)
    item = evidence_of(panel, (readout,), kind="holdout", start=monday(panel, 8), end=end)
    run, without, places = both(panel, item, 0, 1)
    tested = np.isin(places, [8, 9])
    np.testing.assert_allclose(run[places >= 0], panel.data["exposure"].values[0, places[places >= 0], 1])
    assert (without[tested] == 0).all()
    np.testing.assert_allclose(without[~tested], run[~tested])


def test_people_enter_evenly_over_their_week_and_leave_after_their_follow_up() -> None:
    panel = random_panel(Shape())
    weeks = tuple(
        Readout("treated", ("paid 0",), monday(panel, n), monday(panel, n + 1) + timedelta(days=6), 1.0,
                entered=(monday(panel, n), monday(panel, n + 1) - timedelta(days=1)))
        for n in range(2)
    )  # fmt: skip
    item = evidence_of(panel, weeks, kind="holdout")
    assert follow_up_of(item, weeks[0]) == 7
    assert follow_up_of(replace(item, readouts=weeks[:1]), weeks[0]) is None
    periods = periods_around(panel, date(2023, 1, 2), date(2023, 1, 29), 0)
    entered, counted = entered_share(weeks[0], 7, periods)
    np.testing.assert_allclose(entered[:8], [*(np.arange(1, 8) / 7), 1.0])
    np.testing.assert_allclose(counted[:14], [*(np.arange(1, 8) / 7), 1.0, *(np.arange(6, 0, -1) / 7)])
    assert not counted[14:].any()
    np.testing.assert_allclose(
        entered_share(weeks[0], None, periods)[1][:14], [*(np.arange(1, 8) / 7), *[1.0] * 7]
    )
