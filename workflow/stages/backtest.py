"""The stage that backtests the model: fits to what was known at each origin, and what they would have forecast."""

from collections.abc import Sequence

from workflow.inputs import sampler_fingerprint
from workflow.lazy import imported
from workflow.stages.stage import Stage, has_model
from workflow.stages.state import RunState


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
