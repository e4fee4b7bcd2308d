"""How the default model does in kinds of world that have the troubles of other people's data.

    python -m benchmarks.kinds --seeds 20                  fits, and what the check for chasing says
    python -m benchmarks.kinds --check --first 20 --seeds 6     the check alone, which needs no fit

    python -m benchmarks.kinds --seeds 5 --keep FOLDER     posteriors are kept, and rows made anew from them by today's checks

Each fit adds its rows to ``results/kinds_fits.csv`` and each world its rows to ``results/kinds_chasing.csv``; what is there
is not run again. Afterwards ``results/kinds.md`` is written anew from all rows.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import special

from benchmarks import scoring
from benchmarks.recovery import RESULTS, TOOL, Task, run_fit
from benchmarks.version import code_version
from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.panel import Frequency
from mixproof.aggregates.simulate import WORLDS, simulate_world
from mixproof.aggregates.simulate.worlds import TROUBLES
from mixproof.aggregates.sources import panel_from_frames
from mixproof.errors import MixproofError
from mmm.checks import demand_chasing, thresholds
from mmm.checks.chasing_rates import Rates
from mmm.config import MmmConfig
from mmm.problem.problem import build_problem

OLD = ("delayed", "chasing", "worthless", "geos")
KINDS = (*OLD, *TROUBLES)
LIMITS = (0.1, 0.15, 0.2, 0.25, 0.4, 0.6, 0.8)
NAMED = (0.05, 0.1, 0.25)


def chasing_rows(kind: str, seed: int) -> list[dict[str, object]]:
    """Return what the check says of each paid channel of a world, and whether its spend does follow demand.

    Parameters
    ----------
    kind : str
    seed : int

    Returns
    -------
    list of dict
    """
    world = simulate_world(kind, seed)
    panel = panel_from_frames(DataConfig.model_validate(world.data_config), world.tables)
    found = demand_chasing.evidence(build_problem(panel, MmmConfig()))
    overall = demand_chasing.chase_probability(found) if found else np.nan
    return [
        {
            "world": kind,
            "seed": seed,
            "channel": channel,
            "chased": channel in world.scene.chased,
            "overall": round(overall, 4),
            "probability": round(float(special.expit(each)), 4),
        }
        for channel, each in found.items()
    ]


def by_kind(fits: pd.DataFrame) -> pd.DataFrame:
    """Return coverage, errors and width of ROI and mROI by kind, every channel alone."""
    rows = fits[(fits["tool"] == TOOL) & (fits["reported_as"] != "sum")].copy()
    for level in (50, 90):
        rows[f"in {level} %"] = rows["truth"].between(rows[f"lower_{level}"], rows[f"upper_{level}"])
    size = rows["truth"].abs()
    rows["signed error"] = (rows["mean"] - rows["truth"]) / size.where(size > 0)
    rows["relative width"] = (rows["upper_90"] - rows["lower_90"]) / size.where(size > 0)
    rows["absolute error"] = rows["signed error"].abs()
    rows["too high"] = rows["truth"] < rows["lower_90"]
    seen = rows[rows["quantity"] == "roi_observed"].set_index(["world", "seed", "channel"])["in 90 %"]
    keys = pd.MultiIndex.from_frame(rows[["world", "seed", "channel"]])
    rows["observed"] = seen.reindex(keys).to_numpy() == True  # noqa: E712  unknown is not covered
    rows["assumed"] = rows["reported_as"].fillna("").str.contains("mostly assumed")
    rows["conflict"] = rows["findings"].fillna("").str.contains(":conflict")
    told = rows["in 90 %"] | (rows["assumed"] & rows["observed"]) | rows["conflict"]
    rows["in 90 % or said"] = told
    rows["false conflict"] = rows["conflict"] & rows["in 90 %"]
    measures = {
        "channels": ("truth", "size"),
        "in 50 %": ("in 50 %", "mean"),
        "in 90 %": ("in 90 %", "mean"),
        "in 90 % or said": ("in 90 % or said", "mean"),
        "mostly assumed": ("assumed", "mean"),
        "conflict": ("conflict", "mean"),
        "conflict though covered": ("false conflict", "mean"),
        "too high": ("too high", "mean"),
        "median signed error": ("signed error", "median"),
        "median absolute error": ("absolute error", "median"),
        "median relative width": ("relative width", "median"),
    }
    one = rows.groupby(["quantity", "world"], sort=False).agg(**measures)
    every = rows.assign(world="all kinds together").groupby(["quantity", "world"]).agg(**measures)
    return pd.concat([one, every]).sort_index(level="quantity", sort_remaining=False)


def curve(chasing: pd.DataFrame) -> pd.DataFrame:
    """Return which share of channels is marked at each pair of limits: of the world, and of the channel in it."""
    anywhere = chasing.groupby(["world", "seed"])["chased"].transform("any")
    rows = []
    for limit in LIMITS:
        for named in (each for each in NAMED if each <= limit):
            marked = (chasing["overall"] > limit) & (chasing["probability"] > named)
            rows.append(
                {
                    "a world is warned above": limit,
                    "a channel is named above": named,
                    "chased channels": marked[chasing["chased"]].mean(),
                    "honest channels": marked[~chasing["chased"]].mean(),
                    "of them in honest worlds": marked[~anywhere].mean(),
                    "of them beside chased ones": marked[~chasing["chased"] & anywhere].mean(),
                }
            )
    return pd.DataFrame(rows)


def marks(chasing: pd.DataFrame) -> pd.DataFrame:
    """Return by kind which share of channels is marked at the limits of the check, chased and honest ones apart."""
    marked = (chasing["overall"] > thresholds.CHASING_POSSIBLE) & (
        chasing["probability"] > thresholds.CHASING_NAMED
    )
    spend = np.where(chasing["chased"], "follows demand", "ignores demand")
    table = chasing.assign(marked=marked, spend=spend).groupby(["world", "spend"], sort=False)["marked"]
    return table.agg(channels="size", marked="mean")


CLASSES: tuple[tuple[str, Frequency, int, bool, tuple[str, ...]], ...] = (
    ("of one year of weeks", "weekly", 52, False, ("one_year",)),
    ("of two years of weeks", "weekly", 104, False, ("two_years",)),
    ("of three years of weeks", "weekly", 156, False, ()),
    ("of four years of weeks", "weekly", 208, False, ("four_years",)),
    (
        "of two years of weeks in eight regions",
        "weekly",
        104,
        True,
        ("geos_drifting_effects", "geos_heavy_tails", "geos_long_carryover", "geos_demand_all"),
    ),
    ("of a year and a half of days", "daily", 546, False, ("daily",)),
    ("of six years of months", "monthly", 72, False, ("monthly",)),
)
"""Classes of worlds: in words, frequency, periods, whether there are several geos, and their kinds; none for all others."""


def rates(chasing: pd.DataFrame) -> tuple[Rates, ...]:
    """Return how often the check is right in each class of worlds, for `mmm.checks.chasing_rates`."""
    marked = (chasing["overall"] > thresholds.CHASING_POSSIBLE) & (
        chasing["probability"] > thresholds.CHASING_NAMED
    )
    rows = chasing.assign(marked=marked, certain=chasing["probability"] > thresholds.CHASING_CERTAIN)
    apart = [kind for *_, kinds in CLASSES for kind in kinds]
    found = []
    for like, frequency, periods, geos, kinds in CLASSES:
        own = rows[rows["world"].isin(kinds) if kinds else ~rows["world"].isin(apart)]
        worlds = own.groupby(["world", "seed"]).agg(
            chased=("chased", "any"), overall=("overall", "first"), certain=("certain", "any")
        )
        honest = worlds[~worlds["chased"]]
        shares = (
            (honest["overall"] > thresholds.CHASING_POSSIBLE).mean(),
            honest["certain"].mean(),
            own.loc[~own["chased"], "marked"].mean(),
            own.loc[own["chased"], "marked"].mean(),
        )
        rounded = [round(float(share), 2) for share in shares]
        found.append(Rates(like, frequency, periods, geos, len(honest), *rounded))
    return tuple(found)


def write(folder: Path) -> Path:
    """Return the Markdown page written from all rows in `folder`."""
    text = ["# Kinds of world with the troubles of other people's data", "", __doc__.split("\n\n", 1)[1], ""]
    if (folder / "kinds_fits.csv").exists():
        fits = pd.read_csv(folder / "kinds_fits.csv")
        versions = ", ".join(sorted(map(str, fits["version"].unique())))
        seeds = fits.drop_duplicates(scoring.KEY).groupby("world").size()
        text += [
            "## Returns, every channel alone",
            "",
            f"Code {versions}; {seeds.min()} to {seeds.max()} seeds a kind. Errors and widths relative to the true return;"
            " a truth of zero has none.",
            "",
            _table(by_kind(fits).reset_index()),
        ]
    if (folder / "kinds_chasing.csv").exists():
        chasing = pd.read_csv(folder / "kinds_chasing.csv")
        for title, part in (
            ("seeds below 20, in view when limits were chosen", chasing["seed"] < 20),
            ("seeds from 20 on, not used for anything", chasing["seed"] >= 20),
        ):
            if part.any():
                text += [
                    f"## Channels marked: {title}",
                    "",
                    _table(curve(chasing[part])),
                    "",
                    "By kind, at the limits of the check:",
                    "",
                    _table(marks(chasing[part]).reset_index()),
                    "",
                ]
    page = folder / "kinds.md"
    page.write_text("\n".join(text).rstrip() + "\n", encoding="utf-8")
    return page


def _table(frame: pd.DataFrame) -> str:
    """Return a Markdown table."""
    rows = [
        [f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in row] for row in frame.to_numpy()
    ]
    lines = [list(map(str, frame.columns)), ["---"] * frame.shape[1], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _ask(path: Path, kind: str, seed: int) -> None:
    """Add what the check says of a world to the CSV at `path`, if it is not there."""
    if path.exists():
        there = pd.read_csv(path)
        if ((there["world"] == kind) & (there["seed"] == seed)).any():
            return
    frame = pd.DataFrame(chasing_rows(kind, seed))
    frame.to_csv(path, mode="a", header=not path.exists(), index=False, lineterminator="\n")


def main() -> None:
    """Run what is missing, then write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=list(WORLDS))
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument(
        "--check", action="store_true", help="only ask whether spend follows demand, without fits"
    )
    parser.add_argument("--folder", type=Path, default=RESULTS)
    parser.add_argument(
        "--keep", type=Path, help="folder of posteriors: kept there, and read again instead of fitting"
    )
    asked = parser.parse_args()
    fits, chasing = asked.folder / "kinds_fits.csv", asked.folder / "kinds_chasing.csv"
    done, version = scoring.fitted(fits, TOOL), code_version()
    for seed in range(asked.first, asked.first + asked.seeds):
        for kind in asked.kinds:
            try:
                _ask(chasing, kind, seed)
                if not asked.check and (kind, seed) not in done:
                    scoring.append(fits, run_fit(Task(kind, seed, version), asked.keep))
            except MixproofError as refused:  # a table that is refused is an answer, too
                print(f"{kind} {seed}: refused, {refused}", flush=True)
                continue
            print(f"{kind} {seed}: done", flush=True)
    print(f"written: {write(asked.folder)}")


if __name__ == "__main__":
    main()
