"""The table of stages: what each one reads and does, in order.

A new stage (a plan, say) is one more row.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workflow.config import RunConfig
from workflow.stages import aggregate as reading
from workflow.stages import backtest as backtests
from workflow.stages import lift as experiments
from workflow.stages import report as steps
from workflow.stages.state import Work


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a run.

    Parameters
    ----------
    name : str
        Key of its hash and its duration in the manifest.
    says : str
        What it does, for people who wait.
    reads : callable
        Returns everything that decides the result, as texts; their hash is the stage's key.
    does : callable
        Does it.
    wanted : callable
        Whether a config asks for it.
    checks : bool
        Whether `check` does it too: it reads everything and takes seconds.
    samples : bool
        Whether it needs the model's kernel.
    """

    name: str
    says: str
    reads: Callable[[Work], Sequence[str]]
    does: Callable[[Work], None]
    wanted: Callable[[RunConfig], bool]
    checks: bool = False
    samples: bool = False


def _models(config: RunConfig) -> bool:
    return config.data is not None and config.mmm is not None


def _has_experiments(config: RunConfig) -> bool:
    return config.lift is not None


def _has_designs(config: RunConfig) -> bool:
    return config.design is not None


def _always(config: RunConfig) -> bool:
    return True


STAGES: tuple[Stage, ...] = (
    Stage("aggregate", "reading the data", reading.aggregate_reads, reading.aggregate, _models, checks=True),
    Stage(
        "lift",
        "analysing experiments",
        experiments.lift_reads,
        experiments.analyse_lift,
        _has_experiments,
        checks=True,
    ),
    Stage("design", "planning tests", experiments.design_reads, experiments.make_design, _has_designs),
    Stage("fit", "sampling the model", steps.fit_reads, steps.fit, _models, samples=True),
    Stage("effects", "working out effects and verdict", steps.effects_read, steps.effects, _models),
    Stage("report", "writing tables and pages", steps.report_reads, steps.report, _always),
    Stage("publish", "publishing the run", steps.publish_reads, steps.publish, _always),
)
"""What follows when the YAML and the output folder have been checked."""

BACKTEST: tuple[Stage, ...] = (
    *(stage for stage in STAGES if stage.name == "aggregate"),
    Stage(
        "backtest",
        "forecasting the past",
        backtests.backtest_reads,
        backtests.backtest,
        _models,
        samples=True,
    ),
    *(stage for stage in STAGES if stage.name in ("report", "publish")),
)
"""The same for a backtest: the model is fitted to the past only, and there are no effects to report."""
