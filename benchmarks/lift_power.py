"""Power of geo designs: what a plan promises, the interval it prints, and what tests deliver in many futures of the same panel.

    python -m benchmarks.lift_power --plans 40
    python -m benchmarks.lift_power --pretest ../shared/data/geo/geolift_pretest.csv

A panel is planned on its history; then sixty futures of the same panel are drawn, and the share of them in which the test
of the chosen set finds the lift is what the plan delivers. Each plan adds a row to ``benchmarks/results/lift_power.csv``;
plans that are there are not made again. ``--pretest`` tries promises on a real panel: plans are made on its first part, at
several ends, and the lift is planted in the days that follow.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.lift_worlds import GeoWorld, simulate_panel, with_lift
from benchmarks.version import code_version
from lift.design.config import GeoPlan
from lift.design.geo import GeoOption, Pool, design_geo
from lift.geo.answers.money import PlaceboJoint
from lift.geo.cell import analyse_cell
from lift.geo.config import GeoTable
from lift.geo.data.assignment import complete
from lift.geo.data.series import read_series
from lift.geo.data.setting import Setting
from lift.geo.estimators.rolling import fit_cell, score
from lift.geo.trust.certificate import certify, sizes

RESULTS = Path(__file__).parent / "results"
CASES = ((24, 3, 200, 14, (0.03, 0.045, 0.06)), (24, 3, 105, 14, (0.03, 0.045, 0.06)))
"""Geos, treated, periods known to the plan, periods of the test, expected lifts in turn."""
FUTURES = 60
LEVEL = 0.9


def plan_of(known: np.ndarray, size: int, periods: int, lift: float, seed: int) -> GeoOption:
    """Return the option of one size and length that a design makes of a history.

    Parameters
    ----------
    known : numpy.ndarray, shape (units, time)
    size, periods : int
    lift : float
    seed : int
    """
    plan = GeoPlan(
        kind="geo", name="study", data=GeoTable(file="none.csv"), sizes=(size,), periods=(periods,), level=LEVEL,
        expected_lift=lift, candidates=120,
    )  # fmt: skip
    nothing = np.zeros(known.shape[0], dtype=bool)
    return design_geo(plan, Pool(known, None, nothing, nothing), seed)[0]


def delivered(
    case: tuple[int, int, int, int, tuple[float, ...]], treated: np.ndarray, lift: float, seed: int
) -> float:
    """Return the share of futures in which the test of a set finds the lift.

    Parameters
    ----------
    case : tuple
        A row of `CASES`.
    treated : numpy.ndarray of bool, shape (units,)
    lift : float
    seed : int

    Notes
    -----
    Fits and certificate read the history alone, which all futures share; the certificate is that of the lift itself.
    """
    geos, size, known, periods, _ = case
    world, mechanism = GeoWorld(geos, known + periods), complete(geos, size)

    def setting(future: int) -> Setting:
        panel = with_lift(simulate_panel(world, seed, known, future), treated, known, lift)
        return Setting(
            panel, None, treated, known, LEVEL, "ensemble", "auto", mechanism, False, seed=seed, compare=False
        )

    first = setting(0)
    fits = fit_cell(first)
    widen = certify(fits, first.outcome, periods, LEVEL, lift / (1 + lift)).widen * first.understated
    found = []
    for future in range(FUTURES):
        one = setting(future)
        scores = score(fits, one.series, len(fits.origins) - 1, periods)
        slope = scores.contrast @ sizes(one.outcome[:, :known].mean(axis=1), treated)
        effect = PlaceboJoint(scores.total, scores.scale, slope, LEVEL, widen).combination(1.0, 0.0)
        found.append(effect.p_value < 1 - LEVEL - 1e-9)
    return float(np.mean(found))


def run_missing(plans: int, path: Path) -> None:
    """Append the rows of plans that the CSV lacks.

    Parameters
    ----------
    plans : int
        A case.
    path : pathlib.Path
    """
    key = ["geos", "known", "seed"]
    done = set(pd.read_csv(path)[key].itertuples(index=False, name=None)) if path.exists() else set()
    for number in range(plans):
        for case in CASES:
            seed, lift = 3_000_000 + number, case[4][number % len(case[4])]
            if (case[0], case[2], seed) in done:
                continue
            known = simulate_panel(GeoWorld(case[0], case[2] + case[3]), seed, case[2])[:, : case[2]]
            option = plan_of(known, case[1], case[3], lift, seed)
            treated = np.isin(np.arange(case[0]), option.treated)
            row = {
                "geos": case[0], "known": case[2], "periods": case[3], "seed": seed, "lift": lift, "windows": option.windows,
                "promised": option.power, "lower": option.power_lower, "upper": option.power_upper,
                "delivered": delivered(case, treated, lift, seed), "version": code_version(),
            }  # fmt: skip
            with path.open("a", encoding="utf-8") as file:
                file.write(
                    pd.DataFrame([row]).to_csv(index=False, header=not file.tell(), float_format="%.6g")
                )


def summarise(path: Path) -> str:
    """Return the Markdown page of all rows.

    Parameters
    ----------
    path : pathlib.Path
    """
    rows = pd.read_csv(path)
    rows["held"] = (rows["lower"] <= rows["delivered"]) & (rows["delivered"] <= rows["upper"])
    lines = [
        "# Power of geo designs: promised and delivered",
        "",
        f"Made by `python -m benchmarks.lift_power` from `lift_power.csv`. Panels as in `lift_geo.md`; {FUTURES} futures "
        "of each panel say what its plan delivers. The interval is the plan's own, at 90 %; in brackets "
        "Monte-Carlo standard errors.",
        "",
        "| geos | periods known | unseen windows | plans | promised | delivered | promised less delivered "
        "| interval holds it | width |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for (geos, known), part in rows.groupby(["geos", "known"]):
        gap, n = part["promised"] - part["delivered"], len(part)
        held = float(part["held"].mean())
        lines.append(
            f"| {geos} | {known} | {part['windows'].median():.0f} | {n} | {part['promised'].mean():.3f} | "
            f"{part['delivered'].mean():.3f} | {gap.mean():+.3f} ({gap.std() / n**0.5:.3f}) | {held:.2f} "
            f"({(held * (1 - held) / n) ** 0.5:.2f}) | {(part['upper'] - part['lower']).mean():.2f} |"
        )
    return "\n".join(lines) + "\n"


def pretest(path: Path, lift: float = 0.1, periods: int = 10) -> str:
    """Return what plans on a real panel promised, and in which of them the lift was found in the days after their history.

    Parameters
    ----------
    path : pathlib.Path
        A table of geos (column ``location``), dates and outcome (column ``Y``).
    lift : float
    periods : int
    """
    table = GeoTable(file=path.name, geo="location", date="date", outcome="Y")
    panel = read_series(table, path.parent).outcome
    lines = []
    for size in (2, 3, 4, 6):
        for end in range(panel.shape[1] - 3 * periods, panel.shape[1] - periods + 1, 5):
            option = plan_of(panel[:, :end], size, periods, lift, 1)
            if not option.treated:
                continue  # the history is too short to plan on, and the plan says so
            treated = np.isin(np.arange(panel.shape[0]), option.treated)
            setting = Setting(
                with_lift(panel[:, : end + periods], treated, end, lift), None, treated, end, LEVEL, "ensemble", "auto",
                complete(panel.shape[0], size), False, seed=1, compare=False,
            )  # fmt: skip
            p = analyse_cell(setting).effect.p_value
            lines.append(
                (size, end, option.power, option.power_lower, option.power_upper, p < 1 - LEVEL - 1e-9)
            )
    frame = pd.DataFrame(lines, columns=["geos", "end", "promised", "lower", "upper", "found"])
    return frame.round(2).to_string() + "\n" + frame.mean().round(3).to_string() + "\n"


def main() -> None:
    """Make the plans that are missing and write the page, or try a real panel."""
    parser = argparse.ArgumentParser(description="Promised and delivered power of geo designs.")
    parser.add_argument("--plans", type=int, default=500, help="plans a case")
    parser.add_argument("--folder", type=Path, default=RESULTS)
    parser.add_argument("--pretest", type=Path)
    asked = parser.parse_args()
    if asked.pretest is not None:
        print(pretest(asked.pretest))
        return
    run_missing(asked.plans, asked.folder / "lift_power.csv")
    (asked.folder / "lift_power.md").write_text(summarise(asked.folder / "lift_power.csv"), encoding="utf-8")


if __name__ == "__main__":
    main()
