"""The stages that sample: the model, or its backtest, which fits it to what was known at each origin."""

from collections.abc import Sequence

from workflow.inputs import sampler_fingerprint
from workflow.lazy import imported
from workflow.sampling.job import FitJob, sample
from workflow.sampling.start import start_process
from workflow.stages.stage import Stage, has_model
from workflow.stages.state import RunState


def fit_reads(state: RunState) -> Sequence[str]:
    """Return the panel's fingerprint, the model, the seed, its experiments, and what else decides the draws."""
    return [
        state.facts["fingerprint"],
        state.mmm.model_dump_json(),
        str(state.config.seed),
        *sampler_fingerprint(),
        *state.read_by("calibrate"),
        *([f"begins from {state.earlier_run.digest}"] if state.earlier_run else []),
    ]


def fit(state: RunState) -> None:
    """Sample in a process of its own, from the chains of an interrupted run where there are any."""
    checkpoint = state.output.checkpoint(state.keys["fit"])
    earlier = state.earlier_run.posterior if state.earlier_run else None
    job = FitJob(state.panel, state.mmm, state.config.seed, checkpoint, earlier, **state.calibrated)
    if job.checkpoint.exists():
        state.display.say("          resuming from the finished chains of an interrupted run")
    process = state.sampler or start_process(state.stack)
    with state.display.sampling() as watch:
        state.fitted = sample(job, process, watch, state.limits.free_memory())


FIT = Stage("fit", "sampling the model", fit_reads, fit, has_model)


def backtest_reads(state: RunState) -> Sequence[str]:
    """Return the panel's fingerprint, the model with its backtest, the seed, and what else decides the draws."""
    return [
        state.facts["fingerprint"],
        state.mmm.model_dump_json(),
        str(state.config.seed),
        *sampler_fingerprint(),
        *state.read_by("calibrate"),
    ]


def backtest(state: RunState) -> None:
    """Forecast from every origin, and keep tables and verdict."""
    found = imported("backtest")(
        state.panel,
        state.mmm,
        state.config.seed,
        say=lambda text: state.display.say(f"          {text}"),
        **state.calibrated,
    )
    state.tables.update(found.tables)
    state.verdicts.append(found.verdict)


BACKTEST = Stage("backtest", "forecasting the past", backtest_reads, backtest, has_model)
