"""How often the verdict says that spend follows demand: where it does, and where it does not.

    python -m benchmarks.demand_chasing --seeds 120 --variants 40 --first 5000

Each world is a row of ``results/demand_chasing_worlds.csv``. Needs no fit: the check is asked of the data. Besides the
shipped worlds, variants of the chasing world: planners who react weakly, strongly, late, in one channel or in all, and
three in which spend ignores demand: nobody reacts to it, it is given as a control, and nobody reacts where media
bring half of all sales.
"""

import argparse
import subprocess
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.recovery import RESULTS
from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.simulate import WORLDS, Scene, simulate_world
from mixproof.aggregates.simulate.demand import drift, lingering, standardised
from mixproof.aggregates.simulate.market import (
    Size,
    any_shape,
    base,
    buy_media,
    national_path,
    open_market,
    ripple,
)
from mixproof.aggregates.simulate.planning import (
    channel_names,
    plan_spend,
    react,
    split_budget,
    spread_returns,
)
from mixproof.aggregates.simulate.writing import as_tables, data_section
from mixproof.aggregates.sources import panel_from_frames
from mmm.checks import demand_chasing, thresholds
from mmm.config import MmmConfig
from mmm.problem.problem import build_problem


@dataclass(frozen=True, slots=True)
class Reaction:
    """How planners react to demand that no table shows.

    Parameters
    ----------
    channels : tuple of str
    low, high : float
        Change of log spend per standard deviation of demand, drawn between the two.
    delay : int
        Weeks after which they react.
    memory : float
        Autocorrelation of demand from week to week.
    shown : bool
        Whether demand is given as a control.
    media : tuple of float
        Range of the share of revenue that media bring.
    """

    channels: tuple[str, ...] = ("search", "social")
    low: float = 0.3
    high: float = 0.5
    delay: int = 0
    memory: float = 0.85
    shown: bool = False
    media: tuple[float, float] = (0.15, 0.30)


ALL = tuple(channel_names(5))
CHASES: Mapping[str, Reaction] = {
    "one channel": Reaction(("search",)),
    "one channel of flights": Reaction(("tv",)),
    "all channels": Reaction(ALL),
    "weak, one channel": Reaction(("search",), 0.1, 0.2),
    "weak, all channels": Reaction(ALL, 0.1, 0.2),
    "strong": Reaction(low=0.6, high=0.9),
    "a week late": Reaction(delay=1),
    "four weeks late": Reaction(delay=4),
    "demand of short memory": Reaction(memory=0.3),
}
HONEST: Mapping[str, Reaction] = {
    "nobody reacts": Reaction(()),
    "demand is a control": Reaction(shown=True),
    "much media, nobody reacts": Reaction((), media=(0.4, 0.5)),
}
SHIPPED = ("chasing", "delayed", "worthless", "national", "small", "demo", "geos")
LENGTHS = (60, 78, 104)


def react_to_demand(reaction: Reaction, seed: int, size: Size = WORLDS["chasing"].size) -> Scene:
    """Return a world in which planners react to unseen demand as stated."""
    rng = np.random.default_rng([zlib.crc32(repr(reaction).encode()), seed])
    market = open_market(rng, size)
    names, share = channel_names(size.channels), rng.uniform(*reaction.media)
    demand = standardised(
        0.6 * drift(rng, market.periods) + 0.8 * lingering(rng, market.periods, reaction.memory)
    )
    seen = np.concatenate([np.full(reaction.delay, demand[0]), demand[: len(demand) - reaction.delay]])
    timing = {}
    for name in names:
        path = plan_spend(rng, name, market.season)
        if name in reaction.channels:
            path = react(rng, path, seen, rng.uniform(reaction.low, reaction.high))
        timing[name] = national_path(market, path)
    shapes = [any_shape(rng) for _ in names]
    media = buy_media(
        market, timing, split_budget(rng, names), spread_returns(rng, len(names)), shapes, share
    )
    others = base(rng, market, share, wander=0.02)
    others["unseen_demand"] = market.local_revenue * rng.uniform(0.06, 0.10) * demand
    noise = ripple(rng, market, sd=rng.uniform(0.02, 0.04), memory=rng.uniform(0.1, 0.4))
    scene = Scene(market.dates, market.geos, market.population, media, others, noise)
    if not reaction.shown:
        return scene
    shown = {"demand_index": national_path(market, np.round(100 + 10 * demand, 2))}
    return replace(scene, columns=shown, controls=("demand_index",))


def findings_of(config: DataConfig, tables: Mapping[str, pd.DataFrame]) -> dict[str, float | bool]:
    """Return what the check says of these tables under the default model."""
    began = time.monotonic()
    found = demand_chasing.evidence(build_problem(panel_from_frames(config, tables), MmmConfig()))
    findings = demand_chasing.judge(found)
    return {
        "probability": demand_chasing.chase_probability(found) if found else np.nan,
        "warned": any(f.status == "warning" for f in findings),
        "certain": any(f.status == "warning" and f.threshold == thresholds.CHASING_CERTAIN for f in findings),
        "seconds": time.monotonic() - began,
    }


def shipped(name: str, **size: int) -> Callable[[int], dict[str, float | bool]]:
    """Return what asks the check about a shipped world of a seed."""

    def ask(seed: int) -> dict[str, float | bool]:
        world = simulate_world(name, seed, **size)
        return findings_of(DataConfig.model_validate(world.data_config), world.tables)

    return ask


def variant(reaction: Reaction) -> Callable[[int], dict[str, float | bool]]:
    """Return what asks the check about a variant of the chasing world."""

    def ask(seed: int) -> dict[str, float | bool]:
        scene = react_to_demand(reaction, seed)
        config = DataConfig.model_validate(data_section("variant", scene))
        return findings_of(config, as_tables("variant", scene))

    return ask


def cases() -> dict[tuple[str, str], Callable[[int], dict[str, float | bool]]]:
    """Return all cases by (what is true of spend, name)."""
    table = {("follows" if name == "chasing" else "ignores", name): shipped(name) for name in SHIPPED}
    table |= {("follows", f"chasing: {name}"): variant(each) for name, each in CHASES.items()}
    table |= {("ignores", f"demand: {name}"): variant(each) for name, each in HONEST.items()}
    for weeks in LENGTHS:
        table["follows", f"chasing, {weeks} weeks"] = shipped("chasing", weeks=weeks)
        table["ignores", f"national, {weeks} weeks"] = shipped("national", weeks=weeks)
    return table


def measure(every: range, variants: int) -> pd.DataFrame:
    """Return one row a world: its case, its seed, what the check says; of a variant only the first `variants` seeds."""
    rows = []
    for (truth, name), ask in cases().items():
        seeds = every if name in SHIPPED else every[:variants]
        rows += [{"spend": truth, "world": name, "seed": seed, **ask(seed)} for seed in seeds]
        done = pd.DataFrame(rows[-len(seeds) :])
        print(f"{name}: warned {done['warned'].mean():.2f}, {done['seconds'].mean():.2f} s", flush=True)
    return pd.DataFrame(rows).round({"probability": 4, "seconds": 2})


def write(rows: pd.DataFrame, seeds: range, variants: int, folder: Path) -> Path:
    """Return the Markdown page written from all rows."""
    rows = rows.assign(warned=rows["probability"] > thresholds.CHASING_POSSIBLE)
    version = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout
    table = rows.groupby(["spend", "world"], sort=False).agg(
        worlds=("seed", "size"),
        warned=("warned", "mean"),
        certain=("certain", "mean"),
        median=("probability", "median"),
        seconds=("seconds", "mean"),
    )
    usual = rows[rows["world"].isin(SHIPPED)]
    chased, honest = usual[usual["spend"] == "follows"], usual[usual["spend"] == "ignores"]
    curve = pd.DataFrame(
        {
            "limit": limit,
            "chasing warned": (chased["probability"] > limit).mean(),
            **{k: (g["probability"] > limit).mean() for k, g in honest.groupby("world", sort=False)},
        }
        for limit in (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 0.9)
    )
    lines = [
        "# Does the verdict see that spend follows demand?",
        "",
        f"Made by `python -m benchmarks.demand_chasing --seeds {len(seeds)} --variants {variants} --first {seeds.start}` "
        f"at {version.strip()}: seeds that were not used to build the check, except that the limit was "
        f"chosen with the table at the end of this page in view (for seeds 5000 and up). Standard error of a rate of .9 or .1: "
        f"{np.sqrt(0.09 / len(seeds)):.3f} in {len(seeds)} worlds, {np.sqrt(0.09 / variants):.3f} in {variants}.",
        "",
        f"`warned`: the verdict says that spend follows or may follow demand (probability above "
        f"{thresholds.CHASING_POSSIBLE}). `certain`: it says that it follows (a channel's above {thresholds.CHASING_CERTAIN}).",
        "",
        _markdown(table.reset_index()),
        "",
        "## Other limits",
        "",
        _markdown(curve),
        "",
    ]
    page = folder / "demand_chasing.md"
    page.write_text("\n".join(lines), encoding="utf-8")
    return page


def _markdown(table: pd.DataFrame) -> str:
    """Return a Markdown table."""
    rows = [
        [f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in row] for row in table.to_numpy()
    ]
    lines = [list(map(str, table.columns)), ["---"] * table.shape[1], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> None:
    """Measure all cases and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=120)
    parser.add_argument("--variants", type=int, default=40)
    parser.add_argument("--first", type=int, default=5000)
    parser.add_argument("--folder", type=Path, default=RESULTS)
    chosen = parser.parse_args()
    seeds = range(chosen.first, chosen.first + chosen.seeds)
    rows = measure(seeds, chosen.variants)
    rows.to_csv(chosen.folder / "demand_chasing_worlds.csv", index=False, lineterminator="\n")
    print(write(rows, seeds, chosen.variants, chosen.folder))


if __name__ == "__main__":
    main()
