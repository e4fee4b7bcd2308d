import json
from typing import Any

import pytest

from lift.checks.overlap import overlap_faults
from lift.imports.config import Imported


def _test(name: str, start: str, end: str, **changes: Any) -> Imported:
    plain = {
        "name": name,
        "kind": "imported",
        "channels": ["tv"],
        "start": start,
        "end": end,
        "source": "other",
        "scope": "total",
        "outcome_kind": "count",
        "unit": "conversions",
        "point": 1.0,
        "se": 1.0,
    }
    return Imported.model_validate_json(json.dumps({**plain, **changes}))


FIRST = _test("a", "2025-01-01", "2025-01-31", cooldown_days=7)
CASES = [
    (_test("b", "2025-01-20", "2025-02-20"), 1),
    (_test("b", "2025-02-05", "2025-02-20"), 1),  # in the cool-down
    (_test("b", "2025-02-08", "2025-02-20"), 0),
    (_test("b", "2025-01-20", "2025-02-20", channels=["search"]), 0),
    (_test("b", "2025-01-20", "2025-02-20", channels=["search", "tv"]), 1),
    (_test("b", "2025-01-20", "2025-02-20", overlaps=["a"]), 0),
]


@pytest.mark.parametrize(("second", "faults"), CASES)
def test_two_tests(second, faults) -> None:
    for order in ([FIRST, second], [second, FIRST]):
        assert len(list(overlap_faults(order))) == faults


def test_other_places_do_not_meet() -> None:
    north = _test("a", "2025-01-01", "2025-01-31", geos=["north"])
    south = _test("b", "2025-01-01", "2025-01-31", geos=["south"])
    everywhere = _test("c", "2025-01-01", "2025-01-31")
    assert list(overlap_faults([north, south])) == []
    assert len(list(overlap_faults([north, south, everywhere]))) == 2
