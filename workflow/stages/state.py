"""What stages hand on to each other in one run."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from mixproof.aggregates.panel import Panel
from mixproof.records.evidence import Evidence
from mixproof.records.run_folder.output import Output
from mixproof.records.run_folder.run_draft import RunDraft
from mixproof.records.verdict import Verdict, merge
from workflow.config import DataConfig, DesignConfig, LiftConfig, MmmConfig, RunConfig
from workflow.inputs import Inputs
from workflow.preflight import Limits
from workflow.progress import Display
from workflow.sampling.job import EarlierRun, Fitted, SamplingProcess


@dataclass
class RunState:
    """A run in progress.

    Parameters
    ----------
    config : RunConfig
        The validated YAML.
    output : Output
        Where runs of this name are kept.
    data_folder : pathlib.Path
        Folder that the config's files are read from.
    display : Display
        Where to say what goes on.
    limits : Limits
        What the run may use of the machine.
    stack : contextlib.ExitStack
        What ends with the run: the lock, the unfinished folder.
    spill : pathlib.Path, optional
        Folder that reading may use for what does not fit into memory; default one of the system's.
    sampler : SamplingProcess, optional
        The process that gets ready to sample while the data are read.
    earlier_run : EarlierRun, optional
        The run whose posterior sampling begins from; default none.
    before : mixproof.records.run.Run, optional
        Last quarter's run, which reports are held against.
    base : Run, optional
        The published run whose posterior a plan is made from; default that of this run.
    fiscal : FiscalCalendar, optional
        The declared one.
    ties : tuple of Tie
        Accounts of the ledger in its periods.
    calibrated : dict
        What functions that work the model out take beside panel and config: its `calibration`, where there is one.
    """

    config: RunConfig
    output: Output
    data_folder: Path
    display: Display
    limits: Limits
    stack: ExitStack
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    keys: dict[str, str] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)
    inputs: list[Inputs] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    verdicts: list[Verdict] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    calibrated: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    run_dir: Path | None = None
    spill: Path | None = None
    sampler: SamplingProcess | None = None
    earlier_run: EarlierRun | None = None
    before: Any = None
    base: Any = None
    fiscal: Any = None
    ties: tuple[Any, ...] = ()
    _panel: Panel | None = None
    _draft: RunDraft | None = None
    _fitted: Fitted | None = None

    @property
    def data(self) -> DataConfig:
        """The data section of a run that has one."""
        return _there(self.config.data, "data section")

    @property
    def mmm(self) -> MmmConfig:
        """The model section of a run that has one."""
        return _there(self.config.mmm, "mmm section")

    @property
    def lift(self) -> LiftConfig:
        """The section of a run that has experiments."""
        return _there(self.config.lift, "lift section")

    @property
    def design(self) -> DesignConfig:
        """The section of a run that plans tests."""
        return _there(self.config.design, "design section")

    @property
    def panel(self) -> Panel:
        """The panel, once it is read."""
        return _there(self._panel, "panel")

    @panel.setter
    def panel(self, panel: Panel) -> None:
        self._panel = panel

    @property
    def fitted(self) -> Fitted:
        """The finished fit, once the model is sampled."""
        return _there(self._fitted, "posterior")

    @fitted.setter
    def fitted(self, fitted: Fitted) -> None:
        self._fitted = fitted

    @property
    def draft(self) -> RunDraft:
        """The run folder under construction, once it is begun."""
        return _there(self._draft, "run folder")

    @draft.setter
    def draft(self, draft: RunDraft) -> None:
        self._draft = draft

    @property
    def verdict(self) -> Verdict:
        """How far the run may be believed, as known by now."""
        return merge(self.verdicts)

    @property
    def input_hashes(self) -> dict[str, str]:
        """SHA-256 of every file that was read, by the name that the YAML gives it."""
        return {name: value for inputs in self.inputs for name, value in inputs.hashes.items()}

    def read_files(self, inputs: Inputs) -> Sequence[str]:
        """Return names and hashes of files that a stage is about to read, and remember them."""
        self.inputs.append(inputs)
        return [f"{name} {value}" for name, value in inputs.hashes.items()]

    def raise_if_changed(self) -> None:
        """Raise `IntegrityError` if a file was written to since it was hashed."""
        for inputs in self.inputs:
            inputs.raise_if_changed()

    def read_by(self, *stages: str) -> Sequence[str]:
        """Return the keys of earlier stages that a stage builds on; those left out have none."""
        return [self.keys[name] for name in stages if name in self.keys]


def _there[T](value: T | None, what: str) -> T:
    if value is None:
        raise RuntimeError(f"this run has no {what} yet: a stage stands in the wrong place")
    return value
