from itertools import combinations

import numpy as np
import pytest

from benchmarks.lift_worlds import GeoWorld, simulate_panel
from lift.geo.data.assignment import complete, reference_sets
from lift.geo.estimators.rolling import fit_all, rolling_origins
from lift.geo.estimators.table import ESTIMATORS
from lift.geo.trust.certificate import Certificate, certify, sizes
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
    assert found.coverage < 0.9 - 2 * (0.9 * 0.1 / found.pseudo_tests) ** 0.5 and found.widen > 1
    assert found.coverage_printed >= 0.9 - 1e-9
    assert "widened by the factor" in found.sentence


def test_too_little_time_gives_no_certificate() -> None:
    panel = simulate_panel(GeoWorld(8, 30), 3)
    treated = np.arange(8) < 2
    sets = reference_sets(treated, complete(8, 2), 20, seed=0).treated
    members = {"difference_in_differences": ESTIMATORS["difference_in_differences"].weights}
    found = certify(fit_all(members, panel, sets, (20,), 10), panel, 10, 0.9, 0.0)
    assert found.pseudo_tests == 0 and found.widen == 1 and "No certificate" in found.sentence


CASES = [
    ([10.0, 30.0, 5.0], [True, True, False], [0.25, 0.75, 0.0]),
    ([0.0, 0.0, 5.0], [True, True, False], [0.5, 0.5, 0.0]),
    ([-1.0, 3.0, 5.0], [True, True, False], [0.5, 0.5, 0.0]),
]


@pytest.mark.parametrize(("before", "treated", "expected"), CASES)
def test_spread_of_a_total_effect(before: list[float], treated: list[bool], expected: list[float]) -> None:
    assert sizes(np.array(before), np.array(treated)).tolist() == pytest.approx(expected)
