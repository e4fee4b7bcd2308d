"""The planner's page in a real browser: a budget is moved, its scenario saved, and planned again by the command."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.browser import CHROMIUM, WHY, Browser
from tests.end_to_end.test_plan_of_record import COMMAND, CONFIG, ROOT, WEEKS, command

MOVE = "(() => {{ const s = document.getElementById('slider{0}'); s.value = {1}; s.dispatchEvent(new Event('input')); }})()"
SEEN = "[Number(document.body.dataset.outcome), Number(document.body.dataset.spend), Number(document.body.dataset.better)]"
NAME = "(() => { document.getElementById('name').value = 'more search'; })()"


@pytest.mark.walk
@pytest.mark.skipif(CHROMIUM is None, reason=WHY)
def test_what_a_browser_shows_is_what_the_command_plans(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    tv, search = rng.gamma(2.0, 50.0, (2, WEEKS)).round(2)
    weeks = pd.date_range("2023-01-02", periods=WEEKS, freq="7D").strftime("%Y-%m-%d")
    revenue = (1000 + 1.5 * tv + 2.0 * search + rng.normal(0, 30, WEEKS)).round(2)
    (tmp_path / "tiny.yaml").write_text(CONFIG)
    pd.DataFrame({"week": weeks, "revenue": revenue, "tv": tv, "search": search}).to_csv(
        tmp_path / "table.csv", index=False
    )
    command(tmp_path, "run", "tiny.yaml", "--quiet")
    command(tmp_path, "planner", "runs/tiny/latest", "--to", "page.html")
    seen = [_on_disk(tmp_path), _served(tmp_path)]
    assert seen[0] == seen[1]
    command(tmp_path, "plan", "runs/tiny/latest", "--scenarios", "scenarios.yaml", "--quiet")
    rows = pd.read_csv(tmp_path / "runs/tiny/latest-plan/tables/plan_scenarios.csv").set_index("scenario")
    row = rows.loc["more search"]
    assert seen[0][:2] == pytest.approx([row["outcome_mean"], row["spend"]], rel=5e-5)
    assert seen[0][2] == pytest.approx(row["better"], abs=0.003)
    assert row["outcome_mean"] != pytest.approx(rows.loc["current", "outcome_mean"], rel=0.01)


def _moved(browser: Browser) -> list[float]:
    """Move two budgets, and return what the page then shows."""
    before = browser.evaluate(SEEN)
    for place, share in ((0, 0.25), (1, 0.8)):
        browser.evaluate(MOVE.format(place, f"{share} * Number(s.max)"))
    assert browser.evaluate(SEEN) != before
    return browser.evaluate(SEEN)


def _on_disk(folder: Path) -> list[float]:
    """Return what the file shows without any network, after its scenario was saved."""
    shutil.rmtree(folder / "saved", ignore_errors=True)
    with Browser(folder / "profile") as browser:
        browser.download_to(folder / "saved")
        page = (folder / "page.html").as_uri()
        browser.open(page)
        seen = _moved(browser)
        browser.evaluate(NAME)
        browser.evaluate("document.getElementById('save').click()")
        file = folder / "saved" / "scenarios.yaml"
        browser.wait_for_file(file)
        assert browser.evaluate("document.getElementById('scenarios').textContent").count("more search") == 1
        assert [each for each in browser.requests if not each.startswith("blob:")] == [page]
    file.rename(folder / "scenarios.yaml")
    return seen


def _served(folder: Path) -> list[float]:
    """Return what the page shows that the command serves, until it is asked to end."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    started = [sys.executable, "-c", COMMAND, "planner", "runs/tiny/latest"]
    with subprocess.Popen(
        started, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().split()[-1]
            with Browser(folder / "other") as browser:
                browser.open(address)
                assert "token" not in browser.evaluate("location.href")
                return _moved(browser)
        finally:
            server.terminate()
