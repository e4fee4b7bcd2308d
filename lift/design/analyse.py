"""Plans of the `design:` section turned into tables, design files and a verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lift.design.config import DesignConfig, GeoPlan, HoldoutPlan
from lift.design.geo import GeoOption, Pool, design_geo
from lift.design.holdout import HoldoutDesign, design_holdout
from lift.design.tables import TABLES
from lift.geo.data.design_file import GeoDesign
from lift.geo.data.series import GeoSeries, fault, read_series
from mixproof.errors import ConfigError, DataError, Fault, PrivacyError
from mixproof.records.verdict import Finding, Verdict
from mixproof.yaml.validation import nearest


@dataclass(frozen=True, slots=True)
class DesignAnalysis:
    """What a design section answers.

    Parameters
    ----------
    tables : dict of str to pandas.DataFrame
        One frame for each spec of `lift.design.tables.TABLES`, by name.
    files : mapping of str to str
        Text of each design file by file name, to be written beside the tables.
    verdict : Verdict
        A plan not worth running is a warning with its reason: the answer itself is sound.
    """

    tables: dict[str, pd.DataFrame]
    files: Mapping[str, str]
    verdict: Verdict


def design(config: DesignConfig, folder: Path, seed: int) -> DesignAnalysis:
    """Return tables, design files and verdict of every plan.

    Parameters
    ----------
    config : DesignConfig
    folder : pathlib.Path
        Folder from which tables of past series are read.
    seed : int

    Returns
    -------
    DesignAnalysis
        Design files as JSON text by file name; a plan without a runnable option is marked in the verdict.

    Raises
    ------
    ConfigError, DataError, PrivacyError
        With the faults of all plans together.
    """
    pools = read_plans(config, folder)
    rows: dict[str, list[dict[str, Any]]] = {spec.name: [] for spec in TABLES}
    files: dict[str, str] = {}
    findings: list[Finding] = []
    for plan in config.plans:
        if isinstance(plan, HoldoutPlan):
            answer = design_holdout(plan, seed)
            rows["design_holdout"] += _holdout_rows(plan, answer)
            findings.append(_finding(plan.name, answer.run, answer.reasons))
            continue
        series, pool, names = pools[plan.name]
        options = design_geo(plan, pool, seed)
        rows["design_geo"] += [_geo_row(plan, names, option) for option in options]
        best = options[0]
        findings.append(_finding(plan.name, not best.reasons, best.reasons))
        if best.treated:
            files[f"{_file_stem(plan.name)}.design.json"] = _record(plan, series, names, best, seed).to_json()
    tables = {spec.name: spec.frame(rows[spec.name]) for spec in TABLES}
    return DesignAnalysis(tables, files, Verdict(tuple(findings)))


def read_plans(config: DesignConfig, folder: Path) -> dict[str, tuple[GeoSeries, Pool, list[str]]]:
    """Return series, units and names of each geo plan.

    Parameters
    ----------
    config : DesignConfig
    folder : pathlib.Path
        Folder from which the tables are read.

    Returns
    -------
    dict of str to tuple of (GeoSeries, Pool, list of str)
        By the plan's name; the names are those of the pool's units, in its order.

    Raises
    ------
    ConfigError, DataError, PrivacyError
        With the faults of all plans together.
    """
    faults: list[Fault] = []
    kinds: list[type[ConfigError] | type[DataError] | type[PrivacyError]] = []
    found = {}
    for plan in config.plans:
        if not isinstance(plan, GeoPlan):
            continue
        try:
            series = read_series(plan.data, folder, plan.excluded)
            wrong = _plan_faults(plan, series)
            if wrong:
                raise DataError(wrong)
            found[plan.name] = (series, *_pool(plan, series))
        except (ConfigError, DataError, PrivacyError) as error:
            faults += error.faults
            kinds.append(type(error))
    for kind in (PrivacyError, DataError, ConfigError):
        if kind in kinds:
            raise kind(faults)
    return found


def _plan_faults(plan: GeoPlan, series: GeoSeries) -> list[Fault]:
    place = f"plan {plan.name}: {plan.data.file} column {plan.data.geo}"
    found = []
    for geo in (*plan.include, *plan.never, *plan.excluded):
        if geo not in series.geos:
            near = nearest(geo, series.geos)
            found.append(
                fault(
                    "geo-unknown",
                    place,
                    f"{geo!r} is not in the table" + (f"; the nearest is {near!r}." if near else "."),
                )
            )
    free = len(series.geos) - len(plan.excluded)
    for size in plan.sizes:
        if size < len(plan.include) or size > free - len(plan.never) or free - size < 2:
            text = f"{size} geos cannot be treated: of {free}, {len(plan.include)} must be and {len(plan.never)} must not."
            found.append(fault("geo-controls", place, text))
    return found


def _pool(plan: GeoPlan, series: GeoSeries) -> tuple[Pool, list[str]]:
    rows = [i for i, geo in enumerate(series.geos) if geo not in plan.excluded]
    names = [series.geos[i] for i in rows]
    spend = None if series.spend is None else series.spend[rows]
    return Pool(series.outcome[rows], spend, np.isin(names, plan.include), np.isin(names, plan.never)), names


def _geo_row(plan: GeoPlan, names: list[str], option: GeoOption) -> dict[str, Any]:
    return {
        "plan": plan.name,
        "treated": " + ".join(names[i] for i in option.treated),
        "geos": len(option.treated),
        "periods": option.periods,
        "cooldown": plan.cooldown,
        "mde": option.mde,
        "power": option.power,
        "power_lower": option.power_lower,
        "power_upper": option.power_upper,
        "power_claimed": option.power_claimed,
        "false_positives": option.false_positives,
        "windows": option.windows,
        "outcome": option.outcome,
        "budget": float("nan") if option.budget is None else option.budget,
        "run": not option.reasons,
        "reason": "; ".join(option.reasons),
    }


def _holdout_rows(plan: HoldoutPlan, answer: HoldoutDesign) -> list[dict[str, Any]]:
    nan = float("nan")
    return [
        {
            "plan": plan.name,
            "holdout_share": option.holdout_share,
            "best": option is answer.best,
            "users_needed": option.users_needed,
            "mde": option.mde,
            "power": option.power,
            "delivered_power": answer.delivered_power if option is answer.best else nan,
            "false_positives": answer.false_positives if option is answer.best else nan,
            "cost": option.cost,
            "value": answer.value if option is answer.best and answer.value is not None else nan,
            "control_converters": option.control_converters,
            "run": answer.run and option.power >= plan.power,
            "reason": "; ".join(answer.reasons) if option is answer.best else "",
        }
        for option in answer.options
    ]


def _finding(name: str, run: bool, reasons: tuple[str, ...]) -> Finding:
    if run:
        return Finding("design", "pass", f"{name}: run it.", None, None, name)
    return Finding(
        "design", "warning", f"{name}: do not run it, because {'; and '.join(reasons)}.", None, None, name
    )


def _file_stem(name: str) -> str:
    """Return the plan's name as a file name."""
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in name)


def _record(plan: GeoPlan, series: GeoSeries, names: list[str], option: GeoOption, seed: int) -> GeoDesign:
    drawn_from = [geo for geo in names if geo not in plan.never]
    return GeoDesign(
        name=plan.name,
        geos=tuple(names),
        treated=tuple(names[i] for i in option.treated),
        excluded=plan.excluded,
        # Geos that must stay untreated are no part of the draw: the rest is one stratum.
        assignment=("strata" if plan.never else "complete") if plan.randomise else "chosen",
        groups=(tuple(drawn_from),) if plan.randomise and plan.never else (),
        periods=option.periods,
        cooldown=plan.cooldown,
        period_days=series.period_days,
        method=plan.method,
        level=plan.level,
        power=plan.power,
        mde=option.mde if np.isfinite(option.mde) else None,
        expected_lift=plan.expected_lift,
        delivered_power=option.power,
        budget=option.budget,
        run=not option.reasons,
        reasons=option.reasons,
        seed=seed,
        data_sha256=series.sha256,
    )
