from itertools import combinations

import numpy as np
import pytest

from benchmarks.lift_worlds import GeoWorld, simulate_panel
from lift.geo.data.assignment import complete, reference_sets
from lift.geo.estimators.rolling import fit_all, rolling_origins
from lift.geo.estimators.table import ESTIMATORS
from lift.geo.trust.certificate import Certificate, Window, certify, judge, sizes
from lift.geo.trust.support import supported
from tests.lift.geo.plain import estimate

LENGTH, SPLIT = 10, 100


def _certificate(panel: np.ndarray, treated: np.ndarray, level: float = 0.9) -> Certificate:
    sets = reference_sets(treated, complete(treated.size, int(treated.sum())), 150, seed=3).treated
    origins = (*rolling_origins(SPLIT, LENGTH), SPLIT)
    members = {name: ESTIMATORS[name].weights for name in ("difference_in_differences", "synthetic_control")}
    return certify(fit_all(members, panel, sets, origins, LENGTH), panel, LENGTH, level, 0.05)


def test_a_well_behaved_panel_is_certified() -> None:
    panel = simulate_panel(GeoWorld(24, 110), 1)
    found = _certificate(panel, np.isin(np.arange(24), [4, 5]))
    assert found.full and found.pseudo_tests == found.windows * found.sets
    assert abs(found.coverage - 0.9) < 0.08 and abs(found.false_positives - 0.1) < 0.08
    assert abs(found.bias) < found.rmse < 0.1
    assert f"{found.coverage:.1%}" in found.sentence


def test_a_set_that_was_chosen_for_its_fit_is_widened() -> None:
    """The best-matched of 276 pairs flatters itself; sets chosen so before each window undercover, and it is widened."""
    panel = simulate_panel(GeoWorld(24, 110), 1)
    method = ESTIMATORS["difference_in_differences"].weights

    def misfit(pair: tuple[int, int]) -> float:
        treated = np.isin(np.arange(24), pair)
        return estimate(method, panel[:, : SPLIT + 1], treated, SPLIT).fit_distance / float(
            panel[treated].mean()
        )

    best = min(combinations(range(24), 2), key=misfit)
    found = _certificate(panel, np.isin(np.arange(24), best))
    assert found.coverage < found.coverage_printed <= 0.9 and 1 < found.widen < found.needed
    assert "widened by the factor" in found.sentence and found.mendable
    assert found.widen == pytest.approx(supported(found.needed, found.effective, 0.9))


def test_too_little_time_gives_no_certificate() -> None:
    panel = simulate_panel(GeoWorld(8, 30), 3)
    treated = np.arange(8) < 2
    sets = reference_sets(treated, complete(8, 2), 20, seed=0).treated
    members = {"difference_in_differences": ESTIMATORS["difference_in_differences"].weights}
    found = certify(fit_all(members, panel, sets, (20,), 10), panel, 10, 0.9, 0.0)
    assert found.pseudo_tests == 0 and found.widen == 1 and "the history is too short" in found.sentence


def _window(statistics: list[list[float]]) -> Window:
    rows = [np.array(row) for row in statistics]
    return Window(rows, rows, np.ones(len(rows)), np.ones(len(rows)), origin=40, length=10, sets=len(rows))


JUDGED = [
    # pseudo-test first, then its references; needed, mendable
    ("covered by all", [[0.5, 1.0, 1.0, 1.0]] * 20, 1.0, True),
    ("half as far again", [[1.5, 1.0, 1.0, 1.0]] * 20, 1.5, True),
    ("farther than any honest width", [[9.0, 1.0, 1.0, 1.0]] * 20, 9.0, False),
    ("references that never err", [[1.0, 0.0, 0.0, 0.0]] * 20, np.inf, False),
]


@pytest.mark.parametrize(("why", "statistics", "needed", "mendable"), JUDGED)
def test_widened_where_that_helps_and_refused_only_where_it_does_not(
    why: str, statistics: list[list[float]], needed: float, mendable: bool
) -> None:
    found = judge([_window(statistics)], 0.7, 0.0)
    assert found.needed == pytest.approx(needed), why
    assert found.mendable == mendable and found.widen == pytest.approx(supported(needed, 20.0, 0.7))
    assert ("does not describe" in found.sentence) != mendable
    assert ("windows without overlap" in found.sentence) == mendable  # one window is a short history


CASES = [
    ([10.0, 30.0, 5.0], [True, True, False], [0.25, 0.75, 0.0]),
    ([0.0, 0.0, 5.0], [True, True, False], [0.5, 0.5, 0.0]),
    ([-1.0, 3.0, 5.0], [True, True, False], [0.5, 0.5, 0.0]),
]


@pytest.mark.parametrize(("before", "treated", "expected"), CASES)
def test_spread_of_a_total_effect(before: list[float], treated: list[bool], expected: list[float]) -> None:
    assert sizes(np.array(before), np.array(treated)).tolist() == pytest.approx(expected)
