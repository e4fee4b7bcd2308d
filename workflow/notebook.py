"""What notebooks call: a run with its verdict, tables and charts, and the same step by step; the face `mixproof` names it.

Progress goes to stderr in plain lines; trouble is raised as in the house (`mixproof.errors`). A run that is not
reportable is returned like any other: its verdict says so first, and its charts carry the mark.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from mixproof.aggregates.panel import Panel
from mixproof.console import Session
from mixproof.errors import ConfigError, Fault
from mixproof.records.run import Run as RunFolder
from reports.single_chart import Chart, charts_of, draw_chart
from workflow import run as stages
from workflow.command_result import CheckOutcome
from workflow.config import Part, RunConfig, load_config, parse_config
from workflow.lazy import imported

if TYPE_CHECKING:
    import xarray as xr

    from mmm.analyse import Analysis

_SHOWN = [
    "channel",
    "kind",
    "spend",
    *(f"{name}_{part}" for name in ("contribution", "roi") for part in ("mean", "lower", "upper")),
    "reported_as",
    "caution",
]


class Plots:
    """The charts of a run's page: ``run.plot.roi()``, ``run.plot.response("tv")``; ``dir(run.plot)`` lists them."""

    def __init__(self, run: RunFolder) -> None:
        self._run = run

    def __getattr__(self, name: str) -> "partial[Chart]":
        if name.startswith("_"):
            raise AttributeError(name)
        return partial(draw_chart, self._run, name)

    def __dir__(self) -> Iterator[str]:
        return iter(charts_of(self._run))


class Run(RunFolder):
    """A run folder as notebooks see it: everything of `mixproof.records.run.Run`, its charts, and ArviZ's groups."""

    __slots__ = ()

    @property
    def channels(self) -> pd.DataFrame:
        """The table ``channels``: contribution, return and verdict of each channel."""
        return self.table("channels")

    @property
    def plot(self) -> Plots:
        """The charts of the run's page."""
        return Plots(self)

    def posterior(self) -> "xr.DataTree":
        """Return the posterior with the groups that ArviZ works with, the large ones worked out when first read.

        Raises
        ------
        ConfigError
            ``run-without-model``: the run fitted no model.
        IntegrityError
            It is not a posterior that mixproof wrote.
        """
        config, panel = parse_config(self.config_text, str(self.path)), self.panel()
        calibrated = _calibrated(config, self.path / "evidence", panel)
        return imported("with_inference_groups")(RunFolder.posterior(self), panel, config.mmm, **calibrated)

    def effects(self) -> "xr.Dataset":
        """Return draws of all effects in original units, the numbers that the tables summarise; see `effect_draws` in `mmm`.

        Raises
        ------
        ConfigError
            ``run-without-model``: the run fitted no model.
        """
        config = parse_config(self.config_text, str(self.path))
        return imported("effect_draws")(RunFolder.posterior(self), self.panel(), config.mmm)

    def _repr_html_(self) -> str:
        return str(
            Markup("<div>{}{}<p><code>{}</code></p></div>").format(
                self._verdict_html(), self._channels_html(), self.path
            )
        )

    def _verdict_html(self) -> Markup:
        lines = [
            Markup("<li><b>{}</b>: {}</li>").format(finding.status, finding.sentence)
            for finding in self.verdict.reasons
        ]
        return Markup("<p><strong>{}</strong></p><ul>{}</ul>").format(
            str(self.verdict.grade).capitalize(), Markup("").join(lines)
        )

    def _channels_html(self) -> Markup:
        if "channels" not in self.tables:
            return Markup("<p>Tables: {}</p>").format(", ".join(self.tables))
        shown = self.channels.filter(_SHOWN).dropna(axis=1, how="all")
        return Markup(shown.to_html(index=False, border=0, na_rep="", float_format="{:,.4g}".format))


def run(
    config: Path | str,
    *,
    data: Path | str | None = None,
    output: Path | str = "runs",
    part: Part | None = None,
    warm: bool = False,
    quiet: bool = False,
) -> Run:
    """Return the published run after doing everything the YAML describes, as ``mixproof run`` does.

    Parameters
    ----------
    config : path
        The YAML.
    data : path, optional
        Folder that the YAML's files are read from; default the YAML's own.
    output : path
        Folder of all runs.
    part : {"lift", "design", "backtest"}, optional
        The one section to run alone, or the backtest of the model; default all sections.
    warm : bool
        Whether sampling begins where the newest run of this name has ended.
    quiet : bool
        Whether to say nothing while it runs.

    Returns
    -------
    Run
        Also when it is not reportable: see its ``verdict``.

    Raises
    ------
    MixproofError
        Any of its families, with all faults; nothing partial is left behind and earlier runs are intact.
    """
    folder = Path(data) if data is not None else None
    outcome = stages.run(
        Path(config),
        data=folder,
        output=Path(output),
        part=part,
        warm=warm,
        console=Session(quiet=quiet).progress,
    )
    return Run.open(outcome.run_dir)


def open_run(path: Path | str) -> Run:
    """Return the run in a folder, or the one that ``latest`` names, after recomputing every hash.

    Raises
    ------
    ConfigError
        There is no run at this place.
    IntegrityError
        A file is missing or differs from the manifest.
    """
    return Run.open(path)


def check(config: Path | str, *, data: Path | str | None = None, prior: bool = False) -> CheckOutcome:
    """Return what a run of the YAML would read and need: everything short of sampling, and nothing written.

    Parameters
    ----------
    config : path
        The YAML.
    data : path, optional
        Folder that the YAML's files are read from; default the YAML's own.
    prior : bool
        Whether to work out what the priors imply.

    Returns
    -------
    CheckOutcome
        ``print(outcome.text())`` says it in lines.

    Raises
    ------
    MixproofError
        As `run` would raise before sampling.
    """
    return stages.check(Path(config), data=Path(data) if data is not None else None, prior=prior)


def read_panel(config: Path | str | RunConfig, data: Path | str | None = None) -> Panel:
    """Return the panel that the YAML's tables make.

    Parameters
    ----------
    config : path or RunConfig
        The YAML, or what `workflow.config.parse_config` made of one.
    data : path, optional
        Folder that the files are read from; default the YAML's own, or the present one.

    Returns
    -------
    Panel
        Data, units, and what was noticed while reading.

    Raises
    ------
    MixproofError
        The YAML or the data are not what they should be; all faults at once.
    """
    folder = (
        Path(data) if data is not None else Path() if isinstance(config, RunConfig) else Path(config).parent
    )
    return imported("read_panel")(_with_data(config).data, folder)


def fit(
    panel: Panel,
    config: Path | str | RunConfig,
    *,
    seed: int | None = None,
    evidence: Path | str | None = None,
) -> "xr.DataTree":
    """Return the posterior of the media-mix model, with the groups that ArviZ works with.

    Parameters
    ----------
    panel : Panel
    config : path or RunConfig
        The YAML, whose ``mmm`` section says what the model is.
    seed : int, optional
        The same seed on the same machine gives the same draws; default the YAML's.
    evidence : path, optional
        Where the YAML has a ``calibrate`` section: a folder of evidence that a run wrote.

    Returns
    -------
    xarray.DataTree
        Groups ``posterior``, ``sample_stats`` and those of `with_inference_groups`.

    Raises
    ------
    MixproofError
        The outcome does not suit the likelihood, experiments do not suit the panel, or time did not suffice.
    """
    known = _with_data(config)
    calibrated = _calibrated(known, evidence, panel)
    posterior = imported("fit")(panel, known.mmm, known.seed if seed is None else seed, **calibrated)
    return imported("with_inference_groups")(posterior, panel, known.mmm, **calibrated)


def analyse(
    posterior: "xr.DataTree",
    panel: Panel,
    config: Path | str | RunConfig,
    *,
    evidence: Path | str | None = None,
) -> "Analysis":
    """Return all tables of effects, in original units, and the verdict on them.

    Parameters
    ----------
    posterior : xarray.DataTree
        As `fit` returns it, or `Run.posterior`.
    panel : Panel
    config : path or RunConfig
        That of the fit.
    evidence : path, optional
        That of the fit.

    Returns
    -------
    Analysis
        Tables by name, and the verdict.
    """
    known = _with_data(config)
    return imported("analyse")(posterior, panel, known.mmm, **_calibrated(known, evidence, panel))


def _calibrated(known: RunConfig, evidence: Path | str | None, panel: Panel) -> dict[str, Any]:
    """Return what functions that work a model out take of its calibration: nothing where the YAML has none."""
    if known.calibrate is None:
        return {}
    described = [] if known.lift is None else [test.name for test in known.lift.experiments]
    folder = None if evidence is None else Path(evidence)
    return {"calibration": imported("recall")(known.calibrate, folder, described, panel)}


def _with_data(config: Path | str | RunConfig) -> RunConfig:
    """Return a run that has data, and so a model."""
    known = config if isinstance(config, RunConfig) else load_config(Path(config))
    if known.data is None:
        what = f"The YAML of {known.name} has no `data` section, so there is no panel and no model."
        raise ConfigError(
            Fault("config-section", "data", what, "Add the section, or call mixproof.run for the others.")
        )
    return known
