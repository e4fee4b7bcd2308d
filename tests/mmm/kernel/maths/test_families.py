"""The number of a family's row chooses its loop, however many there are; a family without one is never chosen."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mmm.kernel.maths.families import AT_ONCE, _chosen, _with_code, weights
from mmm.transforms import ADSTOCKS, AdstockTransform
from tests.mmm.kernel.from_python import from_python

LAGS = 4
WEIGHTS = from_python(weights)


def adding(amount: float) -> Callable[[float], float]:
    """Return a loop that adds its own amount to what it is given."""
    return lambda given: given + amount


@pytest.mark.parametrize("count", [2, 3, AT_ONCE, AT_ONCE + 1, 2 * AT_ONCE + 1])
def test_each_number_runs_its_own_loop(count: int) -> None:
    numbers = [3 * place + 1 for place in range(count)]
    choose = from_python(_chosen([(number, adding(100.0 * number)) for number in numbers]))
    assert [choose(number, 0.5) for number in numbers] == [100.0 * number + 0.5 for number in numbers]


def test_rows_without_a_loop_keep_their_number() -> None:
    first, third = adding(1.0), adding(3.0)
    rows = [SimpleNamespace(loop=first), SimpleNamespace(loop=None), SimpleNamespace(loop=third)]
    assert _with_code(rows, "loop") == [(0, first), (2, third)]


@pytest.mark.parametrize("row", list(enumerate(ADSTOCKS.values())), ids=lambda row: row[1].name)
def test_weights_are_those_of_the_family_and_zero_behind(row: tuple[int, AdstockTransform]) -> None:
    number, family = row
    if family.loop is None:
        pytest.skip("PyMC alone runs this family")
    found, alone = (np.full((3, LAGS + 3), np.nan) for _ in range(2))
    space: Any = np.zeros(100)
    WEIGHTS(number, LAGS, 0.6, 1.4, *found, space)
    alone[:] = 0.0
    family.loop(LAGS, 0.6, 1.4, *alone, space)
    np.testing.assert_allclose(found, alone, rtol=1e-13, atol=1e-15)
    assert (found[:, LAGS + 1 :] == 0.0).all()
