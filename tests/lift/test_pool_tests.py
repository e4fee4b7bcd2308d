import json

import numpy as np
import pytest

from lift.config import LiftConfig
from lift.experiment import PoolInput
from lift.pool_tests import one_a_test, pool_channels


def _result(experiment: str, arm: str, estimate: float, se: float, **alike: float) -> PoolInput:
    return PoolInput(experiment, "tv", "relative_lift", estimate, se, "fraction", arm=arm, alike=alike)


JOINED = [
    # correlation of two arms with se .03, standard error of their mean
    (0.0, 0.03 / 2**0.5),
    (0.5, 0.03 * 0.75**0.5),
    (1.0, 0.03),
]


@pytest.mark.parametrize(("correlation", "se"), JOINED)
def test_arms_of_one_test_are_one_result_with_their_covariance(correlation: float, se: float) -> None:
    arms = [_result("a", "x", 0.02, 0.03, y=correlation), _result("a", "y", 0.06, 0.03, x=correlation)]
    found = one_a_test([*arms, _result("b", "", 0.1, 0.05)])
    assert [item.experiment for item in found] == ["a", "b"]
    assert found[0].estimate == pytest.approx(0.04) and found[0].se == pytest.approx(se)
    assert (found[1].estimate, found[1].se) == (0.1, 0.05)


def test_arms_without_a_known_correlation_are_wholly_alike() -> None:
    found = one_a_test([_result("a", "x", 0.02, 0.03), _result("a", "y", 0.06, 0.03)])
    assert found[0].se == pytest.approx(0.03)


def test_unequal_arms_weigh_by_precision() -> None:
    arms = [_result("a", "x", 0.0, 0.01, y=0.4), _result("a", "y", 0.1, 0.02, x=0.4)]
    weight = np.array([0.8, 0.2])
    covariance = np.array([[1e-4, 0.8e-4], [0.8e-4, 4e-4]])
    found = one_a_test(arms)[0]
    assert found.estimate == pytest.approx(0.02)
    assert found.se == pytest.approx(float(weight @ covariance @ weight) ** 0.5)


CONFIG = {
    "currency": "EUR",
    "experiments": [
        {"name": "a", "kind": "imported", "channels": ["tv"], "source": "other", "scope": "total", "point": 1,
         "se": 1, "outcome_kind": "count", "unit": "orders"}
    ],
}  # fmt: skip


def test_one_test_with_two_arms_is_no_pool() -> None:
    config = LiftConfig.model_validate_json(json.dumps(CONFIG))
    arms = [_result("a", "x", 0.02, 0.03, y=0.5), _result("a", "y", 0.06, 0.03, x=0.5)]
    assert pool_channels(config, arms).rows == []
    found = pool_channels(config, [*arms, _result("b", "", 0.1, 0.05)])
    assert {row["tests"] for row in found.rows} == {2}
    assert "3 results count as 2" in found.findings[0].sentence
