"""From a posterior to everything that is reported: the tables of effects, and the verdict on them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
import xarray as xr

from mixproof.aggregates.finance.fiscal import FiscalCalendar
from mixproof.aggregates.panel import Panel
from mixproof.records.verdict import Verdict
from mmm.calibration.agreement.judge import judge_experiments, mixed_with_demand, without_demand
from mmm.checks import judge
from mmm.checks.demand_chasing_answer import accounts
from mmm.checks.examine import examine, work_out
from mmm.config import MmmConfig
from mmm.effects.results import curves_table, effect_tables, fit_tables
from mmm.effects.tables import FINDINGS, MIXED, RESPONSE
from mmm.effects.two_accounts import widened
from mmm.problem.problem import Calibration, build_problem

CAUTIOUS = {
    "channels": "channel",
    "channels_by_geo": "channel",
    "paid_media": "channel",
    "paid_media_by_period": "channel",
    "response": "channel",
    "parameters": "parameter",
}
"""Tables that say what a channel brought or returned, and the column that names it."""
RETURN_PARAMETER = re.compile(r"^(?:media_value|media_z|coefficient)\[(?:.*, )?(?P<channel>.*)\]$")
"""Parameters that are a return, or as much as one."""


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
    effects = work_out(posterior, problem)
    examined = examine(posterior, problem, effects)
    judged, said = judge_experiments(problem, effects.draws, effects.found, refits or {})
    verdict = Verdict((*without_demand(judge(examined).findings, problem), *said))
    mixed = mixed_with_demand(verdict.findings)
    open_to = accounts(problem, mixed, examined.chasing)
    shown = widened(effects.found, open_to)
    tables = effect_tables(problem, effects.draws, shown, effects.groups, effects.fitted, fiscal)
    tables |= fit_tables(problem, sampled, effects.fitted, examined.diagnostics)
    tables[RESPONSE.name] = curves_table(problem, sampled, open_to)
    tables |= judged
    for name, column in CAUTIOUS.items():
        tables[name] = marked(tables[name], column, mixed)
    return Analysis(tables | {FINDINGS.name: findings_table(verdict)}, verdict)


def marked(table: pd.DataFrame, column: str, mixed: Sequence[str]) -> pd.DataFrame:
    """Return a table in which every row about a channel mixed with demand, or about a sum with one, says so.

    Parameters
    ----------
    table : pandas.DataFrame
    column : str
        That names a channel, a sum such as ``tv + radio``, or a parameter such as ``media_value[tv]``.
    mixed : sequence of str
        Channels.

    Returns
    -------
    pandas.DataFrame
        With the column ``caution``; where there is a column ``reported_as``, a channel that stood alone says it there too.
    """
    named = np.array([bool(set(_members(str(name))) & set(mixed)) for name in table[column]], dtype=bool)
    result = table.assign(caution=np.where(named, MIXED, ""))
    if "reported_as" in table:
        alone = named & (table["reported_as"] == "alone").to_numpy()
        result["reported_as"] = np.where(alone, MIXED, result["reported_as"])
    return result


def _members(name: str) -> list[str]:
    """Return the channel that a row is about, or the channels of its sum; of a parameter its last label."""
    parameter = RETURN_PARAMETER.match(name)
    return [parameter["channel"]] if parameter else [name, *name.split(" + ")]


def findings_table(verdict: Verdict) -> pd.DataFrame:
    """Return the table ``verdict``: one row a finding."""
    rows = [asdict(finding) for finding in verdict.findings]
    for row in rows:
        row["subject"] = row["subject"] or ""
        row["value"] = np.nan if row["value"] is None else row["value"]
        row["threshold"] = np.nan if row["threshold"] is None else row["threshold"]
    return FINDINGS.frame(rows)
