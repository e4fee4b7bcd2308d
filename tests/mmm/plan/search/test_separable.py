import itertools
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from mmm.plan.constraints import Presence
from mmm.plan.curves import Curves
from mmm.plan.search.optimise import best_of_mean
from mmm.plan.search.polytope import Polytope
from mmm.plan.search.separable import bound_of_total, bound_on_grid, by_total, hull, relaxed


def random_curves(rng: np.random.Generator, items: int, steep: float) -> Curves:
    """Return mean Hill curves with slopes up to `steep`, some of them harmful, at uneven levels."""
    most = rng.uniform(0.5, 3, items)
    money = most[:, None] * np.linspace(0, 1, 13) ** rng.uniform(1, 2)
    power, half = rng.uniform(1.0, steep, items)[:, None], rng.uniform(0.3, 2, items)[:, None]
    size = rng.uniform(-0.2, 2, items)[:, None]
    safe = np.maximum(money, 1e-9)
    share = 1 / (1 + (half / safe) ** power)
    slope = size * power * share * (1 - share) / safe
    return Curves(money, (size * share)[..., None], slope[..., None])


def of_total(read: Curves, most: float, presences: tuple[Presence, ...] = ()) -> Any:
    total = sparse.csr_matrix(np.ones((1, len(read.money))))
    limits = Polytope(read.money[:, 0], read.money[:, -1], total, np.array([-np.inf]), np.array([most]))
    return SimpleNamespace(polytope=limits, presences=presences, with_presences=lambda on: limits)


def test_no_value_is_above_its_bound_in_a_thousand_random_problems() -> None:
    rng = np.random.default_rng(7)
    gaps = []
    for number in range(1000):
        read = random_curves(rng, int(rng.integers(2, 7)), rng.uniform(1.0, 4.0))
        room = float(rng.uniform(0.05, 1.0) * read.money[:, -1].sum())
        table = by_total(read, room, units=60)
        amounts = table.amounts(int(np.argmax(table.value)))
        value = float(read.total(amounts)[0])
        assert amounts.sum() <= room * (1 + 1e-12)
        assert value == pytest.approx(table.value.max(), rel=1e-9, abs=1e-12)
        bound = bound_of_total(hull(read), 0.0, room)
        if number % 5 == 0:
            bound = min(bound, bound_on_grid(read, room, 60))
        assert value <= bound + 1e-12
        gaps.append((bound - value) / max(abs(value), 1e-9))
    assert np.median(gaps) < 0.05


def test_the_plan_is_that_of_brute_force_on_small_problems() -> None:
    rng = np.random.default_rng(8)
    for _ in range(8):
        read, units = random_curves(rng, 3, 4.0), 14
        room = 0.5 * float(read.money[:, -1].sum())
        table, unit = by_total(read, room, units=units), room / units
        known = -np.inf
        most = read.money[:, -1]
        counts = [np.append(np.arange(int(m / unit * (1 + 1e-12)) + 1), m / unit) for m in most]
        gains = [
            [float(read.total(np.eye(3)[item] * count * unit)[0]) for count in some]
            for item, some in enumerate(counts)
        ]
        for places in itertools.product(*(range(len(some)) for some in counts)):
            used = sum(int(np.ceil(counts[item][place] * (1 - 1e-12))) for item, place in enumerate(places))
            if used <= units:
                known = max(known, sum(gains[item][place] for item, place in enumerate(places)))
        assert table.value.max() == pytest.approx(known, rel=1e-9)


@pytest.mark.parametrize("presence", [0.4, 1.2])
def test_minimum_presence_is_nothing_or_at_least_so_much(presence: float) -> None:
    rng = np.random.default_rng(9)
    for _ in range(10):
        read = random_curves(rng, 3, 2.0)
        least = presence * float(read.money[0, -1]) / 1.3
        held = (Presence(np.array([0]), least),)
        table = by_total(read, 1.0, held, units=100)
        first = table.amounts(100)[0]
        assert first == 0 or first >= least - 1e-12
        whole = relaxed(hull(read), read.money[:, 0], of_total(read, 1.0).polytope, held)
        assert whole.amounts[0] <= 1e-9 or whole.amounts[0] >= least - 1e-6
        assert table.value.max() <= whole.bound + 1e-9


def test_under_sums_the_bound_is_that_of_the_pieces() -> None:
    rng = np.random.default_rng(10)
    read = random_curves(rng, 5, 1.0)
    limits = of_total(read, 2.0).polytope
    assert relaxed(hull(read), read.money[:, 0], limits, ()).bound == pytest.approx(
        bound_of_total(hull(read), 0.0, 2.0), rel=1e-7
    )
    grouped = limits.with_sum(np.array([1.0, 1.0, 0, 0, 0]), -np.inf, 0.3)
    best = relaxed(hull(read), read.money[:, 0], grouped, ())
    assert best.amounts[:2].sum() <= 0.3 + 1e-7
    assert float(read.total(best.amounts)[0]) <= best.bound + 1e-9


def test_gaps_are_small_where_curves_are_nearly_concave() -> None:
    rng = np.random.default_rng(11)
    read = random_curves(rng, 6, 1.1)
    amounts, bound, _ = best_of_mean(read, of_total(read, 2.5))
    value = float(read.total(amounts)[0])
    assert 0 <= bound - value <= 0.005 * abs(value)
