"""The variance bridge on pairs of runs that differ in known causes: where the change lands, and whether its parts add up.

    python -m benchmarks.bridge [PAIRS]

Run from the project's root; it writes benchmarks/results/bridge.md. Each pair is a small market (80 weeks, two channels) of
its own seed, read twice: the later reading has eight weeks more, a month restated by 8 %, another prior for tv, or several.
"""

import sys
import time
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from mixproof.aggregates.panel import Panel
from mmm.config import MmmConfig
from mmm.effects.labelled import effect_draws
from mmm.fit import fit
from workflow.compare.bridge import Bridge, Vertex, build_bridge
from workflow.compare.causes import APPENDED, CONFIG, RESTATED, WINDOW, Side

RESULTS = Path("benchmarks/results/bridge.md")
PAIRS = 10
WEEKS, MORE = 80, 8
MODEL: dict[str, Any] = {
    "default": {"adstock": {"family": "geometric", "lags": 4}},
    "baseline": {"seasonality": {"yearly": 0}, "drift": {"kind": "none"}},
    "likelihood": {"family": "normal", "autocorrelation": False},
    "fit": {"chains": 2, "draws": 500, "max_draws": 500},
}
PRIOR = {"channels": {"tv": {"prior": {"roi": {"median": 3.0, "upper": 5.0}}}}}
KINDS: tuple[frozenset[str], ...] = (
    frozenset(),
    frozenset({APPENDED}),
    frozenset({RESTATED}),
    frozenset({CONFIG}),
    frozenset({APPENDED, RESTATED}),
    frozenset({RESTATED, CONFIG}),
    frozenset({APPENDED, RESTATED, CONFIG}),
)


def reading(seed: int, changed: Iterable[str]) -> Panel:
    """Return a market as it is read, with what has changed since."""
    rng, weeks = np.random.default_rng(seed), WEEKS + MORE
    spend = np.stack([rng.gamma(2, 500, weeks) + 10, rng.gamma(3, 200, weeks) + 10], axis=-1).round(2)
    outcome = (20_000 + spend @ np.array([1.5, 2.5]) + rng.normal(0, 600, weeks)).round(2)
    if RESTATED in changed:
        outcome[60:64] = (1.08 * outcome[60:64]).round(2)
    last = weeks if APPENDED in changed else WEEKS
    dims = ("geo", "date", "channel")
    data = xr.Dataset(
        {
            "outcome": (dims[:2], outcome[None, :last]),
            "outcome_value": (dims[:2], np.ones((1, last))),
            "spend": (dims, spend[None, :last]),
            "exposure": (dims, spend[None, :last]),
            "frequency": (dims, np.full((1, last, 2), np.nan)),
            "controls": (("geo", "date", "control"), np.zeros((1, last, 0))),
            "treatments": (("geo", "date", "treatment"), np.zeros((1, last, 0))),
            "population": (("geo",), np.ones(1)),
        },
        coords={"geo": ["national"], "date": pd.date_range("2022-01-03", periods=last, freq="7D"), "channel": ["tv", "search"],
                "control": np.array([], "U1"), "treatment": np.array([], "U1"), "kind": ("channel", ["paid", "paid"]),
                "driver": ("channel", ["spend", "spend"])},
    )  # fmt: skip
    return Panel(data, "weekly", "EUR", "revenue", "revenue")


def side(seed: int, changed: frozenset[str], sampled: int) -> Side:
    """Return a run of a reading, made in memory."""
    panel, section = reading(seed, changed), MODEL | (PRIOR if CONFIG in changed else {})
    tree = fit(panel, MmmConfig.model_validate(section, strict=False), sampled)
    run: Any = SimpleNamespace(
        path=Path(f"{seed}-{sampled}"),
        posterior=lambda: tree,
        config={"mmm": section},
        manifest={"versions": {"mixproof": "1"}, "artefacts": {}},
    )
    return Side(run, panel, run.config)


def pair(seed: int, changed: frozenset[str]) -> Bridge:
    """Return the bridge between a reading and one in which causes have changed."""
    a, b = side(seed, frozenset(), 2 * seed), side(seed, changed, 2 * seed + 1)

    def fitted(vertex: Vertex) -> Any:
        return fit(
            vertex.panel, MmmConfig.model_validate(vertex.model_of.config["mmm"], strict=False), 2 * seed
        )

    def read(posterior: Any, panel: Panel, of: Side) -> Any:
        return effect_draws(posterior, panel, MmmConfig.model_validate(of.config["mmm"], strict=False))

    return build_bridge(a, b, fitted, read)


def measured(bridge: Bridge, changed: frozenset[str]) -> dict[str, float]:
    """Return shares of the change of returns: what lands on the causes, on others, and what does not add up."""
    rows = bridge.table[bridge.table["measure"] == "roi"]
    total = rows[rows["cause"] == "total"].set_index("channel")["change"]
    parts = rows[rows["cause"] != "total"]
    landed = parts[parts["cause"].isin(changed)]
    seen = parts[parts["cause"] != WINDOW]["change"].abs().sum()
    rest = total - parts.groupby("channel")["change"].sum()
    noisy = rows[(rows["cause"] == "sampling noise")]
    return {
        "landed": float(landed["change"].abs().sum() / seen) if changed and seen > 0 else np.nan,
        "rest": float(rest.abs().max()),
        "refits": float(bridge.refits),
        "moved": float(total.abs().max()),
        "false": float(noisy["clear"].mean()) if len(noisy) else np.nan,
    }


def main(pairs: int = PAIRS) -> None:
    """Write the table, one row a kind of pair."""
    lines = [
        "# The variance bridge",
        "",
        f"`python -m benchmarks.bridge {pairs}`: {pairs} pairs of each kind.",
        "",
    ]
    heads = (
        "causes that differ",
        "change of returns that lands on them",
        "largest change of a return",
        "largest rest of the sum",
    )
    heads += ("refits a pair", "parts said to be clear without a cause", "seconds a pair")
    lines += [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for changed in KINDS:
        began = time.perf_counter()
        found = pd.DataFrame([measured(pair(seed, changed), changed) for seed in range(1, pairs + 1)])
        seconds = (time.perf_counter() - began) / pairs
        landed = f"{found['landed'].mean():.0%}, least {found['landed'].min():.0%}" if changed else ""
        false = f"{found['false'].mean():.0%}" if found["false"].notna().any() else ""
        lines.append(
            f"| {', '.join(sorted(changed)) or 'none'} | {landed} | {found['moved'].max():.2f} | {found['rest'].max():.0e} | "
            f"{found['refits'].mean():.0f} | {false} | {seconds:.1f} |"
        )
        print(lines[-1], flush=True)
        RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:]))
