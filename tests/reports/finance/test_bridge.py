"""The page of a comparison: one waterfall a channel, one sentence a cause, names inert."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd

from mixproof.records.verdict import Verdict
from reports.finance.bridge import cause_sentences, write_bridge
from reports.numbers import Numbers

EVIL = "<b>tv</b>"


def rows(channel: str, clear: bool = True, roi: float = 1.0) -> list[dict[str, Any]]:
    keys = {"channel": channel, "error": 0.01}
    found = []
    for measure, size in (("roi", roi), ("contribution", 5e6), ("share", 0.4)):
        whole = {"cause": "total", "change": 0.3 * size, "before": size, "after": 1.3 * size, "clear": True}
        found += [keys | {"measure": measure} | whole]
        for cause, part, sure in (("appended data", 0.4, clear), ("restated history", -0.1, False)):
            part = {
                "cause": cause,
                "change": part * size,
                "before": float("nan"),
                "after": float("nan"),
                "clear": sure,
            }
            found.append(keys | {"measure": measure} | part)
    return found


TABLE = pd.DataFrame([*rows(EVIL), *rows("search", clear=False)])
CAUSES = {"appended data": ["8 periods came"], "restated history": ["revenue: 2023-02-27 +8.0 %"]}


def run(name: str) -> Any:
    manifest = {"name": "brand", "run_id": name, "config_hash": "0" * 64, "versions": {"mixproof": "1"}}
    return SimpleNamespace(manifest=manifest, config={}, verdict=Verdict(()), path=Path(), tables=())


def test_a_page_has_a_waterfall_a_channel_and_is_inert(tmp_path: Path) -> None:
    table, page = write_bridge(run("one"), run("two"), TABLE, CAUSES, ["Market: sales fell."], tmp_path)
    html = page.read_text(encoding="utf-8")
    assert len(table.read_text(encoding="utf-8").splitlines()) == 1 + len(TABLE)
    assert re.findall(r'<section id="([a-z-]+)"', html)[1:] == ["causes", "bridge", "numbers", "runs"]
    assert html.count("<svg") == 2 and EVIL not in html and "&lt;b&gt;tv" in html
    assert "run one to run two" in html and "8 periods came" in html


def test_no_return_of_a_channel_that_is_mixed_with_demand_is_told_without_that(tmp_path: Path) -> None:
    marked = pd.DataFrame({"channel": [EVIL, "search"], "caution": ["mixed with demand", ""]})
    earlier = run("one")
    earlier.tables, earlier.table = ("channels",), {"channels": marked}.__getitem__
    table, page = write_bridge(earlier, run("two"), TABLE, CAUSES, [], tmp_path)
    html = page.read_text(encoding="utf-8")
    assert html.count("&lt;b&gt;tv") == html.count("&lt;b&gt;tv&lt;/b&gt; (mixed with demand)") > 1
    assert "search (mixed" not in html
    kept = pd.read_csv(table).groupby("channel")["caution"].first()
    assert kept[EVIL] == "mixed with demand" and pd.isna(kept["search"])


def test_each_cause_has_its_sentence_the_largest_first() -> None:
    said = cause_sentences(TABLE, CAUSES, Numbers())
    assert said[0] == f"Appended data moved the return on spend of {EVIL} by +0.40."
    assert said[1] == "Restated history moved nothing beyond sampling noise."


def test_runs_without_a_cause_are_sampling_noise_only() -> None:
    quiet = TABLE.assign(clear=False)
    assert cause_sentences(quiet, {}, Numbers())[0].endswith("none moved by more than its noise.")
    assert (
        "search moved by more"
        in cause_sentences(TABLE[TABLE["channel"] == "search"].assign(clear=True), {}, Numbers())[0]
    )


def test_without_money_contributions_are_told() -> None:
    counted = pd.DataFrame(rows("tv", roi=float("nan")))
    assert "moved the contribution of tv by +2.0" in cause_sentences(counted, CAUSES, Numbers())[0].replace(
        "\u00a0", " "
    )
