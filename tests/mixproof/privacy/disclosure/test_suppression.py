"""Random linked tables are attacked: nothing small is worked out, and the pattern is the cheapest there is."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from mixproof.privacy.disclosure import Cells, Rules, build_cells, protect

RULES = Rules(people=10)
SHAPES = {
    "two ways": ((3, 4), [("a", "b")]),
    "three ways": ((2, 3, 3), [("a", "b", "c")]),
    "linked by one": ((2, 3, 3), [("a", "c"), ("b", "c")]),
    "linked all round": ((2, 3, 3), [("a", "b"), ("b", "c"), ("a", "c")]),
}


def facts(shape: tuple[int, ...], seed: int) -> pd.DataFrame:
    """Return rows of people and money whose levels differ much in size."""
    rng = np.random.default_rng(seed)
    rate = np.ones(shape)
    for axis, size in enumerate(shape):
        weight = rng.permutation(1 / np.arange(1, size + 1) ** 1.2)
        rate = rate * weight.reshape([-1 if other == axis else 1 for other in range(len(shape))])
    people = rng.poisson(60 * rate).ravel()
    levels = np.indices(shape).reshape(len(shape), -1).astype(str)
    frame = pd.DataFrame(dict(zip("abc", levels, strict=False)))
    return frame.assign(people=people, money=people * rng.integers(100, 9000, len(people)))


def attacked(cells: Cells, measure: str, hidden: np.ndarray) -> np.ndarray:
    """Return between what each cell can lie, by another solver and from nothing: shape (cell, 2)."""
    values, unknown = cells.values[measure].astype(float), hidden | ~cells.published
    known = np.where(unknown, RULES.known(cells.values[measure]), values)
    bounds = np.column_stack([np.where(unknown, 0.0, values), known])
    found = np.column_stack([values, values])
    for cell in np.flatnonzero(hidden):
        cost = np.zeros(len(values))
        for column, sign in ((0, 1.0), (1, -1.0)):
            cost[cell] = sign
            right = np.zeros(cells.relations.shape[0])
            found[cell, column] = linprog(cost, A_eq=cells.relations, b_eq=right, bounds=bounds).x[cell]
    return found


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("kind", SHAPES)
def test_nothing_small_can_be_worked_out(kind: str, seed: int) -> None:
    shape, tables = SHAPES[kind]
    cells = build_cells(facts(shape, seed), tables, ["people", "money"])
    found = protect(cells, "people", RULES, ["money"])
    people, small = cells.values["people"], np.flatnonzero(found.small)
    assert (found.small == (cells.published & (people > 0) & (people < 10))).all()
    assert found.hidden[small].all() and not found.hidden[people == 0].any()
    can_be = attacked(cells, "people", found.hidden)
    assert (can_be[small, 1] >= 10 - 1e-6).all() and (can_be[small, 0] <= people[small] - 1 + 1e-6).all()
    money = attacked(cells, "money", found.hidden)[small]
    assert (money[:, 1] - money[:, 0] >= 0.2 * cells.values["money"][small] - 1e-3).all()
    np.testing.assert_allclose(found.attacker("people"), can_be[found.hidden], atol=1e-5)


def test_without_complementary_cells_lone_ones_are_worked_out() -> None:
    recovered = lone = 0
    for seed in range(20):
        cells = build_cells(facts((3, 4), seed), [("a", "b")], ["people"])
        people = cells.values["people"]
        small = (people > 0) & (people < 10)
        inside = cells.relations[:, np.flatnonzero(small)]
        if not (np.abs(inside).sum(axis=1) == 1).any():
            continue
        lone += 1
        can_be = attacked(cells, "people", small)[small]
        recovered += bool((can_be[:, 1] - can_be[:, 0] < 1e-6).any())
    assert lone >= 8 and recovered / lone >= 0.8


def cheapest(cells: Cells, small: np.ndarray) -> float:
    """Return the least that must be hidden, by trying every set of cells."""
    people = cells.values["people"]
    others = np.flatnonzero(cells.published & (people > 0) & ~small)
    costs = {}
    for count in range(len(others) + 1):
        for chosen in combinations(others, count):
            costs[chosen] = float(np.maximum(people[list(chosen)], 1).sum())
    for chosen in sorted(costs, key=costs.__getitem__):
        hidden = small.copy()
        hidden[list(chosen)] = True
        can_be = attacked(cells, "people", hidden)[small]
        if (can_be[:, 1] >= 10 - 1e-6).all() and (can_be[:, 0] <= people[small] - 1 + 1e-6).all():
            return costs[chosen]
    raise AssertionError("nothing protects")


@pytest.mark.parametrize("seed", [1, 4, 9])
def test_the_pattern_is_the_cheapest_of_all(seed: int) -> None:
    cells = build_cells(facts((2, 3), seed), [("a", "b")], ["people"])
    people = cells.values["people"]
    small = (people > 0) & (people < 10)
    assert small.any()
    found = protect(cells, "people", RULES)
    cost = float(np.maximum(people[found.hidden & ~small], 1).sum())
    assert cost <= 1.02 * cheapest(cells, small)


def test_the_same_tables_have_the_same_pattern_whatever_the_order_of_their_rows() -> None:
    frame = facts((3, 4), 2)
    patterns = [
        protect(build_cells(rows, [("a", "b")], ["people"]), "people", RULES).hidden
        for rows in (frame, frame.sample(frac=1, random_state=1), frame[::-1])
    ]
    assert patterns[0].any() and all((pattern == patterns[0]).all() for pattern in patterns)


@pytest.mark.parametrize("people", [3, 100])
def test_where_all_are_few_nothing_is_shown(people: int) -> None:
    few = pd.DataFrame({"a": ["x", "y"], "people": [people - 1, 0]})
    found = protect(build_cells(few, [("a",)], ["people"]), "people", Rules(people=people))
    assert found.hidden.tolist() == [True, False, True]
