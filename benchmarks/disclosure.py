"""Complementary suppression attacked, and timed: random linked tables, and tables of the size of a year by region and channel.

    python -m benchmarks.disclosure --tables 500

Every table is protected and then attacked over all of its relations together. A cell of few people is worked out where the
attacker's interval is a point; it is too close where the interval does not reach to the fewest people.
"""

import argparse
import time

import numpy as np
import pandas as pd

from mixproof.privacy.disclosure import Cells, Rules, build_cells, protect
from mixproof.privacy.disclosure.attack import intervals

RULES = Rules(people=10)
KINDS = (
    ((4, 6), [("a", "b")]),
    ((3, 4, 4), [("a", "b", "c")]),
    ((3, 4, 4), [("a", "c"), ("b", "c")]),
    ((3, 4, 4), [("a", "b"), ("b", "c"), ("a", "c")]),
)
LARGE = (
    ("8 x 52", (8, 52), 50_000, [("a", "b")]),
    ("20 x 52", (20, 52), 200_000, [("a", "b")]),
    ("8 x 20 x 13", (8, 20, 13), 600_000, [("a", "b", "c")]),
    ("linked 8, 20, 52", (8, 20, 52), 600_000, [("a", "c"), ("b", "c"), ("a", "b")]),
    ("8 x 20 x 52", (8, 20, 52), 2_000_000, [("a", "b", "c")]),
)


def facts(shape: tuple[int, ...], people: float, seed: int) -> pd.DataFrame:
    """Return people by levels whose sizes differ much; the last dimension is a calendar."""
    rng = np.random.default_rng(seed)
    rate = np.ones(shape)
    for axis, size in enumerate(shape):
        weight = rng.permutation(1 / np.arange(1, size + 1) ** (0.1 if axis == len(shape) - 1 else 1.4))
        rate = rate * weight.reshape([-1 if other == axis else 1 for other in range(len(shape))])
    levels = np.indices(shape).reshape(len(shape), -1)
    frame = pd.DataFrame(
        {name: [f"{level:02}" for level in row] for name, row in zip("abc", levels, strict=False)}
    )
    return frame.assign(people=rng.poisson(people * (rate / rate.sum())).ravel())


def exposed(cells: Cells, hidden: np.ndarray, small: np.ndarray) -> tuple[int, int]:
    """Return how many small cells are worked out exactly, and how many are too close."""
    people = cells.values["people"]
    unknown = hidden | ~cells.published
    found = intervals(people, cells.relations, unknown, RULES.known(people))
    of_small = found[small[unknown]]
    exact = int((of_small[:, 1] - of_small[:, 0] < 1e-6).sum())
    return exact, int((of_small[:, 1] < RULES.people - 1e-6).sum())


def random_tables(count: int) -> None:
    """Print how random tables stand up, with and without complementary cells."""
    lone = given_back = worked_out = close = small_cells = more = 0
    for number in range(count):
        shape, tables = KINDS[number % len(KINDS)]
        cells = build_cells(facts(shape, 60.0 * np.prod(shape), number), tables, ["people"])
        found = protect(cells, "people", RULES)
        small_cells += int(found.small.sum())
        more += int((found.hidden & ~found.small).sum())
        exact, near = exposed(cells, found.hidden, found.small)
        worked_out, close = worked_out + exact, close + near
        inside = np.abs(cells.among_published[:, np.flatnonzero(found.small)]).sum(axis=1)
        if (inside == 1).any():
            lone += 1
            given_back += exposed(cells, found.small, found.small)[0] > 0
    print(f"{count} tables, {small_cells} cells of few people, {more} complementary cells.")
    print(f"Worked out: {worked_out}; too close: {close}.")
    print(f"Without complementary cells, of {lone} tables with a lone cell {given_back} give one back.")


def large_tables() -> None:
    """Print time and cost of large tables."""
    print(
        "| tables | cells | of few people | complementary | people hidden | CPU s |\n|---|---|---|---|---|---|"
    )
    for name, shape, people, tables in LARGE:
        began = time.process_time()
        cells = build_cells(facts(shape, people, 1), tables, ["people"])
        found = protect(cells, "people", RULES)
        spent = time.process_time() - began
        few, more = int(found.small.sum()), int((found.hidden & ~found.small).sum())
        share = found.hidden_share("people")
        print(
            f"| {name} | {int(cells.published.sum()):,} | {few} | {more} | {share:.1%} | {spent:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=500)
    random_tables(parser.parse_args().tables)
    large_tables()
