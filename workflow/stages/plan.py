"""The stages that plan budgets: from this run's posterior, or from that of a run that is published."""

from collections.abc import Mapping, Sequence

import pandas as pd

from mixproof.records.run import Run
from mixproof.records.verdict import Verdict
from workflow.config import PlanConfig, RunConfig
from workflow.lazy import imported
from workflow.stages.stage import Stage, has_model
from workflow.stages.state import RunState


def recall_reads(state: RunState) -> Sequence[str]:
    """Return the seal of the published run: it stands for all that it holds."""
    return [_base(state).seal]


def recall(state: RunState) -> None:
    """Take panel, facts and verdict from the published run."""
    base = _base(state)
    state.panel = base.panel()
    state.facts = dict(base.manifest["panel"])
    state.verdicts.append(base.verdict)
    state.display.say(f"          from the run {base.manifest['run_id']}")


def plan_reads(state: RunState) -> Sequence[str]:
    """Return the plan, the model and the seed, and the fit or published run whose posterior it uses."""
    return [
        _section(state).model_dump_json(),
        state.mmm.model_dump_json(),
        str(state.config.seed),
        *state.read_by("recall", "effects"),
    ]


def plan(state: RunState) -> None:
    """Find the best budgets, and keep their tables and what is to be read with them.

    Raises
    ------
    ConfigError
        With what keeps the plan from being made.
    """
    base = state.base
    posterior = state.fitted.posterior if base is None else base.posterior()
    tables = (
        state.tables
        if base is None
        else {name: base.table(name) for name in base.tables if name == "channels"}
    )
    said = cautions(tables.get("channels"), state.verdict)
    found = imported("make_plan")(
        posterior,
        state.panel,
        state.mmm,
        _section(state),
        state.config.seed,
        said,
    )
    state.tables.update(found.tables)
    state.tables.update(
        imported("forecast_plans")(
            posterior,
            state.panel,
            state.mmm,
            _section(state),
            found.tables["plan_budget"],
            seed=state.config.seed,
            cautions=said,
        )
    )
    state.verdicts.append(found.verdict)
    sentence = found.tables["plan_certificate"]["sentence"].iloc[0]
    state.display.say(f"          {sentence}")


def cautions(channels: pd.DataFrame | None, verdict: Verdict) -> Mapping[str, str]:
    """Return what is to be said of channels' own answers, by channel.

    Parameters
    ----------
    channels : pandas.DataFrame or None
        The table ``channels`` of the run.
    verdict : Verdict
        On the run.

    Returns
    -------
    mapping of str to str
        Channels of which nothing is to be said are left out.
    """
    said: dict[str, list[str]] = {}
    if channels is not None:
        for row in channels.to_dict("records"):
            if row["caution"]:
                said.setdefault(row["channel"], []).append(row["caution"])
            if str(row["reported_as"]).startswith("only within "):
                group = str(row["reported_as"]).removeprefix("only within ")
                said.setdefault(row["channel"], []).append(f"reported as the sum {group}")
    for finding in verdict.findings:
        if finding.check == "prior_domination" and finding.status == "warning" and finding.subject:
            said.setdefault(finding.subject, []).append("prior-dominated")
    return {name: "; ".join(words) for name, words in said.items()}


def has_plan(config: RunConfig) -> bool:
    """Return whether a config plans budgets with a model."""
    return config.plan is not None and has_model(config)


def _section(state: RunState) -> PlanConfig:
    if state.config.plan is None:
        raise RuntimeError("this run has no plan section: the stage is not wanted")
    return state.config.plan


def _base(state: RunState) -> Run:
    if not isinstance(state.base, Run):
        raise RuntimeError("this plan has no published run: the stage is not wanted")
    return state.base


RECALL = Stage("recall", "reading the run", recall_reads, recall, has_plan)
PLAN = Stage("plan", "planning budgets", plan_reads, plan, has_plan)
