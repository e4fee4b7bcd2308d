"""The page of the speed study, from its rows: a table for each world, and how far ahead mixproof is of each tool."""

import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

OWN = "mixproof"
HEAD = """# Speed beside other tools

Made by `python -m benchmarks.speed` on {cores} processor cores. mixproof: the whole command, from start to tables, page and
workbook written. Others: a script that only fits, from start to the posterior in memory; what they save is not in their
time. A first run has an empty home folder (no PyTensor, numba or JAX cache), later runs have what it left; of later
runs the median is shown. Target: R-hat at most 1.01 and bulk and tail effective sample size (ESS) at least 400 for the
ROI of every channel, judged for all tools by the same lines from their draws of ROI. ESS/s: the smaller of bulk and tail
ESS of the worst channel by seconds in the sampler, tuning included; Meridian compiles inside that call. Memory:
most held at once by all processes. Model and draws of the others are those of their own first pages, see `README.md`.
"""
COLUMNS: Mapping[str, str] = {
    "first": "first run, s",
    "later": "later runs, s",
    "cpu_seconds": "CPU, s",
    "seconds_to_target": "to target, s",
    "ess_per_second": "ESS/s",
    "ess": "ESS",
    "r_hat": "R-hat",
    "draws": "draws a chain",
    "steps": "steps a draw",
    "divergences": "divergences",
    "memory_mb": "memory, MB",
    "written_mb": "written, MB",
}


def summarise(folder: Path, worlds: Sequence[str]) -> Path:
    """Return the Markdown page written from ``speed.csv`` in `folder`."""
    rows = pd.read_csv(folder / "speed.csv")
    rows["ess"] = rows[["ess_bulk", "ess_tail"]].min(axis=1)
    parts = [HEAD.format(cores=os.cpu_count())]
    for world in worlds:
        part = rows[rows["world"] == world]
        if len(part):
            tools = {str(tool): _summary(runs) for tool, runs in part.groupby("tool", sort=False)}
            parts.append(f"## {world}\n\n" + _table(tools) + _ratios(tools) + _troubles(part))
    parts.append(_targets(rows))
    versions = rows.groupby("tool")["version"].unique()
    said = "; ".join(f"{tool} {', '.join(map(str, found))}" for tool, found in versions.items())
    parts.append(f"Versions: {said}. Load of the machine before a run was at most {rows['load'].max():g}.\n")
    page = folder / "speed.md"
    page.write_text("\n".join(parts), encoding="utf-8")
    return page


MARKETING, MERIDIAN = "pymc-marketing", "meridian"
RATIOS = (
    ("small", MARKETING, "first", "first", 3.0, "first run"),
    ("small", MARKETING, "later", "later", 5.0, "later runs"),
    ("small", MARKETING, "ess_per_second", "ess_per_second", 10.0, "ESS/s"),
    ("national", MARKETING, "first", "first", 3.0, "first run"),
    ("national", MARKETING, "later", "later", 5.0, "later runs"),
    ("national", MARKETING, "ess_per_second", "ess_per_second", 10.0, "ESS/s"),
    (
        "geo40",
        MERIDIAN,
        "seconds_to_ess_126",
        "seconds_to_target",
        5.0,
        "its time to ESS 126 by ours to the target",
    ),
    ("geo40", MERIDIAN, "ess_per_second", "ess_per_second", 20.0, "ESS/s"),
)
"""World, tool, its number and ours, how many times better ours should be, and what is compared."""
LIMITS = (
    ("seconds", 1200.0, "whole process, s"),
    ("memory_mb", 6144.0, "memory, MB"),
    ("written_mb", 200.0, "written, MB"),
    ("r_hat", 1.01, "R-hat"),
)
"""What `large` may take at most, and needs."""


def _targets(rows: pd.DataFrame) -> str:
    """Return the targets that were set before anything was measured, each with what was measured."""
    found = {key: _summary(runs) for key, runs in rows.groupby(["world", "tool"])}

    def number(world: str, tool: str, name: str) -> float:
        return float(found.get((world, tool), {}).get(name, math.nan))

    lines = ["| world | beside | what | target | measured | met |", "|---|---|---|---|---|---|"]
    for world, tool, theirs, ours, target, what in RATIOS:
        ratio = number(world, tool, theirs) / number(world, OWN, ours)
        ratio = 1 / ratio if ours == "ess_per_second" else ratio
        lines.append(f"| {world} | {tool} | {what} | {target:g} times | {_met(ratio, ratio >= target)} |")
    for name, limit, what in LIMITS:
        value = number("large", OWN, name)
        lines.append(f"| large | | {what} | {limit:g} | {_met(value, value <= limit)} |")
    return "## Targets, set before anything was measured\n\n" + "\n".join(lines) + "\n"


def _met(value: float, met: bool) -> str:
    """Return the last two cells of a target."""
    return " | not measured" if math.isnan(value) else f"{value:.4g} | {'yes' if met else '**no**'}"


def _summary(runs: pd.DataFrame) -> dict[str, Any]:
    """Return what is shown of one tool on one world: the first run, and medians over later ones (else the first)."""
    done = runs[runs["status"] == "done"]
    first, later = done[done["run"] == 0], done[done["run"] > 0]
    shown = later if len(later) else first
    numbers = shown.select_dtypes("number").median()
    return {
        "first": first["seconds"].median(),
        "later": later["seconds"].median(),
        "first_target": first["seconds_to_target"].median(),
    } | {str(name): value for name, value in numbers.items()}


def _table(tools: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the Markdown table of one world, a row a tool."""
    lines = [f"| tool | {' | '.join(COLUMNS.values())} |", f"|{'---|' * (len(COLUMNS) + 1)}"]
    for tool, found in tools.items():
        cells = [_cell(name, found.get(name)) for name in COLUMNS]
        lines.append(f"| {tool} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(name: str, value: Any) -> str:
    """Return a number as it is shown; what was not reached or not measured says so."""
    if value is None or pd.isna(value):
        return "not reached" if name == "seconds_to_target" else ""
    places = (
        3 if name == "r_hat" else 1 if 0 < abs(value) < 100 and name not in ("draws", "divergences") else 0
    )
    return f"{value:,.{places}f}"


def _ratios(tools: Mapping[str, Mapping[str, Any]]) -> str:
    """Return one line for each other tool: its numbers as multiples of mixproof's."""
    own = tools.get(OWN)
    if own is None:
        return ""
    lines = []
    for tool, other in tools.items():
        if tool == OWN:
            continue
        said = [
            f"{label} {other[name] / own[name]:.1f} times as long"
            for name, label in (("first", "first run"), ("later", "later runs"))
            if pd.notna(other.get(name)) and pd.notna(own.get(name))
        ]
        if pd.notna(other.get("ess_per_second")) and pd.notna(own.get("ess_per_second")):
            said.append(f"mixproof's ESS/s {own['ess_per_second'] / other['ess_per_second']:.1f} times its")
        reference, reached = other.get("seconds_to_ess_126"), own.get("seconds_to_target")
        if pd.notna(reference) and pd.notna(reached):
            said.append(
                f"{reference:.0f} s to ESS 126, {reference / reached:.1f} times mixproof's way to the target"
            )
        if said:
            lines.append(f"- {tool}: {', '.join(said)}.")
    return "\n" + "\n".join(lines) + "\n" if lines else ""


def _troubles(rows: pd.DataFrame) -> str:
    """Return what was not done, run by run."""
    bad = rows[rows["status"] != "done"]
    lines = [f"- {row.tool}, run {row.run}: {row.status}." for row in bad.itertuples()]
    return "\n" + "\n".join(lines) + "\n" if lines else ""
