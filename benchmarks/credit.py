"""Credit rules on aggregate paths: how long they take, and how far a program that simulates walks is from the exact chain.

Run from the project's root; the peer lives in an environment of its own, whose Python is named:

    uv venv /tmp/peer && uv pip install --python /tmp/peer/bin/python ChannelAttribution matplotlib
    python -m benchmarks.credit --peer /tmp/peer/bin/python

It writes benchmarks/results/credit.md: a minute, most of it the making of a million paths. Seconds are of the processor,
so that a busy machine does not count.
"""

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.version import code_version
from lift.attribution.config import AttributionConfig
from lift.attribution.credit.markov import removal_effects
from lift.attribution.credit.paths import Paths, read_paths
from lift.attribution.credit.rules import RULES, credit_of

RESULTS = Path(__file__).parent / "results" / "credit.md"
PEER = Path(__file__).parent / "peers" / "credit_channel_attribution.py"
SEEDS = 5
ORDERS = (1, 2, 3)


def simulate_paths(count: int, channels: int, seed: int) -> pd.DataFrame:
    """Return aggregate paths with conversions, value and nulls.

    Parameters
    ----------
    count, channels, seed : int

    Returns
    -------
    pandas.DataFrame
        Columns path, conversions, value, nulls; four touches a path on average, twenty at most.
    """
    generator = np.random.default_rng(seed)
    lengths = np.minimum(generator.geometric(0.25, count), 20)
    first = np.r_[0, np.cumsum(lengths)]
    popularity, strength = generator.dirichlet(np.full(channels, 3.0)), generator.gamma(2, 0.02, channels)
    touches = generator.choice(channels, first[-1], p=popularity)
    names = np.array([f"channel {k:02d}" for k in range(channels)], dtype=object)[touches]
    rates = np.minimum(np.add.reduceat(strength[touches], first[:-1]), 0.5)
    journeys = 1 + generator.poisson(20, count)
    conversions = generator.binomial(journeys, rates)
    return pd.DataFrame(
        {
            "path": [" > ".join(names[a:b]) for a, b in pairwise(first)],
            "conversions": conversions,
            "value": np.round(conversions * generator.gamma(4, 15, count), 2),
            "nulls": journeys - conversions,
        }
    )


def section(file: str) -> AttributionConfig:
    """Return the section that reads the simulated table with every rule."""
    paths = {"file": file, **{name: name for name in ("path", "conversions", "value", "nulls")}}
    whole = {"currency": "EUR", "paths": paths, "rules": list(RULES), "markov_orders": list(ORDERS)}
    return AttributionConfig.model_validate_json(json.dumps(whole))


def timed[T](work: Callable[[], T]) -> tuple[T, float]:
    """Return what `work` returns, and the seconds of the processor that it took."""
    began = time.process_time()
    return work(), time.process_time() - began


def peer_markov(python: str, table: Path, order: int, seed: int) -> tuple[dict[str, float], float]:
    """Return the peer's conversions by channel, and its seconds of the processor.

    Parameters
    ----------
    python : str
        Interpreter of the peer's environment.
    table : pathlib.Path
        Paths as CSV.
    order, seed : int

    Returns
    -------
    dict, float
    """
    call = [python, str(PEER), str(table), str(order), str(seed)]
    found = json.loads(
        subprocess.run(call, capture_output=True, text=True, check=True).stdout.splitlines()[-1]
    )
    return found["conversions"], found["seconds"]


def errors(paths: Paths, python: str, table: Path, order: int) -> tuple[float, float]:
    """Return the median and the largest error of the peer's credit, over seeds and channels, relative to the exact chain's."""
    effects = removal_effects(paths, order)[0]
    exact = effects / effects.sum() * paths.conversions.sum()
    off = []
    for seed in range(SEEDS):
        found, _ = peer_markov(python, table, order, seed)
        off.append([abs(found[name] / value - 1) for name, value in zip(paths.channels, exact, strict=True)])
    return float(np.median(off)), float(np.max(off))


def speed(folder: Path, python: str | None) -> list[str]:
    """Return the table of times on a million paths and twelve channels."""
    simulate_paths(1_000_000, 12, 1).to_csv(folder / "large.csv", index=False)
    config = section("large.csv")
    assert config.paths is not None
    table = config.paths
    paths, reading = timed(lambda: read_paths(table, folder))
    _, whole = timed(lambda: credit_of(paths, config))
    lines = [
        "| what | seconds |",
        "|---|---|",
        f"| reading the CSV, splitting and sorting paths | {reading:.2f} |",
    ]
    for name in RULES:
        if name != "markov":
            _, took = timed(lambda name=name: list(RULES[name](paths, config)))
            lines.append(f"| {name} | {took:.2f} |")
    for order in ORDERS:
        _, took = timed(lambda order=order: removal_effects(paths, order))
        lines.append(f"| markov order {order} | {took:.2f} |")
    lines.append(f"| **reading and all rules, Markov of orders 1 to 3** | **{reading + whole:.2f}** |")
    if python is not None:
        for order in ORDERS:
            _, took = peer_markov(python, folder / "large.csv", order, 0)
            lines.append(
                f"| ChannelAttribution: Markov order {order} alone, its table in memory | {took:.2f} |"
            )
    return lines


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", help="Python of an environment with ChannelAttribution")
    python = parser.parse_args().peer
    lines = [
        "# Credit rules on aggregate paths",
        "",
        f"Code {code_version()}; `python -m benchmarks.credit`.",
        "",
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines += ["## 1,000,000 paths, 12 channels, 4 touches on average: seconds of one processor", ""]
        lines += speed(folder, python)
        if python is not None:
            simulate_paths(4_000, 8, 2).to_csv(folder / "small.csv", index=False)
            table = section("small.csv").paths
            assert table is not None
            paths = read_paths(table, folder)
            lines += [
                "",
                "## 4,000 paths, 8 channels: ChannelAttribution's simulated walks against the absorbing chain",
                "",
            ]
            lines += [f"Relative error of a channel's conversions, over {SEEDS} seeds.", ""]
            lines += ["| order | median | largest |", "|---|---|---|"]
            for order in ORDERS:
                median, largest = errors(paths, python, folder / "small.csv", order)
                lines.append(f"| {order} | {median:.2%} | {largest:.2%} |")
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
