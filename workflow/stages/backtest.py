"""The stage that backtests the model: fits to what was known at each origin, and what they would have forecast."""

from collections.abc import Sequence

from workflow.inputs import sampler_fingerprint
from workflow.lazy import room
from workflow.stages.state import Work


def backtest_reads(work: Work) -> Sequence[str]:
    """Return the panel's fingerprint, the model with its backtest, the seed, and what else decides the draws."""
    return [
        work.facts["fingerprint"],
        work.mmm.model_dump_json(),
        str(work.config.seed),
        *sampler_fingerprint(),
    ]


def backtest(work: Work) -> None:
    """Forecast from every origin, and keep tables and verdict."""
    found = room("backtest")(
        work.panel, work.mmm, work.config.seed, say=lambda text: work.display.say(f"          {text}")
    )
    work.tables.update(found.tables)
    work.verdicts.append(found.verdict)
