"""The stage that turns the posterior into effects.

Where a calibrated run asks for it, the model is fitted again: without each experiment that cannot be weighted away, and
without any, to show what it said before it was calibrated.
"""

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from workflow.lazy import imported
from workflow.sampling.job import FitJob, sample
from workflow.sampling.start import start_process
from workflow.stages.stage import Stage, has_model
from workflow.stages.state import RunState

ANY = "any experiment"
"""What a fit is said to be without that knows the panel alone."""


def effects_read(state: RunState) -> Sequence[str]:
    """Return the fit, the model section, which also holds the intervals, and the fiscal calendar."""
    fiscal = [] if state.fiscal is None else [str(state.fiscal)]
    return [*state.read_by("fit"), state.mmm.model_dump_json(), *fiscal]


def effects(state: RunState) -> None:
    """Turn the posterior into tables and a verdict."""
    analyse = imported("analyse")
    analysis = analyse(
        state.fitted.posterior, state.panel, state.mmm, **state.calibrated, fiscal=state.fiscal
    )
    if state.config.calibrate and state.config.calibrate.refit:
        names = to_refit(analysis.tables)
        calibration = state.calibrated["calibration"]
        refits = {
            name: _fit_again(state, name, replace(calibration, left_out=name), _checkpoint(state, name))
            for name in names
        }
        if names:
            analysis = analyse(
                state.fitted.posterior,
                state.panel,
                state.mmm,
                **state.calibrated,
                refits=refits,
                fiscal=state.fiscal,
            )
        before = _fit_again(state, ANY, replace(calibration, evidence=()), _checkpoint(state, ANY))
        state.tables["channels_before"] = analyse(before, state.panel, state.mmm).tables["channels"]
        for name in (*names, ANY):
            shutil.rmtree(_checkpoint(state, name), ignore_errors=True)
    state.tables.update(analysis.tables)
    state.verdicts.append(analysis.verdict)


def to_refit(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Return the experiments of which only a fit without them tells what the model says without them."""
    if "calibration" not in tables:
        return []
    frame = tables["calibration"]
    return [str(name) for name in dict.fromkeys(frame.loc[frame["conflict"] == "refit", "experiment"])]


def _fit_again(state: RunState, name: str, calibration: Any, checkpoint: Path) -> Any:
    """Return the posterior of a fit that knows less: without `name`, as `calibration` says."""
    state.display.say(f"          fitting again without {name}")
    job = FitJob(state.panel, state.mmm, state.config.seed, checkpoint, None, calibration)
    with state.display.sampling() as watch:
        fitted = sample(job, start_process(state.stack), watch, state.limits.free_memory())
    fitted.kept()
    return fitted.posterior


def _checkpoint(state: RunState, name: str) -> Path:
    key = hashlib.sha256(f"{state.keys['fit']} without {name}".encode()).hexdigest()
    return state.output.checkpoint(key)


EFFECTS = Stage("effects", "working out effects and verdict", effects_read, effects, has_model)
