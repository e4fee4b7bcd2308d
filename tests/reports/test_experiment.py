"""Pages of experiments: whole, inert, marked where they must be, and true to their tables."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from lift.analyse import LiftAnalysis, analyse
from lift.tables import TABLES
from mixproof.records.table import describe
from mixproof.records.verdict import Finding, Verdict
from reports.experiment import write_experiments
from tests.reports.made_run import FolderOnDisk
from tests.reports.test_summary import HOSTILE, Dom
from workflow.config import load_config, resolved

CONFIGS = Path(__file__).parents[2] / "configs"
NAMES = [
    "newsletter",
    "social",
    "videos",
    "banners",
    "newsletter holdout",
    "social formats",
    "orders",
]
MANIFEST = {
    "name": "lift_holdout",
    "run_id": "1",
    "seed": 1,
    "config_hash": "c" * 64,
    "inputs": {"a.csv": "d" * 64},
}


@pytest.fixture(scope="module")
def holdouts() -> tuple[dict[str, Any], LiftAnalysis]:
    """The shipped config and what it proves."""
    config = load_config(CONFIGS / "lift_holdout.yaml")
    assert config.lift is not None
    return resolved(config), analyse(config.lift, CONFIGS, 1)


def on_disk(
    folder: Path, config: dict[str, Any], tables: dict[str, pd.DataFrame], verdict: Verdict
) -> FolderOnDisk:
    """Return the run on disk as reports read it."""
    return FolderOnDisk(folder, MANIFEST, config, verdict, {**tables, "columns": describe(TABLES)})


def renamed(value: Any, names: dict[str, str]) -> Any:
    """Return config values or tables with every name of a user replaced."""
    if isinstance(value, dict):
        return {key: renamed(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [renamed(item, names) for item in value]
    if isinstance(value, pd.DataFrame):
        return value.map(lambda cell: names.get(cell, cell) if isinstance(cell, str) else cell)
    return names.get(value, value) if isinstance(value, str) else value


def test_one_page_an_experiment_and_one_workbook(holdouts, tmp_path: Path) -> None:
    config, found = holdouts
    run = on_disk(tmp_path, config, found.tables, found.verdict)
    written = write_experiments(run)
    assert [path.name for path in written] == [
        "experiment-01-newsletter-holdout.html",
        "experiment-02-social-formats.html",
        "experiment-03-social-in-regions.html",
        "experiments.xlsx",
    ]
    first = [path.read_bytes() for path in written]
    assert [path.read_bytes() for path in write_experiments(run)] == first
    for path in written[:3]:
        dom = Dom(path.read_text())
        assert dom.open == []
        assert dom.tags["h1"] == dom.tags["script"] == 1
        keys = {value for _, name, value in dom.attributes if name == "id"}
        assert {"verdict", "answer", "trust", "money", "change", "next", "numbers", "provenance"} <= keys
        links = [value for _, name, value in dom.attributes if name in {"href", "src", "xlink:href"}]
        assert links and all(value.startswith("#") for value in links)
        assert not [name for _, name, _ in dom.attributes if name.startswith("on")]
        assert not re.search(r"\bnan\b|\binf\b", " ".join(dom.text))


def test_the_page_says_what_the_tables_say(holdouts, tmp_path: Path) -> None:
    config, found = holdouts
    page = write_experiments(on_disk(tmp_path, config, found.tables, found.verdict))[0]
    text = " ".join(Dom(page.read_text()).text).replace("\u00a0", " ").replace("\u2212", "-")
    rows = (
        found.tables["lift"]
        .query("experiment == 'newsletter holdout' and role == 'primary'")
        .set_index(["outcome", "estimand"])
    )
    lift = rows.loc[("orders", "relative_lift")]
    assert f"orders changed by +{100 * lift['estimate']:.1f} %" in text
    assert f"p = {lift['p_value']:.3f}" in text
    assert f"{100 * lift['lower']:.0f} to {100 * lift['upper']:.0f} %" in text
    people = int(found.tables["lift_arms"].query("experiment == 'newsletter holdout'")["users"].sum())
    assert f"Of {people:,} people" in text
    assert "did not pay" in text


def test_hostile_names_are_inert(holdouts, tmp_path: Path) -> None:
    config, found = holdouts
    names = dict(zip(NAMES, HOSTILE, strict=True))
    tables = {name: renamed(frame, names) for name, frame in found.tables.items()}
    # Rows know channels joined by ' + ', and findings their experiment by name.
    verdict = Verdict(
        tuple(replace(f, subject=names.get(f.subject or "", f.subject)) for f in found.verdict.findings)
    )
    plain = write_experiments(on_disk(tmp_path / "a", config, found.tables, found.verdict))
    strange = write_experiments(on_disk(tmp_path / "b", renamed(config, names), tables, verdict))
    assert len(plain) == len(strange)
    for one, other in zip(plain[:3], strange[:3], strict=True):
        before, after = Dom(one.read_text()), Dom(other.read_text())
        assert after.open == []
        assert after.tags == before.tags
        assert Counter((tag, name) for tag, name, _ in after.attributes) == Counter(
            (tag, name) for tag, name, _ in before.attributes
        )
        assert re.fullmatch(r"experiment-0\d-[a-z0-9-]+\.html", other.name)
    book = openpyxl.load_workbook(strange[3])
    assert not [
        cell
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" or cell.hyperlink
    ]


def test_what_is_not_reportable_is_marked_everywhere(holdouts, tmp_path: Path) -> None:
    config, found = holdouts
    failed = Finding(
        "sample_ratio", "failure", "The split is not the planned one.", 0.0, 0.001, "newsletter holdout"
    )
    verdict = Verdict((*found.verdict.findings, failed))
    first, second, *_ = write_experiments(on_disk(tmp_path, config, found.tables, verdict))
    text = first.read_text()
    assert text.count('class="watermark"') == text.count('class="marked"') >= 8
    assert "would repeat the fault" in text and "without it the grade would be" in text
    assert 'watermark"' not in second.read_text().partition("</style>")[2]
