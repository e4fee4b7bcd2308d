"""A made run with a ledger: its tie-out, booking and closed books, by the code that makes them in a run."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from mixproof.aggregates.finance.tables import calendar_table, tie_tables
from mixproof.aggregates.finance.tie_out import Books
from mixproof.records.table import describe
from mixproof.records.verdict import Verdict
from tests.mixproof.aggregates.finance.made_books import CALENDAR, good_books, tied
from tests.reports.made_run import FolderOnDisk, World, make_run
from workflow.tables import TABLES
from workflow.triangulation.fiscal_quarters import Terms, book

NAMES = ("tv", "search")
TEXTS = {spec.name: [c.name for c in spec.columns if c.kind == "text"] for spec in TABLES}


class BooksFolder(FolderOnDisk):
    """Reads texts as texts, as a run folder does: an account is no number."""

    def table(self, name: str) -> pd.DataFrame:
        return pd.read_csv(
            self.path / "tables" / f"{name}.csv", dtype=dict.fromkeys(TEXTS.get(name, ()), str)
        )


def make_books(
    folder: Path, world: World | None = None, breaks: Callable[[Books], Books] | None = None
) -> FolderOnDisk:
    """Return a run whose first two paid channels are those of the made books; `breaks` changes the books.

    Parameters
    ----------
    folder : pathlib.Path
    world : World, optional
    breaks : callable, optional
    """
    run = make_run(folder, world or World(status="pass", grouped=False))
    books = good_books() if breaks is None else breaks(good_books())
    ties = tied(books)
    media = pd.DataFrame(
        [_media(quarter, name, i) for quarter in ("FY2023-Q4", "FY2024-Q1") for i, name in enumerate(NAMES)]
    )
    said = pd.DataFrame(
        [_said(name, source) for name in NAMES for source in ("experiment", "model", "to book")]
    )
    made = {
        **tie_tables(ties, books, CALENDAR, ()),
        "fiscal_calendar": calendar_table(CALENDAR),
        "finance_booking": book(
            {"paid_media_by_period": media, "triangulation": said},
            ties,
            Terms(Verdict(()), 0.25, 0.6, 0.9, True),
        ),
        "triangulation": said,
    }
    frames = {**run.frames, **made}
    known = [spec for spec in TABLES if spec.name in frames]
    frames["columns"] = describe(known)
    return BooksFolder(run.path, run.manifest, run.config, run.verdict, frames)


def _media(quarter: str, name: str, place: int) -> dict[str, object]:
    mean = 60_000.0 + 8_000.37 * place
    return {"grain": "fiscal_quarter", "period": quarter, "channel": name, "kind": "paid", "periods": 13, "periods_in_full": 13,
            "spend": 20_000.11 + place, "contribution_mean": mean, "contribution_lower": 0.6 * mean,
            "contribution_upper": 1.5 * mean}  # fmt: skip


def _said(name: str, source: str) -> dict[str, object]:
    detail = {"experiment": "spring test", "model": "", "to book": "model"}[source]
    return {"channel": name, "source": source, "detail": detail, "start": "2023-10-02", "end": "2024-03-31", "unit": "EUR",
            "spend": 40_000.0, "increment": 90_000.0, "increment_lower": 50_000.0, "increment_upper": 120_000.0,
            "per_spend": 2.25, "per_spend_lower": 1.25, "per_spend_upper": 3.0, "level": 0.9,
            "note": "The model that was calibrated with its experiments." if source == "to book" else ""}  # fmt: skip
