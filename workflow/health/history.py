"""What the runs of a name left behind: their manifests and tables, the oldest first, and every attempt at one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mixproof.aggregates.calendar import next_period
from mixproof.errors import ConfigError, Fault, MixproofError
from mixproof.records.run import Run
from mixproof.records.run_folder.attempts import ATTEMPTS, Attempt, attempts
from mixproof.records.run_folder.output import LATEST, is_run_id
from workflow.faults import FAULTS

READ = (
    "ingestion",
    "paid_media",
    "attributed",
    "attribution_stability",
    "scorecard",
    "calibration",
    "ledger_tie_out",
    "prior_periods",
)
"""Tables that measures read."""
OF_THE_NEWEST = frozenset({"ingestion", "attributed", "attribution_stability"})
"""Those that tell their own past: of earlier runs they are not read."""
ALL_PAID = "all paid channels"
"""The row of ``paid_media`` that is the sum of the others."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one run says.

    Parameters
    ----------
    run_id : str
    published : datetime.datetime
        UTC.
    panel : mapping
        Facts of the panel; empty where the run has none.
    tables : mapping of str to pandas.DataFrame
        Of `READ`, those that it has.
    """

    run_id: str
    published: datetime
    panel: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def period_end(self) -> datetime | None:
        """The moment at which the last period ended, UTC; None where the run has no panel."""
        if not self.panel.get("end"):
            return None
        return self.moment_after(1)

    def moment_after(self, periods: int) -> datetime:
        """Return when so many periods have ended, counted from the beginning of the panel's last one."""
        day = np.array([self.panel["end"]], dtype="datetime64[D]")
        for _ in range(periods):
            day = next_period(day, self.panel["frequency"])
        return datetime.fromisoformat(f"{day[0]}T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a name at a moment.

    Parameters
    ----------
    name : str
    now : datetime.datetime
        UTC.
    runs : tuple of Told
        The oldest first; the last one is the one that is judged.
    tries : tuple of Attempt
    left_out : tuple of str
        What could not be read, in words.
    """

    name: str
    now: datetime
    runs: tuple[Told, ...]
    tries: tuple[Attempt, ...] = ()
    left_out: tuple[str, ...] = ()


def folder_of_runs(path: Path) -> Path:
    """Return the folder of all runs of a name; it may hold attempts alone, all of which failed.

    Raises
    ------
    ConfigError
        ``health-nothing``: there is neither a run nor an attempt at one in it.
    """
    folder = path.resolve()
    if not any(is_run_id(each.name) or each.name == ATTEMPTS for each in folder.iterdir()):
        raise ConfigError(Fault("health-nothing", str(path), *FAULTS["health-nothing"][1:]))
    return folder


def read_history(folder: Path, most: int, now: datetime, last: str = "") -> History:
    """Return what the runs of a name say at a moment.

    Plans and backtests publish no answer: they count as attempts alone. A damaged run is left out, and said.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of all runs of a name; it need not be there.
    most : int
        How many runs back to go.
    now : datetime.datetime
        What came later does not count.
    last : str, default ""
        Id of the last run to count; default the newest.

    Returns
    -------
    History
    """
    ids = (
        sorted(
            (each.name for each in folder.iterdir() if is_run_id(each.name) and each.is_dir()), key=_number
        )
        if folder.is_dir()
        else []
    )
    if last:
        ids = [each for each in ids if _number(each) <= _number(last)]
    runs: list[Told] = []
    left_out: list[str] = []
    for run_id in reversed(ids):
        if len(runs) == most:
            break
        try:
            run = Run.glance(folder / run_id)
            if run.manifest.get("pointer", LATEST) == LATEST and "backtest" not in run.manifest["stages"]:
                told = told_by(run, newest=not runs)
                runs += [told] if told.published <= now else []
        except (MixproofError, OSError, KeyError, ValueError) as error:
            left_out.append(f"the run {run_id} cannot be read ({type(error).__name__})")
    try:
        tries = tuple(each for each in attempts(folder) if each.began <= now)
    except OSError:
        tries = ()
        left_out.append("attempts at runs cannot be read")
    return History(folder.name, now, tuple(reversed(runs)), tries, tuple(left_out))


def told_by(run: Run, newest: bool = True) -> Told:
    """Return what a run says; it was published when it was started and all its stages had taken their time.

    Parameters
    ----------
    run : Run
    newest : bool, default True
        Whether it is the newest of its history.

    Returns
    -------
    Told

    Raises
    ------
    IntegrityError
        A table is not what the manifest says.
    """
    manifest = run.manifest
    took = sum(float(seconds) for seconds in manifest.get("timings", {}).values())
    published = datetime.fromisoformat(manifest["started"]) + timedelta(seconds=took)
    wanted = [name for name in READ if newest or name not in OF_THE_NEWEST]
    tables = {name: run.table(name) for name in wanted if name in manifest["tables"]}
    return Told(
        str(manifest["run_id"]),
        published.astimezone(UTC),
        dict(manifest["panel"]),
        tables,
    )


def _number(run_id: str) -> tuple[int, str]:
    return int(run_id.rpartition("-")[2]), run_id
