"""Two runs compared: their bridge worked out with warm fits, its tables and its page written into a folder."""

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mixproof.records.run import Run
from workflow.compare.bridge import Bridge, Vertex, build_bridge
from workflow.compare.causes import Side
from workflow.compare.incident import Incident, incidents
from workflow.config import RunConfig, parse_config
from workflow.lazy import imported
from workflow.progress import Display
from workflow.sampling.job import FitJob, sample
from workflow.sampling.start import start_process

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of a comparison.

    Parameters
    ----------
    bridge : Bridge
    incidents : tuple of Incident
        The clearest first.
    files : tuple of pathlib.Path
        Table and page.
    """

    bridge: Bridge
    incidents: tuple[Incident, ...]
    files: tuple[Path, ...]


def compare_runs(first: Path, second: Path, to: Path, console: "Console | None" = None) -> Compared:
    """Return what moved between two runs, after writing ``bridge.csv`` and ``bridge.html``.

    Parameters
    ----------
    first, second : pathlib.Path
        Folders of the earlier and the later run.
    to : pathlib.Path
        Folder that is written to; made where it is not there.
    console : rich.console.Console, optional
        Where progress goes; default nowhere.

    Returns
    -------
    Compared

    Raises
    ------
    ConfigError
        A run has no model, or they are not of one model.
    IntegrityError
        A run is not what its manifest says.
    """
    a, b = (Side.of(Run.open(path)) for path in (first, second))
    display = Display(console)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mixproof-compare-")))

        def fit(vertex: Vertex) -> Any:
            config = _config(vertex.model_of.run)
            display.say(
                f"          fitting the model of {vertex.model_of.run.manifest['run_id']} to other data"
            )
            job = FitJob(
                vertex.panel,
                _section(config),
                config.seed,
                scratch / str(len(list(scratch.iterdir()))),
                vertex.start,
                calibration_of(vertex.model_of.run, vertex.panel),
            )
            with display.sampling() as watch:
                fitted = sample(job, start_process(stack), watch)
            fitted.kept()
            return fitted.posterior

        bridge = build_bridge(a, b, fit, _effects)
    found = incidents(a, b, bridge.causes)
    said = [f"{each.kind[:1].upper()}{each.kind[1:]}: {each.sentence}." for each in found]
    files = imported("write_bridge")(a.run, b.run, bridge.table, bridge.causes, said, to)
    return Compared(bridge, tuple(found), tuple(files))


def _effects(posterior: Any, panel: Any, side: Side) -> Any:
    section = _section(_config(side.run))
    return imported("effect_draws")(posterior, panel, section, calibration=calibration_of(side.run, panel))


def _config(run: Run) -> RunConfig:
    return parse_config(run.config_text, str(run.manifest["run_id"]))


def _section(config: RunConfig) -> Any:
    if config.mmm is None:
        raise RuntimeError("a run with a panel has a model")
    return config.mmm


def calibration_of(run: Run, panel: Any) -> Any:
    """Return what a run's model is calibrated with, worked out for a panel; None where it is not.

    Parameters
    ----------
    run : Run
    panel : Panel

    Returns
    -------
    Calibration or None
    """
    config = _config(run)
    if config.calibrate is None:
        return None
    described = [] if config.lift is None else [test.name for test in config.lift.experiments]
    return imported("recall")(config.calibrate, run.path / "evidence", described, panel)
