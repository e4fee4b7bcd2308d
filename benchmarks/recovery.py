"""How well the default model finds the truth of worlds that are not drawn from it.

    python -m benchmarks.recovery --worlds delayed chasing worthless geos --seeds 20

Each fit adds its rows to ``benchmarks/results/recovery_fits.csv``; fits that are there are not run again.
Afterwards ``benchmarks/results/recovery.md`` is written anew from all rows. No option changes the model: the
study is about what a user gets who changes nothing.
"""

import argparse
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from benchmarks import scoring
from benchmarks.version import code_version
from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.panel import Panel
from mixproof.aggregates.simulate import World, simulate_world
from mixproof.aggregates.sources import panel_from_frames
from mixproof.records.verdict import Finding
from mmm.analyse import analyse
from mmm.checks.thresholds import CONFLICT_TAIL
from mmm.config import Interval, MmmConfig
from mmm.effects.contribution import lowest_effect
from mmm.fit import fit

RESULTS = Path(__file__).parent / "results"
WORLDS = ("delayed", "chasing", "worthless", "geos")
LEVELS = (50, 90)
TOOL = "mixproof"


@dataclass(frozen=True, slots=True)
class Task:
    """One fit to do."""

    world: str
    seed: int
    version: str


def run_fit(task: Task, kept: Path | None = None) -> list[dict[str, Any]]:
    """Return the rows of one fit of the default model: ROI and mROI of each channel and group.

    Parameters
    ----------
    task : Task
    kept : pathlib.Path, optional
        Folder in which posteriors are kept, or found instead of fitting: rows are then made anew by today's checks.

    Returns
    -------
    list of dict
    """
    world = simulate_world(task.world, task.seed)
    panel = panel_from_frames(DataConfig.model_validate(world.data_config), world.tables)
    config = MmmConfig()
    posterior, seconds = _posterior(task, panel, config, kept)
    results = {level: analyse(posterior, panel, _at(config, level)) for level in LEVELS}
    verdict = results[90].verdict
    shared = {
        "tool": TOOL,
        "version": task.version,
        "world": task.world,
        "seed": task.seed,
        "grade": str(verdict.grade),
        "seconds": seconds,
    }
    tables = {level: result.tables["channels"].set_index("channel") for level, result in results.items()}
    findings = [f for f in verdict.findings if f.status != "pass"]
    rows = []
    for channel in tables[90].index[tables[90]["kind"].isin(["paid", "group"])]:
        about = [_short(f) for f in findings if f.subject in (None, channel)]
        truth = true_returns(world, channel.split(" + "))
        for quantity in ("roi", "mroi", "roi_observed"):
            if quantity not in truth:
                continue
            estimate = _estimate(tables, channel, quantity)
            rows.append(
                shared
                | estimate
                | {
                    "channel": channel,
                    "quantity": quantity,
                    "truth": truth[quantity],
                    "reported_as": tables[90].loc[channel, "reported_as"],
                    "findings": "; ".join(about),
                }
            )
    return rows


def _short(finding: Finding) -> str:
    """Return check and status of a finding, and whether it is a conflict of prior and data."""
    conflict = finding.check == "prior_domination" and finding.threshold == CONFLICT_TAIL
    return f"{finding.check}:{finding.status}{':conflict' * conflict}"


def _posterior(task: Task, panel: Panel, config: MmmConfig, kept: Path | None) -> tuple[xr.DataTree, float]:
    """Return the posterior of a world, fitted or kept from before, and the seconds that its fit took."""
    place = None if kept is None else kept / f"{task.world}-{task.seed}.zarr"
    if place is not None and place.exists():
        found = xr.open_datatree(place, engine="zarr").load()
        return found, float(found.attrs["study_seconds"])
    began = time.monotonic()
    posterior = fit(panel, config, seed=task.seed)
    seconds = round(time.monotonic() - began, 1)
    if place is not None:
        posterior.attrs["study_seconds"] = seconds
        posterior.to_zarr(place.with_suffix(".part"), mode="w", consolidated=False)
        place.with_suffix(".part").rename(place)
    return posterior, seconds


def true_returns(world: World, members: Sequence[str]) -> dict[str, float]:
    """Return the true ROI and mROI of a channel, or of several bought together in their usual proportion.

    Of a channel that acts by itself also the part of its ROI above its lowest observed level.
    """
    truth = world.truth[world.truth["geo"] == "all"].set_index("channel").loc[list(members)]
    spend = truth["spend"].sum()
    found = {
        "roi": float(truth["contribution"].sum() / spend),
        "mroi": float((truth["mroi"] * truth["spend"]).sum() / spend),
    }
    if len(members) > 1 or world.scene.synergy is not None:
        return found
    (medium,) = (each for each in world.scene.media if each.name == members[0])
    effect = medium.response.effect(medium.exposure)[:, world.scene.warm_up :]
    low = lowest_effect(effect[..., None], np.ones(effect.shape, bool))
    return found | {"roi_observed": found["roi"] - float(low.sum() * effect.shape[1] / spend)}


def _estimate(tables: dict[int, pd.DataFrame], channel: str, quantity: str) -> dict[str, float]:
    """Return mean, median and the ends of both intervals of one quantity."""
    ninety = tables[90].loc[channel]
    found = {
        "mean": float(ninety[f"{quantity}_mean"]),
        "median": float(ninety.get(f"{quantity}_median", np.nan)),
    }
    for level, table in tables.items():
        for end in ("lower", "upper"):
            found[f"{end}_{level}"] = float(table.loc[channel, f"{quantity}_{end}"])
    return found


def _at(config: MmmConfig, level: int) -> MmmConfig:
    """Return the same model with equal-tailed intervals of `level` percent."""
    return config.model_copy(update={"interval": Interval(level=level / 100, kind="equal_tailed")})


def summarise(folder: Path, worlds: Sequence[str] = WORLDS) -> Path:
    """Return the Markdown page written from all fits in `folder`."""
    rows = pd.read_csv(folder / "recovery_fits.csv")
    rows = rows[rows["tool"] == TOOL]
    fits = rows.drop_duplicates(scoring.KEY)
    grades = pd.crosstab(fits["world"], fits["grade"]).reindex([w for w in worlds if w in set(fits["world"])])
    minutes = fits.groupby("world")["seconds"].median().round(0).astype(int)
    page = folder / "recovery.md"
    page.write_text(
        "# Recovery of the truth by the default model\n\n"
        "Worlds of `mixproof.aggregates.simulate`, none drawn from the model. Error: mean absolute error of the posterior\n"
        "mean. Score: interval score of the 90 % interval (less is better). In brackets: Monte-Carlo standard errors over\n"
        "fits. Version of the code: " + ", ".join(sorted(map(str, rows["version"].unique()))) + ".\n\n"
        "## Every channel alone, whatever the verdict says about reporting it\n\n"
        + scoring.markdown(scoring.by_world(scoring.channels_alone(rows)), worlds)
        + "\n## As reported: the sum in place of channels that the data cannot tell apart\n\n"
        + scoring.markdown(scoring.by_world(scoring.as_reported(rows)), worlds)
        + "\n## Verdicts\n\n"
        + _verdicts(grades, minutes)
        + "\n## What the verdicts warned of, in how many fits\n\n"
        + _warnings(rows),
        encoding="utf-8",
    )
    return page


def _verdicts(grades: pd.DataFrame, seconds: pd.Series) -> str:
    """Return a Markdown table of grades by world, with the median time of sampling."""
    head = ["world", *map(str, grades.columns), "median seconds"]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for world, counts in grades.iterrows():
        lines.append(f"| {world} | {' | '.join(map(str, counts))} | {seconds[world]} |")
    return "\n".join(lines) + "\n"


def _warnings(rows: pd.DataFrame) -> str:
    """Return a Markdown table of findings by world."""
    told = rows.assign(finding=rows["findings"].fillna("").str.split("; ")).explode("finding")
    told = told[told["finding"] != ""].drop_duplicates([*scoring.KEY, "finding"])
    counts = pd.crosstab(told["finding"], told["world"])
    lines = [f"| finding | {' | '.join(counts.columns)} |", f"|{'---|' * (len(counts.columns) + 1)}"]
    lines += [f"| {finding} | {' | '.join(map(str, count))} |" for finding, count in counts.iterrows()]
    return "\n".join(lines) + "\n"


def _in_short(rows: list[dict[str, Any]]) -> str:
    """Return one line on a fit: time, grade, share of channels whose truth lies in the 90 % interval."""
    single = scoring.scored(scoring.channels_alone(pd.DataFrame(rows)))
    inside = single.groupby("quantity")["covered_90"].mean()
    shares = ", ".join(f"{quantity} {share:.2f}" for quantity, share in inside.items())
    return f"{rows[0]['seconds']} s, {rows[0]['grade']}, in 90 %: {shares}"


def main() -> None:
    """Run what is missing, then write the summary."""
    parser = argparse.ArgumentParser(description="Recovery study of the default model.")
    parser.add_argument("--worlds", nargs="+", default=list(WORLDS))
    parser.add_argument("--seeds", type=int, default=20, help="how many seeds, from --first on")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--processes", type=int, default=1, help="fits at the same time")
    parser.add_argument("--folder", type=Path, default=RESULTS)
    asked = parser.parse_args()
    fits = asked.folder / "recovery_fits.csv"
    done = scoring.fitted(fits, TOOL)
    seeds = range(asked.first, asked.first + asked.seeds)
    version = code_version()
    # Seeds outermost: a study that is cut short has every world.
    tasks = [Task(w, s, version) for s in seeds for w in asked.worlds if (w, s) not in done]
    failed = 0
    with ProcessPoolExecutor(asked.processes, mp_context=get_context("spawn")) as pool:
        pending = {pool.submit(run_fit, task): task for task in tasks}
        for future in as_completed(pending):
            task, trouble = pending[future], future.exception()
            if trouble is not None:
                failed += 1
                print(f"{task.world} {task.seed}: FAILED, {type(trouble).__name__}: {trouble}", flush=True)
                continue
            scoring.append(fits, future.result())
            print(f"{task.world} {task.seed}: {_in_short(future.result())}", flush=True)
    if fits.exists():
        print(f"written: {summarise(asked.folder)}")
    if failed:
        raise SystemExit(
            f"{failed} of {len(tasks)} fits failed; run the same command again to repeat only those"
        )


if __name__ == "__main__":
    main()
