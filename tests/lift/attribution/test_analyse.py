import numpy as np
import pytest

from lift.attribution.analyse import analyse_attribution
from lift.attribution.config import AttributionConfig
from mixproof.errors import DataError
from mixproof.records.verdict import Grade
from tests.lift.attribution.credit.paths_cases import SMALL, section, table


def test_what_no_rule_can_give_is_a_row_of_its_own(tmp_path) -> None:
    table((*SMALL, ("(other)", 4, 0, 8.0), ("(consent-lost)", 2, 0, 2.0))).to_csv(
        tmp_path / "paths.csv", index=False
    )
    found = analyse_attribution(section(), tmp_path)
    credit = found.tables["credit"]
    for _, rows in credit.groupby("rule"):
        assert rows["conversions"].sum() == pytest.approx(40)
        assert rows["share"].sum() == pytest.approx(1)
        assert rows["value"].sum() == pytest.approx(1415)
        lost = rows[~rows["credited"]].set_index("channel")["conversions"]
        assert dict(lost) == {"(other)": 4.0, "(consent-lost)": 2.0}
    assert found.verdict.grade == Grade.REPORTABLE
    assert credit["rule"].nunique() == 9


@pytest.mark.parametrize(
    ("rows", "check"),
    [
        ((*SMALL, ("", 40, 0, 1.0)), "credit_unattributed"),
        ((("A", 1, 2, 3.0), ("B", 1, 3, 3.0)), "credit_paths"),
        ((("A", 1, 99, 1.0), ("", 50, 50, 1.0)), "credit_undefined"),
        ((("A", 40, 60, 1.0), ("A > B", 1, 199, 1.0), ("B", 0, 100, 1.0)), "credit_negative"),
    ],
)
def test_what_must_be_known_is_said(tmp_path, rows, check) -> None:
    table(rows).to_csv(tmp_path / "paths.csv", index=False)
    found = analyse_attribution(section(), tmp_path)
    assert check in {finding.check for finding in found.verdict.reasons}


def test_without_value_its_columns_are_empty(tmp_path) -> None:
    table().to_csv(tmp_path / "paths.csv", index=False)
    credit = analyse_attribution(section(value=None), tmp_path).tables["credit"]
    assert np.isnan(credit["value"]).all()
    assert np.isnan(credit["value_share"]).all()
    assert not np.isnan(credit["conversions"]).any()


def test_faults_of_all_tables_are_told_at_once(tmp_path) -> None:
    table().assign(nulls="many").to_csv(tmp_path / "paths.csv", index=False)
    (tmp_path / "long.csv").write_text("channel,start,attributed\nA,soon,1\n", encoding="utf-8")
    systems = [{"name": "one", "file": "long.csv"}, {"name": "two", "file": "missing.csv"}]
    config = AttributionConfig.model_validate({**section().model_dump(), "systems": systems}, strict=False)
    with pytest.raises(DataError) as caught:
        analyse_attribution(config, tmp_path)
    assert {fault.code for fault in caught.value.faults} == {
        "paths-number",
        "attribution-date",
        "file-missing",
    }


def test_systems_stand_in_one_table(tmp_path) -> None:
    (tmp_path / "long.csv").write_text("channel,start,attributed\nA,2025-01-06,1\n", encoding="utf-8")
    systems = [{"name": name, "file": "long.csv"} for name in ("one", "two")]
    config = AttributionConfig.model_validate({"currency": "EUR", "systems": systems}, strict=False)
    attributed = analyse_attribution(config, tmp_path).tables["attributed"]
    assert list(attributed["system"]) == ["one", "two"]
