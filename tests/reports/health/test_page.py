"""The health page: three views from the tables alone, every measure on it, and nobody's markup."""

from pathlib import Path

import pytest

from reports.health.page import EXECUTIVE, ON_CALL, Watched, write_health_page
from reports.numbers import Numbers
from tests.workflow.health.made_history import history, ingestion, ledger, paid
from workflow.health.config import HealthConfig
from workflow.health.grades import judge
from workflow.health.tables import health_tables

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    found = judge(
        history({"ingestion": ingestion(HOSTILE, rows=0.5), "ledger_tie_out": ledger(0.95)}, failed=1),
        HealthConfig(),
    )
    tables = health_tables(found) | {"ingestion": ingestion(HOSTILE).assign(status="low").tail(3)}
    watched = Watched("market", "run-1", "1.0", "as of now", tables, {"t.csv": "0" * 64}, ["a note"])
    folder: Path = tmp_path_factory.mktemp("page")
    return write_health_page(watched, folder, Numbers("en")).read_text(encoding="utf-8")


def test_every_view_has_its_measures(page: str) -> None:
    views = [page.index(f'<section id="{key}"') for key in ("executive", "on-call", "debug")]
    assert views == sorted(views)
    for keys, start, end in ((EXECUTIVE, views[0], views[1]), (ON_CALL, views[1], views[2])):
        for key in keys:
            assert f"<h3>{key} " in page[start:end] or f"{key} " in page[start:end]
    assert all(f"M{number} " in page[views[2] :] for number in range(1, 11))


def test_alerts_owners_and_runbooks_are_told_first(page: str) -> None:
    assert "Page, data engineering: Data are missing" in page and "docs/runbooks.md#missing-data" in page
    assert "Ticket, finance: Amounts do not tie" in page and "date-gap" in page and "a note" in page


def test_names_of_sources_are_no_markup(page: str) -> None:
    assert HOSTILE not in page and "&lt;script&gt;alert(1)" in page


def test_a_return_that_is_mixed_with_demand_says_so(tmp_path: Path) -> None:
    marked = paid().assign(caution=["mixed with demand", "", ""])
    tables = health_tables(judge(history({"paid_media": marked}), HealthConfig()))
    watched = Watched("market", "run-1", "1.0", "as of now", tables, {}, [])
    html = write_health_page(watched, tmp_path, Numbers("en")).read_text(encoding="utf-8")
    assert html.count("in the newest run. It is mixed with demand.") == 1
