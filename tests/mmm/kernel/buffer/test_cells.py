"""How series lie in the kernel, and that no two parts of its working memory overlap."""

import numpy as np
import pytest

from mmm.config import MmmConfig
from mmm.kernel.buffer.cells import REGISTER, Form, stored, working_memory
from mmm.kernel.buffer.header import FEATURES_AT_ONCE, VECTOR, WEIGHTS_AT_ONCE, Head
from mmm.problem.problem import build_problem
from tests.mmm.random_panels import Shape, random_panel

LAGS = 5
CONFIG = MmmConfig.model_validate({"default": {"adstock": {"family": "geometric", "lags": LAGS}}})


def _form(geos: int, dates: int) -> Form:
    return Form.of(build_problem(random_panel(Shape(geos=geos, dates=dates)), CONFIG))


@pytest.mark.parametrize(("geos", "dates"), [(1, 40), (3, 37)])
def test_rows_begin_where_vectors_do(geos: int, dates: int) -> None:
    form = _form(geos, dates)
    assert (form.geos, form.dates) == (geos, dates)
    assert form.stride % (VECTOR if geos == 1 else REGISTER) == 0
    assert form.stride >= dates + (0 if geos == 1 else LAGS)  # carryover of a geo ends before the next begins
    assert form.length % VECTOR == 0 and form.length >= geos * form.stride
    assert form.taps % WEIGHTS_AT_ONCE == 0 and form.taps > LAGS


def test_series_keep_their_numbers_and_are_followed_by_zeros() -> None:
    form = _form(3, 37)
    values = np.arange(1.0, 1 + 2 * 3 * 37).reshape(2, 3, 37)
    found = form.cells(values, lead=4).reshape(2, 4 + form.length)
    assert not found[:, :4].any()
    inside = found[:, 4 : 4 + 3 * form.stride].reshape(2, 3, form.stride)
    np.testing.assert_array_equal(inside[..., :37], values)
    assert found.sum() == values.sum()
    np.testing.assert_array_equal(form.row(values[0, 0])[37:], np.zeros(form.stride - 37))


@pytest.mark.parametrize("features", [0, 1, FEATURES_AT_ONCE, FEATURES_AT_ONCE + 1])
def test_designs_are_stored_in_whole_groups_of_columns(features: int) -> None:
    assert stored(features) % FEATURES_AT_ONCE == 0
    assert features <= stored(features) < features + FEATURES_AT_ONCE


def test_no_part_of_the_working_memory_lies_over_another() -> None:
    form, channels = _form(3, 37), 4
    places = working_memory(form, channels, features=7, parameters=50, replay=None)
    length = places.pop(Head.WORK)
    for empty in (Head.IN_CHANGE, Head.IN_BY_CHANGE, Head.IN_COUNTED, Head.IN_VARIANCE, Head.IN_READOUT):
        assert places.pop(empty) == length  # without experiments
    starts = sorted(places.values())
    assert starts[0] == 0 and len(set(starts)) == len(starts)
    after = dict(zip(starts, [*starts[1:], length], strict=True))
    for head, least in (
        (Head.IN_EXPECTED, form.length),
        (Head.IN_MEDIA, form.length),
        (Head.IN_SIZE, 2 * 50),
        (Head.IN_COEFFICIENT, 3 * channels * 3),
        (Head.IN_CHANNEL, channels * form.length),
    ):
        assert after[places[head]] - places[head] >= least
