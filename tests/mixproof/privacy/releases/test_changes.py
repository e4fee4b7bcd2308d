"""Changes of few people wait."""

import numpy as np
import pandas as pd
import pytest

from mixproof.privacy.releases.changes import ChangeError, settle
from mixproof.privacy.releases.release import PEOPLE, Release

FIRST = [40, 30, 20, 50]


def release(people: list[int], dims: tuple[str, ...] = ("region", "week")) -> Release:
    """Return a release of two regions and two weeks."""
    rows = pd.DataFrame([(r, w) for r in "ns" for w in "12"], columns=["region", "week"]).assign(
        **{PEOPLE: people}
    )
    if dims != ("region", "week"):
        rows = rows.groupby(list(dims), as_index=False)[[PEOPLE]].sum()
    return Release(rows, dims, (dims,), {}, 10)


@pytest.mark.parametrize(
    ("later", "settled", "held"),
    [
        ([40, 30, 20, 50], FIRST, 0),
        ([43, 30, 20, 50], FIRST, 1),
        ([50, 30, 20, 50], [50, 30, 20, 50], 0),
        ([50, 30, 20, 41], [50, 30, 20, 50], 1),
        ([52, 18, 20, 50], [52, 18, 20, 50], 0),
        ([52, 20, 20, 50], FIRST, 2),
        ([52, 30, 10, 50], FIRST, 2),
    ],
)
def test_every_number_is_the_same_or_differs_enough(later: list[int], settled: list[int], held: int) -> None:
    found, waiting = settle(release(later), [release(FIRST)])
    assert found.facts[PEOPLE].tolist() == settled and waiting == held


def test_every_earlier_release_counts() -> None:
    first, second = release(FIRST), release([52, 30, 20, 50])
    found, held = settle(release([45, 30, 20, 50]), [first, second])
    assert held == 1 and found.facts[PEOPLE].tolist() == [52, 30, 20, 50]


def test_new_levels_do_not_wait() -> None:
    found, held = settle(release(FIRST), [Release(
        pd.DataFrame({"region": ["n", "s"], "week": ["1", "1"], PEOPLE: [40, 22]}),
        ("region", "week"), (("region", "week"),), {}, 10,
    )])  # fmt: skip
    assert held == 1 and found.facts[PEOPLE].tolist() == [40, 30, 22, 50]


def test_coarser_rows_stay_as_finer_ones_add_up_to_and_not_the_other_way() -> None:
    found, held = settle(release([41, 30, 20, 50], ("region",)), [release(FIRST)])
    assert held == 1 and found.facts[PEOPLE].tolist() == [70, 70]
    with pytest.raises(ChangeError):
        settle(release([41, 30, 20, 50]), [release(FIRST, ("region",))])


def test_random_changes_leave_nothing_small() -> None:
    rng = np.random.default_rng(0)
    for _ in range(30):
        earlier: list[Release] = []
        for _ in range(3):
            people = np.maximum(np.array(FIRST) + rng.integers(-25, 25, 4) * rng.integers(0, 2, 4), 0)
            earlier.append(settle(release(people.tolist()), earlier)[0])
        grids = [one.facts[PEOPLE].to_numpy().reshape(2, 2) for one in earlier]
        for one in grids:
            for other in grids:
                moved = one - other
                sums = np.concatenate([moved.ravel(), moved.sum(axis=0), moved.sum(axis=1), [moved.sum()]])
                assert ((sums == 0) | (np.abs(sums) >= 10)).all()
