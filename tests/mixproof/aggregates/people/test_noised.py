"""A noised release from the YAML: what it costs, what bounds it, what is public, and what is told of it."""

import random
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.people import noised as module
from mixproof.aggregates.people.config import PrivacyConfig
from mixproof.aggregates.people.noised import NOISE_SD
from mixproof.aggregates.people.protection import Released, previewed_tables, protected_tables
from mixproof.errors import ConfigError, PrivacyError
from mixproof.privacy.releases.registry import DEBITED, NOISED, REFUSED, STORED, opened

ARMS = pd.DataFrame(
    {"arm": ["treated", "control"], "users": [20_000, 20_000], "buyers": [450, 400], "spend": [500.25, 0]}
)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the ends of registries in a folder of the test."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def section(noise: dict[str, Any] | None = None, budget: float = 0.25, **changes: Any) -> PrivacyConfig:
    """Return the section of the table above."""
    wanted = {
        "rho": 0.1,
        "levels": {"arm": ["treated", "control", "spare"]},
        "most": {"buyers": 1},
        "public": ["users", "spend"],
    }
    whole = wanted | (noise or {}) if "by" not in changes else noise
    table = {
        "name": "test",
        "file": "t.csv",
        "by": [["arm"]],
        "people": "users",
        "counts": ["buyers"],
        "money": ["spend"],
    }
    return PrivacyConfig.model_validate(
        {"budget": {"rho": budget}, "tables": [table | {"noise": whole} | changes]}
    )


def released(folder: Path, config: PrivacyConfig, rows: pd.DataFrame = ARMS) -> Released:
    """Return what a run releases."""
    rows.to_csv(folder / "t.csv", index=False)
    with opened(folder / "runs") as registry:
        (found,) = protected_tables(config, folder, registry, keep=True)
    return found


def outcomes(folder: Path) -> list[str]:
    """Return what the registry says came of the requests."""
    with opened(folder / "runs") as registry:
        return [entry.outcome for entry in registry.entries]


def test_noise_stands_beside_its_number_and_spend_has_none(tmp_path: Path) -> None:
    (table,) = released(tmp_path, section()).tables.values()
    assert table["arm"].tolist() == ["treated", "control", "spare"]
    assert table["users"].tolist() == ["20000", "20000", "0"]
    assert table["spend"].tolist() == ["500.25", "0.00", "0.00"] and "spend" + NOISE_SD not in table
    assert table["buyers" + NOISE_SD].to_numpy() == pytest.approx(1 / np.sqrt(0.2))
    assert np.abs(table["buyers"].astype(int) - [450, 400, 0]).max() < 20


def test_the_same_request_has_the_same_noise_and_a_seed_does_not(tmp_path: Path) -> None:
    quiet = section({"rho": 1e-4})
    first = released(tmp_path, quiet)
    again = released(tmp_path, quiet, ARMS.iloc[::-1])
    assert first.tables["test_by_arm"].equals(again.tables["test_by_arm"])
    assert outcomes(tmp_path) == [DEBITED, NOISED, STORED] and "it costs nothing" in " ".join(again.sentences)
    seen = set()
    for folder in ("a", "b"):
        random.seed(1)
        np.random.seed(1)
        (tmp_path / folder).mkdir()
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("XDG_STATE_HOME", str(tmp_path / folder / "state"))
            (table,) = released(tmp_path / folder, quiet).tables.values()
        seen.add(tuple(table["buyers"]))
    assert len(seen) == 2


def test_a_spent_budget_refuses_and_looking_costs_nothing(tmp_path: Path) -> None:
    for rho in (0.1, 0.11):
        released(tmp_path, section({"rho": rho}))
    (looked,) = previewed_tables(section({"rho": 0.12}), tmp_path, tmp_path / "runs")
    said = " ".join(looked.sentences)
    assert not looked.tables and "rho 0.21 of 0.25 is spent before this release, 0.04 left" in said
    assert "A run would refuse it" in said
    for config in (
        section({"rho": 0.12}),
        section({"rho": 0.12}, budget=9.0),
        section({"rho": 0.12}, population="others", name="another"),
    ):
        with pytest.raises(PrivacyError, match=r"0\.04 of 0\.25 are left") as refused:
            released(tmp_path, config)
        assert refused.value.faults[0].code == "privacy-budget"
    assert outcomes(tmp_path) == [DEBITED, NOISED] * 2 + [REFUSED] * 3


def test_rows_of_another_registry_have_no_second_budget(tmp_path: Path) -> None:
    released(tmp_path, section())
    (tmp_path / "b").mkdir()
    with pytest.raises(PrivacyError) as refused:
        released(tmp_path / "b", section())
    assert refused.value.faults[0].code == "people-differs"


def test_without_the_package_nothing_is_released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "is_installed", lambda: False)
    with pytest.raises(ConfigError, match=r"mixproof\[dp\]"):
        released(tmp_path, section())


def test_exact_numbers_beside_noised_ones_are_named(tmp_path: Path) -> None:
    exact = section(None, by=[["arm"]])
    released(tmp_path, exact)
    assert "exact numbers were released, too" in " ".join(released(tmp_path, section()).sentences)
    forgotten = section().model_copy(update={"keep_days": 1})
    assert released(
        tmp_path, forgotten
    ).tables  # noised numbers are nobody's: they are not deleted when they are old


@pytest.mark.parametrize(
    ("noise", "changes", "says"),
    [
        ({"most": {}}, {}, "noise.most"),
        ({"most": {"buyers": 1.5}}, {}, "whole number"),
        ({"most": {"buyers": 1, "spend": 0.004}, "public": ["users"]}, {}, "two decimals"),
        ({"levels": {"arm": ["treated", "\x1b[31m"]}}, {}, "a terminal obeys"),
        ({"levels": {"week": ["1"]}}, {}, "noise.levels"),
        ({"levels": {"arm": ["a", "a"]}}, {}, "twice"),
        ({"public": ["users", "spend", "buyers"], "most": {}}, {}, "noise.public"),
        ({"person": "who"}, {}, "nothing is public"),
        ({}, {"where": {"arm": ["treated"]}}, "do not go together"),
    ],
)
def test_a_section_that_bounds_nothing_is_refused(
    noise: dict[str, Any], changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        section(noise, **changes)
    with pytest.raises(ValueError, match="add up to"):
        PrivacyConfig.model_validate({**section().model_dump(mode="json"), "budget": None})
