"""Random sequences of releases, attacked together: late rows, filters, complements, moved windows, a request a minute later.

    python -m benchmarks.releases --sequences 200

Each sequence is released twice: compared with what was released before, and each release as if it were the only one. The
attacker subtracts every two numbers of the same rows, and solves for every group of few people from all that is shown; he is
told which rows are the same in two releases.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd

from mixproof.aggregates.people.releasing import RefusedError, answer
from mixproof.privacy.disclosure.cells import Key
from mixproof.privacy.disclosure.suppression import UnprotectableError
from mixproof.privacy.releases.registry import NOT_KEPT
from mixproof.privacy.releases.release import PEOPLE, Release

FEWEST = 10
DIMS = ("region", "week", "channel")
BY = [
    (("region", "week"),),
    (("region", "channel"),),
    (("region",),),
    (("region", "week"), ("week", "channel")),
    (DIMS,),
]


def first_rows(rng: np.random.Generator) -> pd.DataFrame:
    """Return rows of people whose levels differ much in size."""
    keys = pd.DataFrame(list(product("ns", "1234", "xyz")), columns=list(DIMS))
    size = {"n": 1.0, "s": 0.4, "x": 60, "y": 30, "z": 6, **dict.fromkeys("12345678", 1.0)}
    rate = [size[r] * size[c] for r, _, c in keys.itertuples(index=False)]
    return keys.assign(**{PEOPLE: rng.poisson(rate)})


def later(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return rows after late data: a few people in some, many in others, and sometimes a week more."""
    rows = rows.copy()
    for place in rng.integers(0, len(rows), rng.integers(1, 4)):
        rows.loc[place, PEOPLE] = max(0, rows.loc[place, PEOPLE] + int(rng.choice([-4, 2, 3, 7, 15, 40])))
    if rng.random() < 0.4 and rows["week"].max() < "8":
        week = str(int(rows["week"].max()) + 1)
        more = rows[rows["week"] == "1"].assign(week=week)
        more[PEOPLE] = rng.permutation(more[PEOPLE])
        rows = pd.concat([rows, more], ignore_index=True)
    return rows


def requests(seed: int) -> Iterator[Release]:
    """Yield a random sequence of requests."""
    rng = np.random.default_rng(seed)
    rows = first_rows(rng)
    for _ in range(5):
        by = BY[rng.integers(len(BY))]
        where: dict[str, tuple[str, ...]] = {}
        kind = rng.integers(6)
        if kind == 0:
            where = {"channel": ("x", "y")}
        elif kind == 1:
            where = {"channel": ("z",)}
        elif kind == 2:
            weeks = sorted(rows["week"].unique())
            start = int(rng.integers(0, 2))
            where = {"week": tuple(weeks[start : start + len(weeks) - 1])}
        elif kind >= 4:
            rows = later(rows, rng)
        frame: pd.DataFrame = rows
        dims: tuple[str, ...] = DIMS
        if kind == 3 and by != (DIMS,):  # made by hand, without the columns that no table has
            dims = tuple(dim for dim in DIMS if any(dim in table for table in by))
            frame = rows.groupby(list(dims), as_index=False)[[PEOPLE]].sum()
        yield Release(frame, dims, by, where, FEWEST)


def released(seed: int, compare: bool = True) -> list[Release]:
    """Return what is handed out for a sequence; without `compare`, each as if it were the only one."""
    out: list[Release] = []
    for asked in requests(seed):
        earlier = [(replace(NOT_KEPT, query={"levels": {}}), one) for one in out] if compare else []
        try:
            out.append(answer(asked, earlier, 0.1, ()).release)
        except (RefusedError, UnprotectableError):
            continue
    return out


def member(one: Release, key: Key, filtered: bool = True) -> np.ndarray:
    """Return which rows a cell is the sum of."""
    inside = np.ones(len(one.facts), bool)
    for dim, level in zip(one.dims, key, strict=True):
        kept = one.levels(dim) if not filtered else one.kept(dim)
        inside &= np.isin(one.facts[dim].to_numpy(str), kept if level is None else [level])
    return inside


def small_differences(releases: Sequence[Release]) -> int:
    """Return how many numbers that two releases show differ by few people."""
    shown = [
        {
            _named(one, key): int(counts[member(one, key)].sum())
            for key in one.cells()
            if key not in one.hidden
        }
        for one in releases
        for counts in [one.facts[PEOPLE].to_numpy()]
    ]
    return sum(
        0 < abs(a[key] - b[key]) < FEWEST
        for at, a in enumerate(shown)
        for b in shown[:at]
        for key in a.keys() & b.keys()
    )


def _named(one: Release, key: Key) -> frozenset[tuple[str, tuple[str, ...]]]:
    """Return what a cell is about: levels by dimension, none where it is about all rows."""
    levels = {
        dim: one.kept(dim) if level is None else (level,) for dim, level in zip(one.dims, key, strict=True)
    }
    return frozenset((dim, kept) for dim, kept in levels.items() if kept != one.levels(dim) or len(kept) == 1)


def worked_out(releases: Sequence[Release]) -> int:
    """Return how many groups of few people follow from all shown numbers, and from none of the releases alone.

    The attacker is told which rows are the same in two releases; each row that has changed is another unknown.
    """
    unknowns: dict[tuple[str | int, ...], int] = {}
    whole = [one for one in releases if one.dims == DIMS]
    numbers = [
        np.array([unknowns.setdefault(row, len(unknowns)) for row in rows])
        for one in whole
        for rows in [one.facts[[*DIMS, PEOPLE]].itertuples(index=False, name=None)]
    ]
    parts, groups = [], []
    for one, ids in zip(whole, numbers, strict=True):
        counts = one.facts[PEOPLE].to_numpy()
        parts.append([ids[member(one, key)] for key in one.cells() if key not in one.hidden])
        for key in product(*((*one.levels(dim), None) for dim in DIMS)):
            inside = member(one, key, filtered=False)
            if 0 < counts[inside].sum() < FEWEST:
                groups.append(ids[inside])
    if not groups or not any(parts):
        return 0
    width = len(unknowns)
    small = _rows(groups, width)
    together = _follows(small, _rows([row for part in parts for row in part], width))
    alone = [_follows(small, _rows(part, width)) for part in parts if part] if together.any() else [~together]
    return int((together & ~np.any(alone, axis=0)).sum())


def _rows(sets: Sequence[np.ndarray], width: int) -> np.ndarray:
    rows = np.zeros((len(sets), width))
    for row, members in zip(rows, sets, strict=True):
        row[members] = 1.0
    return rows


def _follows(groups: np.ndarray, shown: np.ndarray) -> np.ndarray:
    """Return which rows are sums and differences of those that are shown."""
    _, sizes, basis = np.linalg.svd(shown, full_matrices=False)
    basis = basis[sizes > 1e-9]
    rest = groups - groups @ basis.T @ basis
    return np.abs(rest).max(axis=1) < 1e-7


def main(count: int) -> None:
    """Print how many sequences tell of few people, with and without comparison."""
    print("| | releases made | sequences that tell of few people | CPU s |\n|---|---|---|---|")
    for name, compare in (("compared with earlier releases", True), ("each for itself", False)):
        began, made, telling = time.process_time(), 0, 0
        for seed in range(count):
            out = released(seed, compare)
            made += len(out)
            telling += small_differences(out) > 0 or worked_out(out) > 0
        print(
            f"| {name} | {made} of {5 * count} | {telling} of {count} | {time.process_time() - began:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sequences", type=int, default=200)
    main(parser.parse_args().sequences)
