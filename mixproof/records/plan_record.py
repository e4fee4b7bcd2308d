"""A plan of record: what was decided and what was promised of it, sealed by a hash, to be held against what came.

The seal is the SHA-256 of everything else in the file. It shows damage and careless changes; whoever changes the file and its
seal together cannot be told, so the seal is said when it is made, to be kept where others can see it.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from mixproof.errors import ConfigError, Fault, IntegrityError

SCHEMA = "mixproof-plan-of-record-1"
FAULTS: dict[str, tuple[str, str, str]] = {
    "plan-record-broken": (
        "integrity",
        "A plan of record is not what was sealed.",
        "Take the file as it was sealed, from a backup; compare its seal with the one that was said then.",
    ),
    "plan-record-incomplete": (
        "config",
        "The folder does not hold a plan with its forecast.",
        "Name the folder of a plan: `mixproof plan` makes one.",
    ),
    "plan-record-unlike": (
        "config",
        "A run cannot tell what came of a plan: it is of other geos, channels, outcomes or dates.",
        "Name a run of the same panel, read again after the window of the plan is over.",
    ),
}
"""Every fault of plans of record: code -> (family, meaning, remedy)."""
Rows = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """A plan that was decided.

    Parameters
    ----------
    name : str
        Of the runs that it belongs to.
    plan : str
        Which of the plans in the folder was decided: "proposed", "current" or another of its names.
    run_id, run_seal : str
        The plan's run folder and the hash of its manifest.
    currency, outcome, outcome_unit, frequency : str
        Of the panel.
    spend : tuple of mapping
        ``geo``, ``channel``, ``period`` (ISO day), ``money``.
    outcomes : tuple of mapping
        Rows of the table ``forecast`` of this plan: geo, date, mean, median and interval ends.
    totals : tuple of mapping
        Rows of ``forecast_total``.
    channels : tuple of mapping
        ``channel``, ``contribution_mean``, ``_lower``, ``_upper`` in the window, from ``forecast_channels``.
    """

    name: str
    plan: str
    run_id: str
    run_seal: str
    currency: str
    outcome: str
    outcome_unit: str
    frequency: str
    spend: Rows
    outcomes: Rows
    totals: Rows
    channels: Rows

    @property
    def seal(self) -> str:
        """SHA-256 of the plan, the same however its file is laid out."""
        return hashlib.sha256(_canonical(asdict(self)).encode()).hexdigest()

    def text(self) -> str:
        """Return the file that keeps the plan, with its seal."""
        content = {"schema": SCHEMA, "seal": self.seal, "plan_of_record": asdict(self)}
        return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def read_record(path: Path) -> PlanRecord:
    """Return the plan of record in a file, after its seal was made again.

    Raises
    ------
    ConfigError
        There is no such file.
    IntegrityError
        ``plan-record-broken``: the file is not one, or its seal is another.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["schema"] != SCHEMA:
            raise _broken(path, f"Its schema is not {SCHEMA}.")
        fields: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in content["plan_of_record"].items()
        }
        record, seal = PlanRecord(**fields), content["seal"]
    except FileNotFoundError:
        raise ConfigError(
            Fault(
                "plan-record-incomplete",
                str(path),
                "There is no such file.",
                FAULTS["plan-record-incomplete"][2],
            )
        ) from None
    except (KeyError, TypeError, ValueError, AttributeError, OSError) as error:
        raise _broken(path, "It cannot be read as one.") from error
    if record.seal != seal:
        raise _broken(path, f"Its seal says {seal}, and its content gives {record.seal}.")
    return record


def rows_of(table: pd.DataFrame, columns: Sequence[str]) -> Rows:
    """Return rows of a table as plain values: days as ISO texts, what is unknown as None.

    Parameters
    ----------
    table : pandas.DataFrame
    columns : sequence of str
        Those that are kept.

    Returns
    -------
    tuple of dict
    """
    return tuple({name: _plain(row[name]) for name in columns} for row in table.to_dict("records"))


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _canonical(content: Mapping[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _broken(path: Path, what: str) -> IntegrityError:
    return IntegrityError(Fault("plan-record-broken", str(path), what, FAULTS["plan-record-broken"][2]))
