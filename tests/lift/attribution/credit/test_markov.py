from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest

from lift.attribution.credit.markov import chain, removal_effects
from tests.lift.attribution.credit.paths_cases import SMALL, read, table

Rows = tuple[tuple[str, float, float, float], ...]


def absorbing_chain(rows: Rows, order: int) -> dict[str, tuple[float, float]]:
    """Return removal effects on conversions and value by a dense solve over states written out as tuples."""
    moves: dict[tuple, float] = defaultdict(float)
    for text, conversions, nulls, value in rows:
        path = tuple(text.split(" > "))
        states = [path[i : i + order] for i in range(len(path) - order + 1)] or [path]
        sequence = ["(start)", *states]
        for pair in pairwise(sequence):
            moves[pair] += conversions + nulls
        moves[sequence[-1], "(null)"] += nulls
        moves[sequence[-1], "(conversion)"] += conversions
        moves[sequence[-1], "(value)"] += value
    names = ["(start)", *sorted({a for a, _ in moves if a != "(start)"})]
    at = {name: i for i, name in enumerate(names)}
    Q, exits, out = np.zeros((len(at), len(at))), np.zeros((len(at), 2)), np.zeros(len(at))
    for (a, b), weight in moves.items():
        if b == "(value)":
            exits[at[a], 1] += weight
            continue
        out[at[a]] += weight
        if b == "(conversion)":
            exits[at[a], 0] += weight
        elif b != "(null)":
            Q[at[a], at[b]] += weight
    Q, exits = Q / out[:, None], exits / out[:, None]
    whole = np.linalg.solve(np.eye(len(at)) - Q, exits)[0]
    effects = {}
    for channel in sorted({touch for text, *_ in rows for touch in text.split(" > ")}):
        keep = np.array([name == "(start)" or channel not in name for name in names])
        left = np.linalg.solve(np.eye(len(at)) - Q * np.outer(keep, keep), exits * keep[:, None])[0]
        effects[channel] = tuple(1 - left / whole)
    return effects


def random_rows(seed: int, count: int = 80) -> Rows:
    """Return random paths over five channels."""
    generator = np.random.default_rng(seed)
    names = np.array(list("ABCDE"))
    return tuple(
        (
            " > ".join(generator.choice(names, generator.integers(1, 8))),
            int(generator.integers(0, 30)),
            int(generator.integers(1, 400)),
            float(generator.gamma(2, 50)),
        )
        for _ in range(count)
    )


@pytest.mark.parametrize("order", [1, 2, 3, 5])
@pytest.mark.parametrize("rows", [SMALL, random_rows(1), random_rows(2)], ids=["small", "one", "two"])
def test_equals_the_absorbing_chain(rows: Rows, order: int) -> None:
    counts, value = removal_effects(read(table(rows)), order)
    expected = np.array(list(absorbing_chain(rows, order).values()))
    np.testing.assert_allclose(counts, expected[:, 0], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(value, expected[:, 1], rtol=1e-9, atol=1e-12)


def test_two_channels_by_hand() -> None:
    # 100 start at A: 40 go to B, 10 convert, 50 leave; B converts 20 of its 40. P = .1 + .4 x .5 = .3.
    rows: Rows = (("A", 10, 50, 10.0), ("A > B", 20, 20, 80.0))
    counts, value = removal_effects(read(table(rows)), 1)
    np.testing.assert_allclose(counts, [1.0, 2 / 3], rtol=1e-14)
    np.testing.assert_allclose(value, [1.0, 80 / 90], rtol=1e-14)


def test_walks_that_visit_the_channel() -> None:
    """The removal effect is the share of converting walks that visit a channel: 200,000 walks come within 1 %."""
    paths = read(table())
    generator = np.random.default_rng(0)
    walks = chain(paths, 1)
    moves, count = walks.moves.toarray(), 200_000
    size = len(walks.start)
    state = generator.choice(size, count, p=walks.start)
    seen, alive, won = np.zeros((count, size), bool), np.ones(count, bool), np.zeros(count, bool)
    while alive.any():
        rows = np.flatnonzero(alive)
        seen[rows, state[rows]] = True
        draw = generator.random(len(rows))
        steps = np.cumsum(np.column_stack([moves, walks.converts]), axis=1)[state[rows]]
        following = (draw[:, None] >= steps).sum(axis=1)
        won[rows[following == size]] = True
        alive[rows[following >= size]] = False
        state[rows[following < size]] = following[following < size]
    shares = seen[won].mean(axis=0)
    counts, _ = removal_effects(paths, 1)
    np.testing.assert_allclose(shares, counts, atol=0.01)


def test_repetitions_change_nothing_at_order_one() -> None:
    rows = random_rows(3)
    once = tuple(
        (" > ".join(k for i, k in enumerate(words) if i == 0 or words[i - 1] != k), *rest)
        for words, *rest in ((text.split(" > "), *rest) for text, *rest in rows)
    )
    a, b = removal_effects(read(table(rows)), 1)[0], removal_effects(read(table(once)), 1)[0]
    np.testing.assert_allclose(a, b, rtol=1e-10)


def test_an_order_longer_than_every_path_takes_paths_as_they_are() -> None:
    counts, _ = removal_effects(read(table()), 10)
    # whole paths are the states: the share of conversions on paths with the channel
    np.testing.assert_allclose(counts, [32 / 34, 24 / 34, 11 / 34], rtol=1e-12)
