"""Histories made by hand: runs a week apart, with tables of exactly the faults that a test is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from mixproof.records.run_folder.attempts import Attempt
from workflow.health.history import History, Told

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
WEEKS = 6
DAYS = pd.date_range("2026-02-01", "2026-04-05").strftime("%Y-%m-%d")
"""Up to the last Sunday of the last run."""


def ingestion(
    source: str = "web", rows: float = 1.0, matched: float = 1.0, late: float = 0.0, days: int = 5
) -> pd.DataFrame:
    """Return a thousand events a day, of which those of the last days are as stated."""
    found: list[dict[str, Any]] = []
    for place, day in enumerate(DAYS):
        now = place >= len(DAYS) - days
        values = {
            "rows": (1000.0 * (rows if now else 1.0), 1000.0),
            "match_rate": (0.95 * (matched if now else 1.0), 0.95),
            "late_rate": (late if now else 0.0, 0.0),
        }
        found += [
            {
                "source": source,
                "day": day,
                "measure": name,
                "value": value,
                "baseline": baseline,
                "status": "",
            }
            for name, (value, baseline) in values.items()
        ]
    return pd.DataFrame(found)


def attributed(nobody: float = 0.02, later: float | None = None) -> pd.DataFrame:
    """Return credit by week: a share of all conversions to nobody, another one in the last three weeks."""
    rows = []
    for place in range(WEEKS):
        lost = nobody if later is None or place < WEEKS - 3 else later
        start = (MONDAY + timedelta(days=7 * place)).date().isoformat()
        rows += [
            {"system": "analytics", "channel": name, "start": start, "arm": "", "attributed": 1000 * share}
            for name, share in (("search", 1 - lost), ("(unattributed)", lost))
        ]
    return pd.DataFrame(rows)


def paid(search: float = 0.6) -> pd.DataFrame:
    """Return what paid media brought: search a share of it, tv the rest."""
    rows = [("search", search), ("tv", 1 - search), ("all paid channels", 1.0)]
    return pd.DataFrame([{"channel": name, "contribution_mean": 100 * part, "effect_share_mean": part, "roi_mean": 2.0}
                         for name, part in rows])  # fmt: skip


def ledger(tied: float = 1.0) -> pd.DataFrame:
    """Return twenty accounts and periods of which a share ties."""
    ties = [place < 20 * tied for place in range(20)]
    return pd.DataFrame({"ties": ties, "blocked": [False] * 20})


def calibration(measured: float = 100.0, predicted: float = 105.0) -> pd.DataFrame:
    """Return an experiment and what the model had said of it."""
    ends = {"measured_lower": measured - 30, "measured_upper": measured + 30, "before_lower": predicted - 30}
    row = {
        "experiment": "holdout",
        "channel": "search",
        "readout": "total",
        "measured": measured,
        "before": predicted,
    }
    after = {"after": predicted, "after_lower": predicted - 30, "after_upper": predicted + 30}
    return pd.DataFrame([row | ends | after | {"before_upper": predicted + 30}])


def told(place: int, hours: float = 30.0, **tables: pd.DataFrame) -> Told:
    """Return the run of a week: published so many hours after its last period."""
    start = MONDAY + timedelta(days=7 * (place - 1))
    end = MONDAY + timedelta(days=7 * place)
    panel = {
        "end": start.date().isoformat(),
        "frequency": "weekly",
        "ledger": [{"table": "t.csv", "used": 52 + place, "reason": ""}],
    }
    return Told(f"{end:%Y%m%dT060000Z}-{place + 1:04d}", end + timedelta(hours=hours), panel, tables)


def history(last: dict[str, pd.DataFrame] | None = None, failed: int = 0, hours: float = 30.0) -> History:
    """Return six healthy runs of which the last one has other tables, and attempts at them of which the last ones failed."""
    good = {"ingestion": ingestion(), "attributed": attributed(), "paid_media": paid(), "ledger_tie_out": ledger(),
            "calibration": calibration()}  # fmt: skip
    runs = [told(place, **good) for place in range(WEEKS - 1)]
    runs.append(told(WEEKS - 1, hours, **(good | (last or {}))))
    tries = [Attempt(run.published, "published", run.run_id) for run in runs]
    tries += [
        Attempt(runs[-1].published + timedelta(hours=n + 1), "failed", "date-gap") for n in range(failed)
    ]
    return History("market", runs[-1].published + timedelta(hours=12), tuple(runs), tuple(tries))
