"""Facts that follow from numbers and thresholds."""

import pytest

from reports.facts import position


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [(1.1, 2, "above"), (0.2, 0.9, "below"), (0.9, 1.1, "around"), (1.0, 2, "around"), (0.1, 1.0, "around")],
)
def test_position(lower, upper, expected):
    assert position(lower, upper, 1.0) == expected
