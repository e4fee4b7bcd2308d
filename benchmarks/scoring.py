"""What every study of recovery writes and how it is summed up: one row an estimate, one table for all tools.

Only NumPy and pandas, and nothing of the tool itself, so that every tool is scored by the same lines.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

COLUMNS: tuple[str, ...] = (
    "tool",
    "version",
    "world",
    "seed",
    "channel",
    "quantity",
    "truth",
    "mean",
    "median",
    "lower_50",
    "upper_50",
    "lower_90",
    "upper_90",
    "reported_as",
    "grade",
    "findings",
    "seconds",
)
"""One row is a channel's ROI or mROI in one fit; ``reported_as`` is "alone", "sum" (a group) or "only within ..."."""

KEY = ["tool", "world", "seed"]


def row(
    fit: dict[str, object], channel: str, quantity: str, truth: float, draws: np.ndarray
) -> dict[str, object]:
    """Return the row of one quantity from its posterior draws, any shape; intervals are equal-tailed."""
    low_90, low_50, middle, high_50, high_90 = np.quantile(np.ravel(draws), [0.05, 0.25, 0.5, 0.75, 0.95])
    return fit | {
        "channel": channel,
        "quantity": quantity,
        "truth": truth,
        "mean": float(np.mean(draws)),
        "median": middle,
        "lower_50": low_50,
        "upper_50": high_50,
        "lower_90": low_90,
        "upper_90": high_90,
    }


def append(path: Path, rows: Iterable[dict[str, object]]) -> None:
    """Add rows to the CSV at `path` in one write, so that runs side by side do not mix their lines."""
    frame = pd.DataFrame(list(rows)).reindex(columns=list(COLUMNS))
    path.parent.mkdir(parents=True, exist_ok=True)
    text = frame.to_csv(index=False, header=not path.exists(), float_format="%.6g", lineterminator="\n")
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def fitted(path: Path, tool: str) -> set[tuple[str, int]]:
    """Return the (world, seed) pairs that `tool` has already been run on."""
    if not path.exists():
        return set()
    table = pd.read_csv(path)
    table = table[table["tool"] == tool]
    return {(str(world), int(seed)) for world, seed in zip(table["world"], table["seed"], strict=True)}


def scored(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with error, width, coverage and interval score of each estimate.

    Notes
    -----
    The interval score of a central 90 % interval is its width plus 20 times the distance by which the truth
    lies outside it: small for intervals that are narrow and right (Gneiting and Raftery 2007, eq. 43).
    """
    truth = rows["truth"]
    below, above = (rows["lower_90"] - truth).clip(lower=0), (truth - rows["upper_90"]).clip(lower=0)
    width = rows["upper_90"] - rows["lower_90"]
    return rows.assign(
        error=(rows["mean"] - truth).abs(),
        bias=rows["mean"] - truth,
        width_90=width,
        covered_50=((rows["lower_50"] <= truth) & (truth <= rows["upper_50"])).astype(float),
        covered_90=((rows["lower_90"] <= truth) & (truth <= rows["upper_90"])).astype(float),
        interval_score=width + 20.0 * (below + above),
    )


MEASURES: tuple[str, ...] = ("error", "bias", "width_90", "interval_score", "covered_50", "covered_90")


def by_world(rows: pd.DataFrame) -> pd.DataFrame:
    """Return each measure's mean and Monte-Carlo standard error by tool, world and quantity.

    Channels of one fit share its noise, so that the fit is the unit: the standard error is that of the mean
    over fits of each fit's mean over its channels.
    """
    fits = scored(rows).groupby(["tool", "world", "quantity", "seed"])[list(MEASURES)].mean()
    grouped = fits.groupby(["tool", "world", "quantity"])
    mean, count = grouped.mean(), grouped.size()
    error = grouped.std(ddof=1).div(np.sqrt(count), axis=0).add_suffix("_se")
    return pd.concat([count.rename("fits"), mean, error], axis=1).reset_index()


def channels_alone(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of single channels, whatever was said about reporting them."""
    return rows[rows["reported_as"] != "sum"]


def as_reported(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows a reader is told to use: channels alone, and groups in place of their members."""
    return rows[~rows["reported_as"].fillna("alone").str.startswith("only within")]


def markdown(table: pd.DataFrame, worlds: Sequence[str]) -> str:
    """Return `by_world` as a Markdown table in the order of `worlds`: mean and, in brackets, its standard error."""
    head = [
        "tool",
        "world",
        "quantity",
        "fits",
        "mean error",
        "bias",
        "width 90 %",
        "score",
        "in 50 %",
        "in 90 %",
    ]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    order = {name: place for place, name in enumerate(worlds)}
    ranked = table.sort_values(
        ["world", "quantity", "tool"], key=lambda c: c.map(order) if c.name == "world" else c
    )
    for entry in ranked.to_dict("records"):
        # A single fit has no standard error.
        errors = [f" ({entry[m + '_se']:.2f})" if entry["fits"] > 1 else "" for m in MEASURES]
        cells = [f"{entry[m]:.2f}{error}" for m, error in zip(MEASURES, errors, strict=True)]
        lines.append(
            f"| {entry['tool']} | {entry['world']} | {entry['quantity']} | {entry['fits']} | {' | '.join(cells)} |"
        )
    return "\n".join(lines) + "\n"
