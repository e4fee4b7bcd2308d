"""Tables of attribution: each is named once, its columns too, and an analysis without rows still has every one."""

from pathlib import Path

from lift.attribution.analyse import analyse_attribution
from lift.attribution.config import AttributionConfig
from lift.attribution.tables import TABLES


def test_names_are_given_once() -> None:
    names = [spec.name for spec in TABLES]
    assert len(set(names)) == len(names)
    for spec in TABLES:
        columns = [column.name for column in spec.columns]
        assert len(set(columns)) == len(columns)


def test_an_analysis_of_nothing_has_every_table(tmp_path: Path) -> None:
    (tmp_path / "ads.csv").write_text("day,channel,orders\n2025-01-06,search,5\n")
    system = {
        "name": "ads",
        "file": "ads.csv",
        "columns": {"channel": "channel", "start": "day", "attributed": "orders"},
    }
    section = AttributionConfig.model_validate({"currency": "EUR", "systems": [system]}, strict=False)
    found = analyse_attribution(section, tmp_path)
    assert list(found.tables) == [spec.name for spec in TABLES]
    assert len(found.tables["attributed"]) == 1
    assert found.tables["attribution_stability"].empty
