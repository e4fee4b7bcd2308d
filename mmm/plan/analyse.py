"""From a posterior to a plan: window, constraints, optimum, certificate, and the tables and verdict that say so."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from mixproof.aggregates.panel import Panel
from mixproof.records.verdict import Verdict
from mmm.config import MmmConfig
from mmm.plan.certificate import decide, findings
from mmm.plan.config import PlanConfig, holding
from mmm.plan.outcome import TABLE_DRAWS, PlanOutcome, fewer, halves, unit_of
from mmm.plan.results import (
    Plans,
    budget_table,
    certificate_table,
    channels_table,
    curves_table,
    notes_table,
    scenarios_table,
)
from mmm.plan.search.next_experiment import next_experiment_table
from mmm.plan.window import build_window, raise_without_money
from mmm.problem.problem import build_problem


@dataclass(frozen=True, slots=True)
class PlanResult:
    """What planning found.

    Parameters
    ----------
    tables : dict of str to pandas.DataFrame
        By the name of their `TableSpec` in `mmm.plan.tables`.
    verdict : Verdict
        What is to be read with the plan.
    """

    tables: dict[str, pd.DataFrame]
    verdict: Verdict


def make_plan(
    posterior: xr.DataTree,
    panel: Panel,
    config: MmmConfig,
    plan: PlanConfig,
    seed: int = 1,
    cautions: Mapping[str, str] | None = None,
) -> PlanResult:
    """Return the best plan for a window after the panel, with its certificate.

    Parameters
    ----------
    posterior : xarray.DataTree
        As `mmm.fit.fit` returns it, or read back from a run folder.
    panel : Panel
    config : MmmConfig
        Those of the fit.
    plan : PlanConfig
    seed : int
        Of random starts.
    cautions : mapping of str to str, optional
        What is to be said of channels' own answers, by channel.

    Returns
    -------
    PlanResult

    Raises
    ------
    ConfigError
        With what keeps the plan from being made: names, days, contradictory constraints, money without value.
    """
    said = cautions or {}
    plan = holding(plan, said, panel.paid)
    problem = build_problem(panel, config)
    window = build_window(problem, plan)
    raise_without_money(window, plan)
    used, unused = halves(posterior, window)
    outcome = PlanOutcome(window, used, unit_of(window, plan))
    others = outcome.on(unused)
    best, judged = decide(outcome, others, plan, config.interval, seed)
    found, amounts = best.found, best.kept.amounts
    optimum, now = amounts.money(found.amounts), window.current
    paths = {"current": now, "optimum": optimum, "proposed": optimum if judged.change else now}
    told = PlanOutcome(window, fewer(unused, TABLE_DRAWS), np.ones(len(window.value)))
    plans = Plans(told, best.kept, plan, paths, config.interval)
    unit = panel.currency if plan.objective == "profit" else panel.outcome_unit
    tables = {
        "plan_budget": budget_table(plans),
        "plan_channels": channels_table(plans, said),
        "plan_scenarios": scenarios_table(plans),
        "plan_certificate": certificate_table(plans, found, judged, unit, used.count),
        "plan_curves": curves_table(plans, said),
        "plan_notes": notes_table(plans, said),
    }
    tests = next_experiment_table(outcome, others, best, config.interval, seed)
    tables["next_experiment"] = tests.assign(caution=[said.get(name, "") for name in tests["channel"]])
    return PlanResult(tables, Verdict(tuple(findings(best, judged))))
