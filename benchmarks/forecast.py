"""Do forecasts from a run hold what comes? Fits to what was known at dates in the past, and the quarter after each.

    python -m benchmarks.forecast --data demo robyn --robyn FOLDER --worlds 24

The panel is cut at each origin and fitted anew, as a run at that time would have been: units, priors and the drift's basis know
nothing of what follows. The forecast is that of `mmm.forecast`, given the media, controls and treatments that came. Rows go to
``benchmarks/results/forecast_weeks.csv``; an origin that is there is not fitted again. Then ``benchmarks/results/forecast.md``
is written from all of them. Weeks of one origin share its fit and its path: coverage has the error of a mean over origins.
"""

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.panel import Panel
from mixproof.aggregates.simulate import simulate_world
from mixproof.aggregates.sources import panel_from_frames, read_panel
from mmm.backtest.frame import hidden_from
from mmm.backtest.naive import last_value, seasonal_naive
from mmm.config import MmmConfig
from mmm.fit import fit
from mmm.forecast.analyse import foresee
from mmm.forecast.config import Outlook
from mmm.forecast.future import continued
from mmm.problem.problem import build_problem
from workflow.config import load_config

RESULTS, CONFIGS = Path(__file__).parent / "results", Path(__file__).parents[1] / "configs"
QUARTER, FEWEST = 13, 78
"""Weeks of a forecast, and weeks with an outcome that the first origin knows at least."""
FIRST_WORLD = 200
"""Seed of the first world; others were looked at while the model's defaults were chosen."""
Source = tuple[Panel, MmmConfig]
LEVELS = {50: (0.25, 0.75), 90: (0.05, 0.95)}


def origins(panel: Panel, count: int) -> list[int]:
    """Return so many origins, evenly spaced, the last a quarter before the end: places of their first unknown period."""
    known = np.flatnonzero(panel.observed.any(axis=0))
    first = max(known[0] + FEWEST, known[0] + len(known) // 2)
    last = known[-1] + 1 - QUARTER
    return [int(place) for place in np.linspace(first if count > 1 else last, last, count).round()]


def forecast_at(panel: Panel, model: MmmConfig, origin: int, seed: int) -> pd.DataFrame:
    """Return one row for each week after an origin, and one, step 0, for all of them together."""
    known = replace(panel, data=panel.data.isel(date=slice(0, origin)))
    posterior = fit(known, model, seed)
    problem = build_problem(known, model)
    future = continued(problem, Outlook(), QUARTER, QUARTER)
    until = replace(panel, data=panel.data.isel(date=slice(0, origin + QUARTER)))
    future = replace(future, panel=hidden_from(until, origin))
    outcome = panel.data["outcome"].transpose("geo", "date").values
    paths = foresee(posterior, problem, future, seed).outcome.sum(axis=0)
    actual = outcome[:, origin : origin + QUARTER].sum(axis=0)
    last = np.repeat(last_value(outcome, origin).sum(), QUARTER)
    season = np.array(
        [
            seasonal_naive(outcome, origin, date, panel.frequency).sum()
            for date in range(origin, origin + QUARTER)
        ]
    )
    day = str(panel.data["date"].values[origin])[:10]
    rows = [
        _row(day, step + 1, *values)
        for step, values in enumerate(zip(paths, actual, last, season, strict=True))
    ]
    rows.append(_row(day, 0, paths.sum(axis=0), actual.sum(), last.sum(), season.sum()))
    return pd.DataFrame(rows)


def _row(
    day: str, step: int, paths: np.ndarray, actual: float, last: float, season: float
) -> dict[str, object]:
    ends = {
        f"{side}_{level}": np.quantile(paths, end)
        for level, both in LEVELS.items()
        for side, end in zip(("lower", "upper"), both, strict=True)
    }
    known = {"origin": day, "step": step, "actual": actual, "median": np.median(paths)}
    return {**known, **ends, "last_value": last, "seasonal_naive": season}


def summarise(rows: pd.DataFrame) -> str:
    """Return the Markdown page on all data."""
    lines = [
        "# Do forecasts hold what comes?",
        "",
        "`python -m benchmarks.forecast`: the panel is cut at each origin, fitted as a run at that time would have been, and",
        f"the {QUARTER} weeks after it are forecast, given the media, controls and treatments that came. Coverage with its",
        "standard error over origins, whose weeks are not independent (nor are origins whose quarters overlap); skill is one",
        "less the ratio of mean absolute errors over all weeks.",
        "",
        "| data | origins | interval-weeks | in 50 % | in 90 % | quarters in 50 % | quarters in 90 % | skill over last value"
        " | over seasonal naive |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for data, part in rows.groupby("data", sort=False):
        weeks, quarters = part[part["step"] > 0], part[part["step"] == 0]
        shown = [str(data), str(weeks["origin"].nunique()), str(len(weeks))]
        for chosen in (weeks, quarters):
            shown += [_coverage(chosen, level) for level in LEVELS]
        error = (weeks["actual"] - weeks["median"]).abs().mean()
        for naive in ("last_value", "seasonal_naive"):
            shown.append(f"{1 - error / (weeks['actual'] - weeks[naive]).abs().mean():+.2f}")
        lines.append(f"| {' | '.join(shown)} |")
    return "\n".join(lines) + "\n"


def _coverage(rows: pd.DataFrame, level: int) -> str:
    """Return the share of outcomes in their intervals, and its standard error over origins."""
    inside = rows["actual"].between(rows[f"lower_{level}"], rows[f"upper_{level}"])
    by_origin = inside.groupby(rows["origin"]).mean()
    return f"{by_origin.mean():.3f} ± {by_origin.std(ddof=1) / np.sqrt(len(by_origin)):.3f}"


def sources(
    names: Iterable[str], worlds: Iterable[int], robyn: Path | None
) -> Iterator[tuple[str, str, Source]]:
    """Yield what the data are called, which of them they are, and panel and model: configs, and worlds like the demo."""
    for name in names:
        config = load_config(CONFIGS / f"{name}.yaml")
        assert config.data is not None and config.mmm is not None
        yield name, "", (read_panel(config.data, robyn if robyn and name == "robyn" else CONFIGS), config.mmm)
    model = load_config(CONFIGS / "demo.yaml").mmm
    assert model is not None
    for seed in worlds:
        world = simulate_world("demo", seed)
        panel = panel_from_frames(DataConfig.model_validate(world.data_config), world.tables)
        yield "worlds like demo", str(seed), (panel, model)


def main() -> None:
    """Run what is missing, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", nargs="*", default=["demo"], help="names of configs")
    parser.add_argument("--robyn", type=Path, help="folder of robyn_dt_simulated_weekly.csv")
    parser.add_argument("--origins", type=int, default=14, help="of each config")
    parser.add_argument(
        "--worlds", type=int, default=0, help="so many worlds like the demo's, one origin each"
    )
    parser.add_argument("--folder", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    path = arguments.folder / "forecast_weeks.csv"
    rows = (
        pd.read_csv(path, dtype={"origin": str})
        if path.exists()
        else pd.DataFrame(columns=["data", "origin"])
    )
    worlds = range(FIRST_WORLD, FIRST_WORLD + arguments.worlds)
    for name, which, (panel, model) in sources(arguments.data, worlds, arguments.robyn):
        for origin in origins(panel, 1 if which else arguments.origins):
            day = which or str(panel.data["date"].values[origin])[:10]
            if not ((rows["data"] == name) & (rows["origin"] == day)).any():
                print(f"{name}: {day}", flush=True)
                found = forecast_at(panel, model, origin, 1).assign(data=name, origin=day)
                rows = pd.concat([rows, found], ignore_index=True) if len(rows) else found
                rows.to_csv(path, index=False, float_format="%.7g")
    (arguments.folder / "forecast.md").write_text(summarise(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
