"""From a posterior to everything that is reported: the tables of effects, and the verdict on them."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
import xarray as xr

from mixproof.aggregates.finance.fiscal import FiscalCalendar
from mixproof.aggregates.panel import Panel
from mixproof.records.verdict import Verdict
from mmm.calibration.agreement.judge import judge_experiments, mixed_with_demand, without_tested
from mmm.checks import accounts, judge, mostly_assumed
from mmm.checks.examine import examine, work_out
from mmm.config import MmmConfig
from mmm.effects.results import cautious, curve_draws, effect_tables, fit_tables
from mmm.effects.tables import FINDINGS
from mmm.problem.problem import Calibration, build_problem


@dataclass(frozen=True, slots=True)
class Analysis:
    """What a media-mix run found.

    Parameters
    ----------
    tables : dict of str to pandas.DataFrame
        By the name of their `TableSpec` in `mmm.effects.tables`.
    verdict : Verdict
        How far they may be believed.
    """

    tables: dict[str, pd.DataFrame]
    verdict: Verdict


def analyse(
    posterior: xr.DataTree,
    panel: Panel,
    config: MmmConfig,
    calibration: Calibration | None = None,
    refits: Mapping[str, xr.DataTree] | None = None,
    fiscal: FiscalCalendar | None = None,
) -> Analysis:
    """Return all tables of effects, in original units, and the verdict on them.

    Parameters
    ----------
    posterior : xarray.DataTree
        As `mmm.fit.fit` returns it, or read back from a run folder.
    panel : Panel
    config : MmmConfig
        Those of the fit.
    calibration : Calibration, optional
        That of the fit.
    refits : mapping of str to xarray.DataTree, optional
        Posteriors of fits without one experiment each, by its name.
    fiscal : FiscalCalendar, optional
        The declared one; default months from the model's fiscal year.

    Returns
    -------
    Analysis

    Notes
    -----
    Nothing here samples or compiles; the same posterior gives the same tables. Memory is bounded: effects are computed
    in blocks of draws, from at most 2,000 of them, fewer for a large panel.
    """
    problem = build_problem(panel, config, calibration)
    sampled = posterior["posterior"].to_dataset()
    with ThreadPoolExecutor(1) as beside:  # large arrays are worked on without the interpreter's lock
        drawn = beside.submit(curve_draws, problem, sampled)
        effects = work_out(posterior, problem)
        examined = examine(posterior, problem, effects)
    judged, said = judge_experiments(problem, effects.draws, effects.found, refits or {})
    verdict = Verdict((*without_tested(judge(examined).findings, problem), *said))
    mixed = mixed_with_demand(verdict.findings)
    open_to = accounts(problem, mixed, examined.chasing)
    tables = effect_tables(
        problem,
        effects.draws,
        effects.found,
        effects.groups,
        effects.fitted,
        drawn.result(),
        fiscal,
        accounts=open_to,
    )
    tables |= fit_tables(problem, sampled, effects.fitted, examined.diagnostics)
    tables |= judged
    return Analysis(
        cautious(tables, mixed, mostly_assumed(verdict.findings)) | {FINDINGS.name: findings_table(verdict)},
        verdict,
    )


def findings_table(verdict: Verdict) -> pd.DataFrame:
    """Return the table ``verdict``: one row a finding."""
    rows = [asdict(finding) for finding in verdict.findings]
    for row in rows:
        row["subject"] = row["subject"] or ""
        row["value"] = np.nan if row["value"] is None else row["value"]
        row["threshold"] = np.nan if row["threshold"] is None else row["threshold"]
    return FINDINGS.frame(rows)
