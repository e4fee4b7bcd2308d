"""The stage that turns the posterior into effects."""

from collections.abc import Sequence

from workflow.lazy import imported
from workflow.stages.stage import Stage, has_model
from workflow.stages.state import RunState


def effects_read(state: RunState) -> Sequence[str]:
    """Return the fit and the model section, which also holds the intervals and the fiscal year."""
    return [*state.read_by("fit"), state.mmm.model_dump_json()]


def effects(state: RunState) -> None:
    """Turn the posterior into tables and a verdict."""
    analysis = imported("analyse")(state.fitted.posterior, state.panel, state.mmm, **state.calibrated)
    state.tables.update(analysis.tables)
    state.verdicts.append(analysis.verdict)


EFFECTS = Stage("effects", "working out effects and verdict", effects_read, effects, has_model)
