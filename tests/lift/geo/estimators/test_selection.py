import numpy as np
import pytest

from benchmarks.lift_worlds import GeoWorld, simulate_panel
from lift.geo.data.assignment import complete
from lift.geo.data.setting import Setting
from lift.geo.estimators.rolling import fit_cell, score
from lift.geo.estimators.selection import (
    PRIOR_SHARE,
    PRIOR_WINDOWS,
    carried_share,
    departure,
    paid,
    unit_noise,
)


def test_noise_is_what_a_unit_does_by_itself() -> None:
    random = np.random.default_rng(0)
    panel = np.full((30, 400), 100.0) * (1 + 0.2 * np.sin(np.arange(400) / 9))
    panel[7] += random.normal(0, 5, 400)
    found = unit_noise(panel, 380, 10)
    assert found[7] == pytest.approx(10 * 25, rel=0.3)  # ten independent days of variance 25
    assert np.delete(found, 7).max() < found[7] / 100


@pytest.mark.parametrize("slope", [0.0, 0.4, 1.0])
def test_share_is_the_slope_of_later_errors_on_fit(slope: float) -> None:
    random = np.random.default_rng(3)
    rows = []
    for _ in range(40):
        fit = random.normal(size=200)
        rows.append((np.exp(slope * fit) * random.chisquare(1, 200) * 7.0, fit))
    assert carried_share(rows, 40.0) == pytest.approx(
        (40 * slope + PRIOR_WINDOWS * PRIOR_SHARE) / 42, abs=0.03
    )


def test_without_windows_the_prior_stands() -> None:
    assert carried_share([], 0.0) == PRIOR_SHARE
    assert carried_share([(np.zeros(4), np.arange(4.0))], 1.0) == PRIOR_SHARE


PANEL = simulate_panel(GeoWorld(12, 60), 4)
SETS = np.array([np.isin(np.arange(12), pair) for pair in ([0, 1], [2, 5], [3, 9], [4, 6], [7, 10])])
SCALE = np.array([1.0, 4.0, 9.0, 2.0, 5.0])


def test_only_the_carried_share_of_a_departure_stays() -> None:
    before = departure(SCALE, SETS, PANEL, 50, 10)
    half = SCALE * paid(SCALE, 0.5, SETS, PANEL, 50, 10)
    expected = np.log(SCALE) - before
    assert np.log(half) == pytest.approx(expected + 0.5 * before)
    assert paid(SCALE, 1.0, SETS, PANEL, 50, 10) == pytest.approx(np.ones(5))
    assert paid(np.array([0.0, 1, 1, 1, 1]), 0.5, SETS, PANEL, 50, 10) == pytest.approx(np.ones(5))


def test_references_of_chosen_geos_know_nothing_of_them() -> None:
    """Whatever is done to the treated geos' outcome leaves every reference set as it was, so each interval has ends."""
    treated = np.isin(np.arange(12), [3, 8])
    setting = Setting(PANEL, None, treated, 46, 0.8, "ensemble", "auto", complete(12, 2), False)
    raised = PANEL.copy()
    raised[treated, 46:] *= 3
    fits = fit_cell(setting)
    last = len(fits.origins) - 1
    assert fits.carried is not None and not fits.contrast[last][:, 1:, treated].any()
    plain, changed = (score(fits, one[None], last, 14).total[0] for one in (PANEL, raised))
    assert changed[1:] == pytest.approx(plain[1:]) and changed[0] > plain[0]


def test_drawn_geos_keep_their_scale() -> None:
    treated = np.isin(np.arange(12), [3, 8])
    setting = Setting(PANEL, None, treated, 46, 0.8, "ensemble", "auto", complete(12, 2), True)
    assert fit_cell(setting).carried is None
