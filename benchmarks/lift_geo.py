"""Simulation study of geo experiments: coverage, false positives, A/A with ten geos, promised against delivered power.

``python -m benchmarks.lift_geo`` writes ``benchmarks/results/lift_geo.md``; ``--size full`` is the committed study,
``--size small`` ends within a minute; ``--example`` writes the shipped data of ``configs/lift_geo.yaml``.
"""

import argparse
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from lift.design.config import GeoPlan
from lift.design.geo import Pool, design_geo
from lift.design.simulate import GeoWorld, simulate_panel, with_lift
from lift.geo.assignment import complete
from lift.geo.cell import Setting, analyse_cell
from lift.geo.config import GeoTable

RESULTS = Path(__file__).parent / "results" / "lift_geo.md"
EXAMPLE = Path(__file__).parents[1] / "configs" / "data" / "lift_geo.csv"
Row = list[str]


def covers(
    seed: int, geos: int, treated: int, lift: float, inference: str
) -> tuple[bool, bool, float, float]:
    """Return whether the 95 % interval held the truth, whether 0 was rejected, the error and width, as shares."""
    world = GeoWorld(geos, 118)
    base = simulate_panel(world, seed)
    flags = np.zeros(geos, dtype=bool)
    flags[np.random.default_rng(seed + 10**6).choice(geos, treated, replace=False)] = True
    outcome = with_lift(base, flags, 90, lift)
    setting = Setting(
        outcome,
        None,
        flags,
        90,
        0.95,
        "ensemble",
        inference,
        complete(geos, treated),
        inference == "randomisation",
        seed=seed,
        compare=False,
    )
    effect = analyse_cell(setting).effect
    truth = float((outcome - base)[flags, 90:].sum())
    total = float(base[flags, 90:].sum())
    return (
        effect.covers(truth),
        effect.p_value < 0.05 - 1e-9,
        (effect.point - truth) / total,
        (effect.upper - effect.lower) / total,
    )


def coverage_table(tests: int) -> list[Row]:
    """Return a row a setting: coverage, false positives, bias, RMSE and median width."""
    rows = []
    for geos, treated in ((20, 2), (40, 4), (100, 10)):
        with_effect = np.array([covers(s, geos, treated, 0.05, "placebo") for s in range(tests)])
        without = np.array([covers(s + tests, geos, treated, 0.0, "placebo") for s in range(tests)])
        error = with_effect[:, 2]
        rows.append(
            [
                f"{geos} geos, {treated} treated",
                str(tests),
                f"{with_effect[:, 0].mean():.3f}",
                f"{without[:, 1].mean():.3f}",
                f"{error.mean():+.4f}",
                f"{np.sqrt((error**2).mean()):.4f}",
                f"{np.median(with_effect[:, 3]):.4f}",
                f"{with_effect[:, 1].mean():.2f}",
            ]
        )
    return rows


def a_a_table(tests: int) -> list[Row]:
    """Return false positives of randomised A/A tests on ten geos, nominal 5 %."""
    rows = []
    for treated in (3, 5):
        found = np.array([covers(s + 5 * 10**5, 10, treated, 0.0, "randomisation") for s in range(tests)])
        rows.append([f"10 geos, {treated} treated", str(tests), f"{found[:, 1].mean():.3f}"])
    return rows


def power_table(panels: int) -> list[Row]:
    """Return promised power, and how often the planned test found the lift in the time after the plan."""
    promised, claimed, found, false = [], [], [], []
    table = GeoTable(file="simulated.csv")
    for seed in range(panels):
        panel = simulate_panel(GeoWorld(40, 390), seed + 7 * 10**5)
        plan = GeoPlan(
            kind="geo", name="study", data=table, sizes=(4,), periods=(21,), expected_lift=0.05, candidates=80
        )
        nothing = np.zeros(40, dtype=bool)
        option = design_geo(plan, Pool(panel[:, :360], None, nothing, nothing), seed)[0]
        flags = np.zeros(40, dtype=bool)
        flags[list(option.treated)] = True
        for lift, into in ((0.05, found), (0.0, false)):
            outcome = with_lift(panel, flags, 365, lift)[:, :386]
            setting = Setting(
                outcome,
                None,
                flags,
                365,
                0.9,
                "ensemble",
                "placebo",
                complete(40, 4),
                False,
                seed=seed,
                compare=False,
            )
            into.append(analyse_cell(setting).effect.p_value < 0.1 - 1e-9)
        promised.append(option.power)
        claimed.append(option.power_claimed)
    return [[str(panels), *(f"{np.mean(values):.3f}" for values in (claimed, promised, found, false))]]


def _table(header: Row, rows: list[Row]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def write_study(tests: int, panels: int) -> None:
    """Write the study's tables."""
    start = time.perf_counter()
    header = [
        "setting",
        "tests",
        "coverage (95 %)",
        "false positives (5 %)",
        "bias",
        "RMSE",
        "median width",
        "power at +5 %",
    ]
    parts = [
        "# Geo experiments: simulation study",
        "Made by `python -m benchmarks.lift_geo`. Panels: 118 days, two common random walks with loadings that differ by geo, "
        "AR(1) deviations, a weekly cycle, log-normal sizes; 28 test days. Error and width are shares of the treated outcome.",
        "## The default method on geos that were chosen",
        _table(header, coverage_table(tests)),
        "## A/A tests that were randomised",
        _table(["setting", "tests", "false positives (5 %)"], a_a_table(tests)),
        "## Promised and delivered power (90 % level, +5 % lift, 4 of 40 geos, 21 days)",
        _table(
            [
                "plans",
                "claimed on selection windows",
                "promised on unseen windows",
                "delivered",
                "false positives (10 %)",
            ],
            power_table(panels),
        ),
        f"Whole study: {time.perf_counter() - start:.0f} s.",
    ]
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def write_example() -> None:
    """Write the shipped example: 30 regions, 250 days, two tests whose true effects its config states."""
    random = np.random.default_rng(20240101)
    first = date(2024, 1, 1)
    names = [f"region_{i + 1:02d}" for i in range(30)]
    panel = simulate_panel(GeoWorld(30, 250, level=300.0, spread=0.6, noise=0.05), 3)
    share = panel[:, :1] / panel[:, 0].mean()
    video = 220.0 * share * random.uniform(0.9, 1.1, panel.shape)
    social = 120.0 * share * random.uniform(0.9, 1.1, panel.shape)
    tests = (
        ((3, 9, 14, 22), date(2024, 5, 6), 28, -0.06, video, 0.0),
        ((5, 17, 26), date(2024, 7, 15), 28, 0.04, social, 2.0),
        ((7, 12, 28), date(2024, 7, 15), 28, 0.07, social, 3.5),
    )
    for regions, start, days, lift, spend, factor in tests:
        window = slice((start - first).days, (start - first).days + days)
        rows = [i - 1 for i in regions]
        panel[rows, window] *= 1 + lift
        spend[rows, window] *= factor
    lines = ["region,date,orders,video_spend,social_spend"]
    for i, name in enumerate(names):
        for t in range(panel.shape[1]):
            day = first + timedelta(days=t)
            lines.append(f"{name},{day},{round(panel[i, t])},{video[i, t]:.2f},{social[i, t]:.2f}")
    EXAMPLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=("small", "full"), default="full")
    parser.add_argument("--example", action="store_true")
    arguments = parser.parse_args()
    if arguments.example:
        write_example()
    else:
        write_study(*((6, 2) if arguments.size == "small" else (500, 60)))
