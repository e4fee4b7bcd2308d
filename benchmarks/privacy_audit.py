"""Audit of noised releases by neighbouring data: a correct mechanism passes, broken ones are found.

    python -m benchmarks.privacy_audit --trials 40

Two files of persons differ by one person. Both are counted by the engine and released many times. Half of the releases teach
the best linear rule that tells the two files apart; the other half say how far apart they are, with a confidence of one minus a
millionth. With the Gaussian's noise for rho the rule's means are apart by at most sqrt(2 rho) of its standard deviations; what
is further apart is broken.
"""

import argparse
import math
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from scipy.stats import norm

from mixproof.aggregates.people.bounded import Bounded, bounded_tables
from mixproof.aggregates.people.config import PeopleTable
from mixproof.privacy.noise import noised

MUTANTS = {
    "noise half as large": 400, "no clamp": 400, "seed reused": 400, "sensitivity of one for two contributions": 1_300
}  # fmt: skip
"""Broken mechanisms, with the releases of each file that it takes to find them."""
RHO, MOST, CELLS = 1.0, 100.0, 2
LEVEL = 1e-6


def section(most: float = MOST, cells: int = CELLS) -> PeopleTable:
    """Return the table that is released: money by region, at most so much of a person in so many cells."""
    return PeopleTable.model_validate(
        {"name": "audit", "file": "rows.csv", "by": [["region"]], "people": "buyers", "money": ["revenue"],
         "noise": {"rho": RHO, "person": "who", "rows_per_person": cells, "most": {"revenue": most},
                   "levels": {"region": ["n", "s", "w"]}}}
    )  # fmt: skip


def counted(folder: Path, with_person: bool, **bounds: float) -> Bounded:
    """Return the released table of a file with or without one person, who spends far more than the bound in three regions."""
    rows = ["who,region,revenue", *(f"p{at},{'nsw'[at % 3]},{20 + at}.50" for at in range(30))]
    rows += [f"rich,{region},{5 * MOST:.2f}" for region in "nsw"] * with_person
    (folder / "rows.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    table = section(**bounds)  # type: ignore[arg-type]
    assert table.noise is not None
    (found,), _ = bounded_tables(table, table.noise, folder)
    return found


def releases(found: Bounded, sensitivity: Mapping[str, float], draws: int, reused: bool) -> np.ndarray:
    """Return many releases of a table, shape (draw, number)."""
    parts = []
    for name, values in found.values.items():
        rho = RHO / len(found.values)
        if reused:
            noise = noised(np.zeros(draws, np.int64), sensitivity[name], rho)
            parts.append(values + noise[:, None])
        else:
            tiled = noised(np.tile(values, draws), sensitivity[name], rho)
            parts.append(tiled.reshape(draws, len(values)))
    return np.hstack(parts).astype(float)


def told_apart(without: np.ndarray, with_person: np.ndarray) -> float:
    """Return by how many standard deviations two sets of releases differ at least, at `LEVEL`."""
    half = len(without) // 2
    teach = (without[:half], with_person[:half])
    spread = np.cov(np.vstack([part - part.mean(0) for part in teach]).T)
    scale = np.sqrt(np.diag(spread))
    whole = spread / np.outer(scale, scale) + 1e-6 * np.eye(len(scale))
    rule = np.linalg.solve(whole, (teach[1].mean(0) - teach[0].mean(0)) / scale) / scale
    seen = [part[half:] @ rule for part in (without, with_person)]
    rest = len(without) - half
    apart = (seen[1].mean() - seen[0].mean()) / np.sqrt((seen[0].var(ddof=1) + seen[1].var(ddof=1)) / 2)
    error = np.sqrt(2 / rest + apart**2 / (4 * rest))  # of a standardised difference of means
    return float(apart + norm.ppf(LEVEL) * error)


def audited(mutant: str | None, folder: Path, draws: int) -> bool:
    """Return whether the audit takes a mechanism for broken.

    Parameters
    ----------
    mutant : str or None
        One of `MUTANTS`; None for the mechanism as it is.
    folder : pathlib.Path
        For the two files.
    draws : int
        Releases of each file.

    Returns
    -------
    bool
    """
    bounds: dict[str, float] = {"most": 100 * MOST} if mutant == "no clamp" else {}
    claimed = counted(folder, False).sensitivity
    if mutant == "noise half as large":
        claimed = {name: moved / 2 for name, moved in claimed.items()}
    if mutant == "sensitivity of one for two contributions":
        claimed = {name: moved / math.sqrt(CELLS) for name, moved in claimed.items()}
    tables = [counted(folder, whether, **bounds) for whether in (False, True)]
    made = [releases(found, claimed, draws, mutant == "seed reused") for found in tables]
    return told_apart(*made) > math.sqrt(2 * RHO)


def main(trials: int) -> None:
    """Print how often each mechanism is taken for broken."""
    print("| mechanism | releases of each file | taken for broken |\n|---|---|---|")
    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        for name, draws in ((None, 1_600), *MUTANTS.items()):
            caught = sum(audited(name, Path(folder), draws) for _ in range(trials))
            print(f"| {name or 'as it is'} | {draws:,} | {caught} of {trials} |", flush=True)
    print(f"\n{time.process_time() - began:.0f} CPU s.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=40)
    main(parser.parse_args().trials)
