"""Simulation study of geo experiments: coverage where geos were found for their fit, A/A tests, promised and delivered power.

    python -m benchmarks.lift_geo --parts selection --seeds 200
    python -m benchmarks.lift_geo --parts a_a --seeds 1000
    python -m benchmarks.lift_geo --parts power --seeds 500
    python -m benchmarks.lift_geo --example

Each test adds a row to ``benchmarks/results/lift_geo_tests.csv``; tests that are there are not run again. Afterwards
``benchmarks/results/lift_geo.md`` is written anew from all rows. ``--example`` writes the data of ``configs/lift_geo.yaml``.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.lift_worlds import GeoWorld, simulate_panel, with_lift
from benchmarks.version import code_version
from lift.design.config import GeoPlan
from lift.design.geo import GeoOption, Pool, candidate_sets, design_geo, misfit
from lift.geo.cell import analyse_cell
from lift.geo.config import GeoTable
from lift.geo.data.assignment import complete
from lift.geo.data.setting import Setting
from lift.geo.estimators.rolling import Fits, fit_all, fit_cell, members_of, score

RESULTS = Path(__file__).parent / "results"
EXAMPLE = Path(__file__).parents[1] / "configs" / "data" / "lift_geo.csv"


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of test: how many geos, how they were treated, and how long the data and the test are.

    `selection` says how the geos were found: "drawn" by lot, or "fit", the easiest to match of 120 sets by the rule of
    `mixproof design` on all the data before the test. In part "power" each panel is first planned for one of the lifts, in
    turn, on the data that end `GAP` periods before the test; it is then tested with that lift and without any.
    """

    part: str
    geos: int
    treated: int
    lifts: tuple[float, ...]
    level: float
    randomised: bool = False
    before: int = 90
    periods: int = 28
    first_seed: int = 0
    selection: str = "drawn"


CASES = (
    Case("a_a", 10, 2, (0.0,), 0.95, first_seed=500_000),
    Case("a_a", 10, 3, (0.0,), 0.95, randomised=True, first_seed=500_000),
    Case("a_a", 10, 5, (0.0,), 0.95, randomised=True, first_seed=500_000),
    *(
        Case("selection", geos, max(2, geos // 10), (0.0, 0.05), 0.9, False, before, 28, 2_000_000, how)
        for geos in (10, 20, 40, 100)
        for before in (112, 280)
        for how in ("fit", "drawn")
    ),
    Case(
        "power", 40, 4, (0.02, 0.03, 0.05), 0.9, before=365, periods=21, first_seed=800_000, selection="plan"
    ),
    Case(
        "power", 24, 3, (0.03, 0.045, 0.06), 0.9, before=205, periods=14, first_seed=800_000, selection="plan"
    ),
)
GAP = 5
"""Periods between the end of a plan's data and its test."""
KEY = ["part", "geos", "treated", "before", "selection", "seed"]


def run_case(case: Case, seed: int, version: str) -> list[dict[str, object]]:
    """Return a row for each lift of one simulated panel.

    Parameters
    ----------
    case : Case
    seed : int
    version : str
        Of the code.
    """
    base = simulate_panel(GeoWorld(case.geos, case.before + case.periods), seed)
    lifts, promise = case.lifts, None
    if case.part == "power":
        wanted = case.lifts[seed % len(case.lifts)]
        lifts, promise = (0.0, wanted), _plan(case, base, wanted, seed)
    flags = np.zeros(case.geos, dtype=bool)
    if case.selection == "fit":
        flags = _easiest(base[:, : case.before], case, seed)
    else:
        drawn = np.random.default_rng(seed + 10**6).choice(case.geos, case.treated, replace=False)
        flags[list(promise.treated) if promise else drawn] = True
    rows: list[dict[str, object]] = []
    # The ensemble's fits read nothing of the test, so one panel's lifts share them.
    fits = fit_cell(_setting(case, base, flags, seed))
    for lift in lifts:
        row = {
            "version": version,
            "part": case.part,
            "geos": case.geos,
            "treated": case.treated,
            "before": case.before,
            "selection": case.selection,
            "seed": seed,
        }
        row |= {"randomised": case.randomised, "level": case.level, "lift": lift}
        row |= _test(_setting(case, with_lift(base, flags, case.before, lift), flags, seed), base, fits)
        row |= {"claimed": promise.power_claimed, "promised": promise.power} if promise else {}
        rows.append(row)
    return rows


def _easiest(before: np.ndarray, case: Case, seed: int) -> np.ndarray:
    """Return the set that a plan would choose if it used up all the data before the test for choosing."""
    nothing, split = np.zeros(case.geos, dtype=bool), before.shape[1]
    sets = candidate_sets(Pool(before, None, nothing, nothing), case.treated, 120, split, seed)
    fits = fit_all(members_of("ensemble"), before, sets, [split - case.periods], case.periods)
    scores = score(fits, before[None], 0, case.periods)
    return np.asarray(sets[int(misfit(before, sets, scores).argmin())])


def _plan(case: Case, base: np.ndarray, lift: float, seed: int) -> GeoOption:
    """Return the design made from the periods that are known when a test is planned."""
    plan = GeoPlan(
        kind="geo",
        name="study",
        data=GeoTable(file="simulated.csv"),
        sizes=(case.treated,),
        periods=(case.periods,),
        level=case.level,
        expected_lift=lift,
    )
    nothing = np.zeros(case.geos, dtype=bool)
    return design_geo(plan, Pool(base[:, : case.before - GAP], None, nothing, nothing), seed)[0]


def _setting(case: Case, outcome: np.ndarray, flags: np.ndarray, seed: int) -> Setting:
    mechanism = complete(case.geos, case.treated)
    return Setting(
        outcome,
        None,
        flags,
        case.before,
        case.level,
        "ensemble",
        "auto",
        mechanism,
        case.randomised,
        seed=seed,
        compare=False,
    )


def _test(setting: Setting, base: np.ndarray, fits: Fits) -> dict[str, object]:
    """Return what the default analysis says; error and width are shares of the treated outcome without the test."""
    answer = analyse_cell(setting, fits)
    effect, certificate = answer.effect, answer.certificate
    truth = float((setting.outcome - base)[setting.treated, setting.split :].sum())
    total = float(base[setting.treated, setting.split :].sum())
    return {
        "inference": answer.inference,
        "covered": effect.covers(truth),
        "p_value": effect.p_value,
        "error": (effect.point - truth) / total,
        "width": (effect.upper - effect.lower) / total,
        "certified": certificate.coverage_printed,
        "widened": effect.widened,
        "effective": certificate.effective,
    }


def run_missing(cases: Sequence[Case], seeds: int, path: Path) -> None:
    """Append the rows of every test that the CSV lacks; seeds outermost, so that a study cut short has every case.

    Parameters
    ----------
    cases : sequence of Case
    seeds : int
        Panels a case.
    path : pathlib.Path
    """
    done = set(pd.read_csv(path)[KEY].itertuples(index=False, name=None)) if path.exists() else set()
    version = code_version()
    for number in range(seeds):
        for case in cases:
            seed = case.first_seed + number
            key = (case.part, case.geos, case.treated, case.before, case.selection, seed)
            if key not in done:
                _append(path, run_case(case, seed, version))


def _append(path: Path, rows: list[dict[str, object]]) -> None:
    columns = [*KEY, "randomised", "level", "lift", "inference", "covered", "p_value", "error", "width"]
    columns += ["certified", "widened", "effective", "claimed", "promised", "version"]
    text = pd.DataFrame(rows).reindex(columns=columns)
    with path.open("a", encoding="utf-8") as file:
        file.write(text.to_csv(index=False, header=not file.tell(), float_format="%.6g", lineterminator="\n"))


def summarise(path: Path) -> str:
    """Return the Markdown page of all rows; Monte-Carlo standard errors in brackets.

    Parameters
    ----------
    path : pathlib.Path
    """
    rows = pd.read_csv(path)
    rows["rejected"] = rows["p_value"] < 1 - rows["level"] - 1e-9
    parts = [
        "# Geo experiments: simulation study",
        "Made by `python -m benchmarks.lift_geo` from `lift_geo_tests.csv`, one row a test. Panels: two common random "
        "walks with loadings that differ by geo (sd .3), AR(1) deviations (.4, 6 %), a weekly cycle, log-normal sizes. "
        'Default method and inference. Error and width are shares of the treated outcome; "found": no effect was rejected; '
        '"factor": mean factor on the references\' spread, for few control geos and from the certificate; in brackets '
        "Monte-Carlo standard errors. Each table names the version of the code that its rows were made with.",
    ]
    for part, title, lines in (
        (
            "selection",
            "Geos found by lot and for their fit, 112 and 280 days before the test, 28 days of test, level 90 %",
            _selection,
        ),
        ("a_a", "A/A tests on ten geos, level 95 %", _a_a),
        (
            "power",
            "Promised and delivered power, level 90 %: 360 days to plan on and 21 of test (40 geos), 200 and 14 (24)",
            _power,
        ),
    ):
        found = rows[rows["part"] == part]
        if len(found):
            made = ", ".join(sorted(map(str, found["version"].unique())))
            parts += [f"## {title}", f"Version {made}.", _table(list(lines(found)))]
    return "\n\n".join(parts) + "\n"


def _selection(rows: pd.DataFrame) -> Iterator[list[str]]:
    yield [
        "geos",
        "days before",
        "found by",
        "panels",
        "coverage",
        "found without lift",
        "+5 % found",
        "RMSE",
        "median width",
        "without an end",
        "certificate",
        "worth independent",
        "factor",
    ]
    for key, group in rows.groupby(["geos", "before", "selection"]):
        geos, before, how = np.asarray(key, dtype=object)
        none, lifted = group[group["lift"] == 0], group[group["lift"] > 0]
        error = none["error"].to_numpy(float)
        yield [
            f"{geos}",
            f"{before}",
            {"fit": "fit", "drawn": "lot"}[str(how)],
            str(len(none)),
            _share(none["covered"]),
            _share(none["rejected"]),
            _share(lifted["rejected"]),
            f"{(error**2).mean() ** 0.5:.2%}",
            f"{none['width'].median():.1%}",
            _share(~np.isfinite(none["width"])),
            f"{none['certified'].mean():.3f}",
            f"{none['effective'].median():.0f}",
            f"{none['widened'].mean():.2f}",
        ]


def _a_a(rows: pd.DataFrame) -> Iterator[list[str]]:
    yield ["geos", "treated", "were", "inference", "tests", "rejected"]
    for key, group in rows.groupby(["geos", "treated", "randomised", "inference"]):
        geos, treated, drawn, kind = np.asarray(key, dtype=object)
        yield [
            f"{geos}",
            f"{treated}",
            "drawn" if drawn else "chosen",
            f"{kind}",
            str(len(group)),
            _share(group["rejected"]),
        ]


def _power(rows: pd.DataFrame) -> Iterator[list[str]]:
    yield [
        "geos",
        "treated",
        "lift",
        "plans",
        "claimed on windows that chose",
        "promised",
        "delivered",
        "promised less delivered",
        "found without lift",
    ]
    for key, group in rows.groupby(["geos", "treated"]):
        found, none = group[group["lift"] > 0], group[group["lift"] == 0]
        for lift in (*sorted(found["lift"].unique()), None):
            part = found if lift is None else found[found["lift"] == lift]
            gap = part["promised"] - part["rejected"]
            yield [
                *(f"{int(value)}" for value in np.asarray(key)),
                "all" if lift is None else f"{float(lift):.1%}",
                str(len(part)),
                *(_mean(part[name]) for name in ("claimed", "promised")),
                _share(part["rejected"]),
                _mean(gap),
                _share(none["rejected"]) if lift is None else "",
            ]


def _mean(values: pd.Series) -> str:
    found = values.to_numpy(float)
    return f"{found.mean():.3f} ({found.std() / len(found) ** 0.5:.3f})"


def _share(flags: pd.Series) -> str:
    share = float(flags.mean())
    return f"{share:.3f} ({(share * (1 - share) / len(flags)) ** 0.5:.3f})"


def _table(lines: list[list[str]]) -> str:
    shown = [lines[0], ["---"] * len(lines[0]), *lines[1:]]
    return "\n".join("| " + " | ".join(line) + " |" for line in shown)


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


def main() -> None:
    """Run what is missing, then write the tables; or write the example."""
    parser = argparse.ArgumentParser(description="Simulation study of geo experiments.")
    parser.add_argument("--parts", nargs="+", default=["selection", "a_a", "power"])
    parser.add_argument("--geos", type=int, nargs="+", help="cases with so many geos alone")
    parser.add_argument("--seeds", type=int, default=500, help="panels a case")
    parser.add_argument("--folder", type=Path, default=RESULTS)
    parser.add_argument("--example", action="store_true")
    asked = parser.parse_args()
    if asked.example:
        write_example()
        return
    tests = asked.folder / "lift_geo_tests.csv"
    cases = [case for case in CASES if case.part in asked.parts and case.geos in (asked.geos or [case.geos])]
    run_missing(cases, asked.seeds, tests)
    (asked.folder / "lift_geo.md").write_text(summarise(tests), encoding="utf-8")


if __name__ == "__main__":
    main()
