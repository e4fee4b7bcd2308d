"""Five kinds of incident, simulated on markets with known truth: is each named right by what it leaves in the data?

    python -m benchmarks.incidents [SEEDS [FIRST]]

The rules were set with the seeds 1 to 20, 101 to 110 and 301 to 320; FIRST, 401 if it is not said, begins with others.
Run from the project's root; it writes benchmarks/results/incidents.md.
Each market is a `simulate` world of its own seed, read twice: to
eight weeks before its end, and whole, with an incident in these weeks or, in one row, none. Its analytics system counts
conversions of each channel with noise. No model is fitted: what names an incident are data and hashes.
"""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from mixproof.aggregates.panel import Panel
from mixproof.aggregates.simulate import World, simulate_world
from mixproof.aggregates.sources import panel_from_frames
from workflow.compare.causes import Side, causes
from workflow.compare.incident import COSTS, IDENTITY, MARKET, MODEL, TRACKING, incidents
from workflow.config import DataConfig

RESULTS = Path("benchmarks/results/incidents.md")
SEEDS, FIRST, LAST, ORDER = 10, 401, 8, 60.0
PARTLY = "tracking, in part"
KINDS = (TRACKING, PARTLY, COSTS, IDENTITY, MODEL, MARKET, "nothing")
SIZES = {TRACKING: 0.0, PARTLY: 0.3, IDENTITY: 0.6, MARKET: 0.7}
"""What is left: of a channel's credit where its tag is lost or fires in part, of all after keys were rotated, of demand."""
WORLDS = ("national", "demo", "chasing")


def credit(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Return orders by week and channel as a system counts them, those of nobody among them."""
    paid = world.truth.loc[world.truth["kind"] == "paid", "channel"].unique()
    rows = world.series[world.series["component"].isin(paid)]
    caused = rows.groupby(["date", "component"])["contribution"].sum().unstack("component").clip(lower=0)
    outcome = pd.Series(world.scene.outcome().sum(axis=0), world.scene.dates).iloc[world.scene.warm_up :]
    orders = (outcome / ORDER).round()
    table = pd.DataFrame(
        {name: rng.poisson(caused[name].reindex(orders.index).fillna(0) / ORDER) for name in caused},
        orders.index,
    )
    table["(direct)"] = rng.binomial(orders.astype(int), 0.2)
    table["(unattributed)"] = (orders - table.sum(axis=1)).clip(lower=0)
    return table


def with_incident(
    world: World, kind: str, rng: np.random.Generator
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Return the tables of a market and its credit, with an incident in the last weeks."""
    tables, table = {name: frame.copy() for name, frame in world.tables.items()}, credit(world, rng)
    weeks, channels = table.index[-LAST:], [name for name in table if not name.startswith("(")]
    hit = channels[int(np.argmax(table[channels].iloc[-LAST:].sum()))]
    if kind in (TRACKING, PARTLY, IDENTITY):
        lost = channels if kind == IDENTITY else [hit]
        kept = rng.binomial(table.loc[weeks, lost].astype(int), SIZES[kind])
        table.loc[weeks, "(unattributed)"] += table.loc[weeks, lost].sum(axis=1) - kept.sum(axis=1)
        table.loc[weeks, lost] = kept
    if kind == MARKET:
        table.loc[weeks] = rng.binomial(table.loc[weeks].astype(int), SIZES[kind])
    for frame in tables.values():
        rows = pd.to_datetime(frame["date"]).isin(weeks)
        if kind == COSTS and f"{hit}_spend" in frame:
            frame.loc[rows, f"{hit}_spend"] = 100 * frame.loc[rows, f"{hit}_spend"]
        if kind == MARKET and "revenue" in frame:
            frame.loc[rows, "revenue"] = SIZES[kind] * frame.loc[rows, "revenue"]
    return tables, table


def side(name: str, panel: Panel, table: pd.DataFrame, prior: bool) -> Side:
    """Return a run in memory."""
    long = table.rename_axis("start").reset_index().melt("start", var_name="channel", value_name="attributed")
    long = long.assign(system="analytics", arm="", start=long["start"].dt.strftime("%Y-%m-%d"))
    config = {"mmm": {"channels": {"tv": {"prior": {"roi": {"median": 3.0}}}} if prior else {}}}
    run: Any = SimpleNamespace(
        path=Path(name),
        tables=("attributed",),
        table=lambda _: long,
        config=config,
        manifest={"versions": {"mixproof": "1"}, "artefacts": {}, "run_id": name},
    )
    return Side(run, panel, config)


def named(kind: str, seed: int, world_name: str) -> str:
    """Return the incident that is named first; empty where none is."""
    world, rng = simulate_world(world_name, seed), np.random.default_rng(seed)
    tables, table = with_incident(world, kind, rng)
    section = {**world.data_config, "accept": ["unit-switch"]}
    first = (table.index[-LAST] - pd.Timedelta(days=1)).date().isoformat()
    whole = panel_from_frames(DataConfig.model_validate(section, strict=False), tables)
    cut = panel_from_frames(DataConfig.model_validate({**section, "end": first}, strict=False), tables)
    a = side("a", cut, table.iloc[:-LAST], prior=False)
    b = side("b", whole, table, prior=kind == MODEL)
    found = incidents(a, b, causes(a, b))
    return found[0].kind if found else ""


def main(seeds: int = SEEDS, first: int = FIRST) -> None:
    """Write the table, one row a kind of incident, as far as it is known after each."""
    told: dict[tuple[str, str], list[str]] = {}
    for kind in KINDS:
        for world in WORLDS:
            told[kind, world] = [named(kind, seed, world) for seed in range(first, first + seeds)]
            RESULTS.write_text(report(told, seeds, first), encoding="utf-8")


def report(told: dict[tuple[str, str], list[str]], seeds: int, first: int) -> str:
    """Return the table of what was named, by kind and world."""
    lines = [
        "# Incidents",
        "",
        f"`python -m benchmarks.incidents {seeds} {first}`: {seeds} seeds of each kind in each world. The rules were set with "
        "the seeds 1 to 20, 101 to 110 and 301 to 320.",
        f"Incidents last {LAST} weeks: of the credit of the largest channel nothing is left, or {SIZES[PARTLY]:.0%}; of all "
        f"credit {SIZES[IDENTITY]:.0%}, of demand {SIZES[MARKET]:.0%}; costs are uploaded in cents.",
        "",
        f"| incident | {' | '.join(WORLDS)} | named otherwise |",
        f"|---|{'---|' * (len(WORLDS) + 1)}",
    ]
    for kind in KINDS:
        wanted, cells, other = {"nothing": "", PARTLY: TRACKING}.get(kind, kind), [], []
        for world in WORLDS:
            said = told.get((kind, world), [])
            cells.append(f"{sum(each == wanted for each in said)} of {seeds}" if said else "")
            other += [f"{each or 'none'} ({world})" for each in said if each != wanted]
        lines.append(f"| {kind} | {' | '.join(cells)} | {', '.join(sorted(set(other)))} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:]))
