"""Causes are found where they are and nowhere else, and panels between two readings have what each cause made of them."""

from collections.abc import Collection
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.bridge import reading
from mixproof.aggregates.panel import Panel
from mixproof.errors import ConfigError
from tests.workflow.compare.made_sides import side
from workflow.compare.causes import (
    APPENDED,
    CONFIG,
    PACKAGE,
    REFITTED,
    RESTATED,
    Side,
    causes,
    common_days,
    panel_between,
)
from workflow.config import dump_resolved, load_config

CONFIGS = Path(__file__).parents[3] / "configs"

ALL = (APPENDED, RESTATED, CONFIG, PACKAGE)


def named(changed: Collection[str]) -> str:
    """Return the name of a case, the same in every process."""
    return ", ".join(sorted(changed)) or "nothing"


@pytest.mark.parametrize(
    "changed",
    [set(c) for size in range(4) for c in combinations(ALL, size)],
    ids=named,
)
def test_what_is_there_is_found_and_nothing_else(changed: set[str]) -> None:
    found = causes(side("a"), side("b", frozenset(changed)))
    assert set(found) == changed and all(found.values())


def test_causes_are_told_in_words() -> None:
    found = causes(side("a"), side("b", frozenset(ALL)))
    assert found[APPENDED] == ["8 periods came: 2023-07-17 to 2023-09-04"]
    assert found[RESTATED][0].startswith("revenue: 2023-02-27 +8.0 %")
    assert found[CONFIG][0] == "mmm.channels.tv.prior.roi.median: not set -> 3.0"
    assert found[PACKAGE] == ["mixproof 1 -> 2"]
    back = causes(side("a", frozenset({APPENDED})), side("b"))
    assert back[APPENDED] == ["8 periods are gone: 2023-07-17 to 2023-09-04"]


def test_how_results_are_shown_is_no_cause() -> None:
    a, b = side("a"), side("b")
    b.config["mmm"]["interval"] = {"level": 0.5}
    assert not causes(a, b)


def test_evidence_of_a_calibrated_model_is_a_cause() -> None:
    a = side("a", artefacts={"evidence/x.json": "1", "evidence/z.json": "1"})
    b = side("b", artefacts={"evidence/x.json": "2", "evidence/y.json": "1"})
    assert not causes(a, b)
    a.config["calibrate"] = b.config["calibrate"] = {"experiments": ["x"]}
    words = ["evidence/x.json: has changed", "evidence/y.json: is new", "evidence/z.json: is gone"]
    assert causes(a, b)[CONFIG] == words


def test_runs_of_different_models_are_refused() -> None:
    a, b = side("a"), side("b")
    other = type(b)(
        b.run,
        Panel(b.panel.data.assign_coords(channel=["tv", "radio"]), "weekly", "USD", "revenue", "revenue"),
        b.config,
    )
    with pytest.raises(ConfigError) as refused:
        causes(a, other)
    (fault,) = refused.value.faults
    assert (
        fault.code == "compare-unlike" and "channels" in fault.what and "currency EUR and USD" in fault.what
    )


@pytest.mark.parametrize(
    "later", [frozenset(c) for size in range(4) for c in combinations(REFITTED, size)], ids=named
)
def test_panels_between_are_the_readings_with_those_changes(later: frozenset[str]) -> None:
    a, b = reading(1, ()), reading(1, (APPENDED, RESTATED))
    found, expected = panel_between(a, b, later), reading(1, later)
    assert found.fingerprint() == expected.fingerprint()
    assert len(common_days(a, b)) == 80 and np.isfinite(found.data["outcome"].values).all()


@pytest.mark.parametrize(
    ("line", "told"),
    [("", []), ("    planned: true\n", ["mmm.default.planned: True -> False"])],
    ids=["lacking", "another value"],
)
def test_a_key_that_is_younger_than_a_run_has_its_default_there(line: str, told: list[str]) -> None:
    text = dump_resolved(load_config(CONFIGS / "demo.yaml"))
    assert text.count("    planned: false\n") == 1
    panel = reading(1, frozenset())
    runs = [
        SimpleNamespace(
            config_text=text.replace("    planned: false\n", older),
            config={},
            panel=lambda: panel,
            manifest={"versions": {"mixproof": "1"}, "artefacts": {}},
        )
        for older in (line, "    planned: false\n")
    ]
    a, b = (Side.of(run) for run in runs)  # type: ignore[arg-type]
    assert causes(a, b).get(CONFIG, []) == told


def test_a_channel_with_settings_of_its_own_is_told_by_what_differs_from_those_of_all() -> None:
    of_all = {"prior": {"roi": {"median": 1.0}}, "order": "adstock_first"}
    a, b = side("a"), side("b")
    a.config["mmm"] |= {"default": of_all, "channels": {}}
    b.config["mmm"] |= {"default": of_all, "channels": {"tv": of_all | {"prior": {"roi": {"median": 2.0}}}}}
    assert causes(a, b)[CONFIG] == ["mmm.channels.tv.prior.roi.median: 1.0 -> 2.0"]
    b.config["mmm"]["channels"]["tv"] = of_all
    assert not causes(a, b)
