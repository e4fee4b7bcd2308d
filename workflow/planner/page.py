"""The planner's page of a published run: its draws in few numbers, and beside them the plan that was made from it."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from mixproof.errors import ConfigError, Fault, IntegrityError
from mixproof.records.faults import FAULTS as RECORDS
from mixproof.records.run import Run
from mmm.plan.faults import FAULTS
from mmm.plan.grid import planner_grid
from mmm.plan.window import build_window
from mmm.problem.problem import build_problem
from reports.planning.planner import render_planner
from workflow.config import PlanConfig, RunConfig, parse_config
from workflow.stages.plan import cautions


@dataclass(frozen=True, slots=True)
class Source:
    """What a planner's page is made from.

    Parameters
    ----------
    base : Run
        The run with the model.
    config : RunConfig
        With the plan's section.
    budget : pandas.DataFrame or None
        The table ``plan_budget`` of the plan, where one was made.
    """

    base: Run
    config: RunConfig
    budget: pd.DataFrame | None


def planner_page(folder: Path) -> str:
    """Return the planner's page of a run or of a plan that was made from one, as HTML text.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of a run with a model, or that of a plan, whose section and budgets then count.

    Returns
    -------
    str

    Raises
    ------
    ConfigError
        There is no model, its channels act on one another, or the plan's section does not fit.
    IntegrityError
        A folder is not what its manifest says, or the plan was made from another run than the one that has its name.
    """
    source = _source(folder)
    base, config = source.base, source.config
    channels = base.table("channels") if "channels" in base.tables else None
    assert config.mmm is not None
    plan = config.plan or PlanConfig()
    grid = planner_grid(
        base.posterior(),
        build_window(build_problem(base.panel(), config.mmm), plan),
        plan,
        budget=source.budget,
        cautions=cautions(channels, base.verdict),
    )
    return render_planner(
        grid,
        config.name,
        str(base.manifest["run_id"]),
        base.verdict,
        version=str(base.manifest["versions"].get("mixproof", "")),
        locale=config.report.locale,
    )


def _source(folder: Path) -> Source:
    """Return the run with a model that a folder is, or that its plan was made from."""
    run = Run.open(folder)
    config = parse_config(run.config_text, str(folder))
    budget = run.table("plan_budget") if "plan_budget" in run.tables else None
    made_from = run.manifest.get("plan_of")
    if made_from is None:
        if "fit" not in run.manifest.get("stages", {}):
            raise ConfigError(Fault("plan-run", str(folder), "It fitted no model.", FAULTS["plan-run"][2]))
        return Source(run, config, budget)
    base = Run.open(run.path.resolve().parent / made_from["run_id"])
    if base.seal != made_from["manifest"]:
        _, meaning, remedy = RECORDS["artefact-swapped"]
        raise IntegrityError(Fault("artefact-swapped", str(base.path), meaning, remedy))
    return Source(base, config, budget)
