import pytest

from mmm.checks.convergence import agreement, size

R_HATS = [
    ({"a": 1.001, "b": 1.009}, 1.05, "pass", "b"),
    ({"a": 1.011, "b": 1.0}, 1.05, "warning", "a"),
    ({"a": 1.011, "b": 1.0}, 1.01, "failure", "a"),
    ({"a": 1.2, "b": 1.0}, 1.05, "failure", "a"),
    ({"a": 1.0, "b": float("nan")}, 1.05, "failure", "b"),
]
SIZES = [
    ({"a": (900, 450), "b": (1000, 600)}, 100, "pass", "a"),
    ({"a": (900, 399), "b": (1000, 600)}, 100, "warning", "a"),
    ({"a": (900, 399), "b": (1000, 600)}, 400, "failure", "a"),
    ({"a": (900, 500), "b": (50, 600)}, 100, "failure", "b"),
    ({"a": (float("nan"), 500), "b": (500, 600)}, 100, "failure", "a"),
]


@pytest.mark.parametrize(("r_hats", "failing", "status", "named"), R_HATS)
def test_the_worst_agreement_is_named(r_hats: dict, failing: float, status: str, named: str) -> None:
    finding = agreement(
        {name: (value, 500.0, 500.0) for name, value in r_hats.items()}, "parameters", failing
    )
    assert finding.status == status
    assert f"{named}" in finding.sentence
    assert finding.threshold == 1.01


@pytest.mark.parametrize(("sizes", "failing", "status", "named"), SIZES)
def test_the_smallest_of_bulk_and_tail_counts(sizes: dict, failing: float, status: str, named: str) -> None:
    finding = size({name: (1.0, *pair) for name, pair in sizes.items()}, "returns", failing)
    assert finding.status == status
    assert f"{named} " in finding.sentence or f"({named})" in finding.sentence
    assert finding.threshold == 400
