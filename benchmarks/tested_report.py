"""The page of the study of experiments: `results/tested.md` from `results/tested_fits.csv`.

    python -m benchmarks.tested_report

Standard errors are those over worlds: channels of one world share its noise. Those of medians are from 400 resamples of worlds.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parent / "results"
KINDS = ("none", "saturation only", "total 4+4", "weekly 4+8")
RESAMPLES = 400


def with_errors(fits: pd.DataFrame) -> pd.DataFrame:
    """Return fits with the ratio to the truth, its distance from one, and whether the interval holds the truth."""
    ratio = fits["median"] / fits["truth"]
    inside = (fits["lower"] <= fits["truth"]) & (fits["truth"] <= fits["upper"])
    return fits.assign(ratio=ratio, error=(ratio - 1).abs(), inside=inside.astype(float))


def over_worlds(fits: pd.DataFrame, of: Callable[[pd.DataFrame], float]) -> str:
    """Return a number of all channels of some worlds and its standard error, from resamples of the worlds.

    Parameters
    ----------
    fits : pandas.DataFrame
    of : callable
        The number, of fits.

    Returns
    -------
    str
        Empty where there is no world, without an error where there is one.
    """
    worlds = [mine for _, mine in fits.groupby(["world", "seed"])]
    if len(worlds) < 2:
        return f"{of(fits):.2f}" if worlds else ""
    rng = np.random.default_rng(0)
    drawn = [
        of(pd.concat([worlds[k] for k in rng.integers(len(worlds), size=len(worlds))]))
        for _ in range(RESAMPLES)
    ]
    return f"{of(fits):.2f} ± {np.std(drawn):.2f}"


def mean_and_error(values: pd.Series) -> str:
    """Return a mean with its standard error; empty for none."""
    if len(values) < 2:
        return f"{values.mean():.2f}" if len(values) else ""
    return f"{values.mean():.2f} ± {values.std(ddof=1) / len(values) ** 0.5:.2f}"


def shapes(fits: pd.DataFrame) -> Iterator[str]:
    """Yield the rows of carryover and dose: estimate over truth, and coverage, by what the model was told."""
    for world, mine in fits[fits["study"] == "shape"].groupby("world", sort=True):
        cells = []
        for kind in KINDS:
            some = mine[mine["evidence"] == kind]
            covered = f" ({some['inside'].mean():.2f} of {len(some)})" if len(some) else ""
            cells.append(f"{mean_and_error(some['ratio'])}{covered}")
        memory, dose = str(world).split(", ")
        yield f"| {memory} | {dose} | {' | '.join(cells)} |"
    weekly = fits[(fits["study"] == "shape") & (fits["evidence"] == "weekly 4+8")]
    if len(weekly):
        by_seed = weekly.groupby("seed")["ratio"].mean()
        yield f"| all | all | | | | {mean_and_error(by_seed)} ({weekly['inside'].mean():.2f} of {len(weekly)}) |"


def exact(fits: pd.DataFrame) -> Iterator[str]:
    """Yield the row of estimate over truth where tests all but measure without error, by carryover and dose."""
    mine = fits[fits["study"] == "exact"]
    for memory in ("0.3", "0.6", "0.8"):
        cells = [
            mean_and_error(mine[mine["world"] == f"{memory}, {dose}"]["ratio"]) for dose in ("0", "0.5", "2")
        ]
        yield f"| {memory} | {' | '.join(cells)} | {mine['seed'].nunique()} |"
    yield f"| all | | | {mean_and_error(mine.groupby('seed')['ratio'].mean())} | {mine['seed'].nunique()} |"


def nulls(fits: pd.DataFrame) -> Iterator[str]:
    """Yield the rows of channels that bring nothing, or less."""
    for world, mine in fits[fits["study"] == "null"].groupby("world", sort=True):
        off = mine["median"] - mine["truth"]
        within = f"{(off.abs() <= 0.2).mean():.2f}"
        yield (
            f"| {world} | {mine['truth'].mean():.2f} | {mean_and_error(mine['median'])} | {off.abs().median():.2f} |"
            f" {within} | {mine['inside'].mean():.2f} of {len(mine)} |"
        )


def chased(fits: pd.DataFrame) -> Iterator[str]:
    """Yield the rows of worlds whose spend follows demand."""
    mine = fits[fits["study"] == "chased"]
    for world in [*sorted(mine["world"].unique()), None]:
        for kind in KINDS:
            some = mine[(mine["evidence"] == kind) & ((mine["world"] == world) | (world is None))]
            if some.empty:
                continue
            followed = some[some["chased"]]
            cells = [
                over_worlds(some, lambda f: f["error"].median()),
                over_worlds(followed, lambda f: f["error"].median()),
                over_worlds(followed, lambda f: f["ratio"].median()),
                over_worlds(some, lambda f: f["inside"].mean()),
                over_worlds(followed, lambda f: f["inside"].mean()),
            ]
            worlds = len(some.groupby(["world", "seed"]))
            yield f"| {world or 'all three'} | {kind} | {worlds} | {' | '.join(cells)} |"


def page(fits: pd.DataFrame) -> str:
    """Return the whole page."""
    fits = with_errors(fits)
    heads = " | ".join(KINDS)
    versions = ", ".join(sorted(fits["version"].unique()))
    slow = (fits.drop_duplicates(["study", "world", "evidence", "seed"])["r_hat"] > 1.05).mean()
    lines = [
        "# What experiments do to returns",
        "",
        f"Code {versions}; `python -m benchmarks.tested --seeds 50`, which continues where it was stopped, then `python -m "
        "benchmarks.tested_report`. 130 weeks, 3 channels; three tenths of the market get another dose of one channel for four "
        "weeks, standard error 12 % of the total of eight weeks. Short fits (2 x 400 draws; "
        f"{slow:.0%} with an R-hat above 1.05). ± standard error over worlds.",
        "",
        "## Spend that follows nothing: estimated over true return (coverage of 90 % intervals, of so many worlds)",
        "",
        "`dose`: times the usual spend in the test. `saturation only`: f(x + dx) - f(x) is what the four weeks measured, as",
        "formulas without carryover have it.",
        "",
        f"| carryover a week | dose | {heads} |",
        "|---|---|---|---|---|---|",
        *shapes(fits),
        "",
        "### The same where tests err by 1 % and by nothing else, weekly readouts: the question that the model is asked",
        "",
        "| carryover a week | dose 0 | dose .5 | dose 2 | worlds |",
        "|---|---|---|---|---|",
        *exact(fits),
        "",
        "## A channel that brings nothing, or does harm (carryover .6, switched off, weekly readouts)",
        "",
        "| channel | true return | posterior median | median error | within .2 | covered |",
        "|---|---|---|---|---|---|",
        *nulls(fits),
        "",
        "## Spend that follows demand which no table shows: one test for each paid channel, switched off",
        "",
        "| world | evidence | worlds | median error, all | chased | chased: estimate over truth | coverage, all | chased |",
        "|---|---|---|---|---|---|---|---|",
        *chased(fits),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page."""
    fits = pd.read_csv(FOLDER / "tested_fits.csv", keep_default_na=False)
    fits = fits.drop_duplicates(["study", "world", "evidence", "seed", "channel"], keep="last")
    (FOLDER / "tested.md").write_text(page(fits), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
