"""Health of a run in progress, and at any moment: of a run's folder, or of what a YAML names, without a new run."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from mixproof.errors import ConfigError, Fault
from mixproof.records.run import Run
from mixproof.records.run_folder.output import POINTERS, is_run_id
from workflow.compare.release import last_releases
from workflow.config import HealthConfig, load_config, parse_config
from workflow.health.grades import Health, judge
from workflow.health.history import READ, History, Told, folder_of_runs, read_history, told_by
from workflow.health.tables import health_tables


@dataclass(frozen=True, slots=True)
class Observed:
    """Health of a name, with what its page needs.

    Parameters
    ----------
    health : Health
    newest : Run or None
        The run that is judged.
    folder : pathlib.Path
        Of all runs of the name.
    """

    health: Health
    newest: Run | None
    folder: Path

    def shown(self) -> tuple[tuple[str, str], Run | None, dict[str, pd.DataFrame], tuple[str, ...]]:
        """Return what `reports.health.page.write_watched` takes: name and moment, run, tables, what could not be read."""
        history = self.health.history
        tables = dict(health_tables(self.health, last_releases(self.folder)))
        return (
            (history.name, f"as of {history.now:%Y-%m-%d %H:%M} UTC"),
            self.newest,
            tables,
            history.left_out,
        )


def judge_run(
    folder: Path,
    section: HealthConfig,
    run_id: str,
    facts: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Return the tables of the history that ends with a run in progress, and what is wrong in words.

    Parameters
    ----------
    folder : pathlib.Path
        Of all runs of the name.
    section : HealthConfig
    run_id : str
        That it will have.
    facts : mapping
        Of its panel; empty without one.
    tables : mapping of str to pandas.DataFrame
        That it has made.

    Returns
    -------
    dict of str to pandas.DataFrame
    list of str
    """
    now = datetime.now(UTC)
    before = read_history(folder, section.runs - 1, now)
    own = Told(run_id, now, facts, {name: tables[name] for name in READ if name in tables})
    found = judge(replace(before, runs=(*before.runs, own)), section)
    said = [f"{alert.grade}: {alert.sentence}" for alert in found.alerts]
    return dict(health_tables(found, last_releases(folder))), said or ["all that is measured is fine"]


def observe(path: Path, output: Path, at: datetime | None = None) -> Observed:
    """Return the health of a run's folder, of a folder of runs, or of the runs that a YAML names.

    Parameters
    ----------
    path : pathlib.Path
        A run's folder (history ends with it), the folder of all runs of a name, or a YAML.
    output : pathlib.Path
        Folder of all runs; for a YAML.
    at : datetime.datetime, optional
        The moment to judge; default now. With a zone.

    Returns
    -------
    Observed

    Raises
    ------
    ConfigError
        There is no such run, folder or YAML, or nothing had been published by then.
    IntegrityError
        The run, or every run of the history, is not what its manifest says.
    """
    now = (at or datetime.now(UTC)).astimezone(UTC)
    last, section = "", None
    if path.name in POINTERS or (path / "manifest.json").exists():
        run = Run.glance(path)
        told_by(run)  # what is damaged is said, not passed over for the run before
        folder, last = run.path.resolve().parent, str(run.manifest["run_id"])
        section = parse_config(run.config_text, last).health
    elif path.is_dir():
        folder = folder_of_runs(path)
        history = read_history(folder, 1, now)
        if history.runs:
            newest = Run.glance(folder / history.runs[-1].run_id)
            section = parse_config(newest.config_text, history.runs[-1].run_id).health
    else:
        config = load_config(path)
        folder, section = (output / config.name).resolve(), config.health
    options = section or HealthConfig()
    history = read_history(folder, options.runs, now, last)
    _refuse_unread(path, history, folder)
    judged = Run.glance(folder / history.runs[-1].run_id) if history.runs else None
    return Observed(judge(history, options), judged, folder)


def _refuse_unread(path: Path, history: History, folder: Path) -> None:
    """Raise where a history has runs and none of them can be judged: without a measure, it would pass for healthy."""
    if history.runs or not folder.is_dir():
        return
    if history.left_out:
        for run_id in filter(is_run_id, sorted((each.name for each in folder.iterdir()), reverse=True)):
            told_by(Run.glance(folder / run_id))
    if path.is_dir() and not history.tries:
        what = f"No run of this history had been published by {history.now:%Y-%m-%d %H:%M} UTC."
        remedy = "Name a later moment with --at, or leave it out."
        raise ConfigError(Fault("health-nothing", str(path), what, remedy))
