"""An event marks every period that one of its dates falls in, once."""

import pytest

from mixproof.aggregates.panel import Frequency
from mmm.components import event
from mmm.config import MmmConfig
from tests.mmm.random_panels import Shape, design_of, random_panel

CASES: list[tuple[str, Frequency, tuple[str, ...], list[int]]] = [
    ("first day of the first week", "weekly", ("2023-01-02",), [0]),
    ("last day of a week", "weekly", ("2023-01-15",), [1]),
    ("two dates in a week count once", "weekly", ("2023-01-16", "2023-01-20"), [2]),
    ("several weeks", "weekly", ("2023-01-09", "2023-02-01"), [1, 4]),
    ("before and after the panel", "weekly", ("2023-01-01", "2023-02-13"), []),
    ("last day of the panel", "weekly", ("2023-02-12",), [5]),
    ("days", "daily", ("2023-01-04",), [2]),
]


@pytest.mark.parametrize(("frequency", "dates", "periods"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_periods(frequency: Frequency, dates: tuple[str, ...], periods: list[int]) -> None:
    config = MmmConfig.model_validate({"baseline": {"events": ({"name": "sale", "dates": dates},)}})
    design = design_of(event, random_panel(Shape(dates=6), frequency=frequency), config)
    assert design is not None
    assert design.features == ("sale",)
    assert list(design.matrix[0, :, 0].nonzero()[0]) == periods
    assert set(design.matrix.ravel()) <= {0.0, 1.0}


def test_each_event_has_its_own_effect() -> None:
    events = tuple({"name": name, "dates": ("2023-01-09",)} for name in ("sale", "strike"))
    design = design_of(
        event, random_panel(Shape()), MmmConfig.model_validate({"baseline": {"events": events}})
    )
    assert design is not None
    assert design.matrix.shape == (1, 24, 2)
    assert list(design.scale) == [event.SCALE] * 2
