"""A holdout as evidence: by week of exposure where days allow, always adding up to the published increment."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from lift.holdout.evidence import holdout_evidence
from lift.holdout.primary import questions_of
from lift.holdout.table import holdout_from_frame
from mixproof.records.evidence import Evidence
from mixproof.records.evidence_contract import evidence_faults
from tests.lift.conftest import COLUMNS, section


def _evidence(frame: pd.DataFrame, outcome: str = "conversion", **changes) -> tuple[Evidence, list]:
    experiment = section(**changes)
    data = holdout_from_frame(experiment, frame)
    questions = questions_of(experiment, data, outcome)
    found = holdout_evidence(experiment, data, questions, 0.9, "EUR", {"config": "ab"})
    return found, [question.increment_at(0.9) for question in questions]


@pytest.mark.parametrize("outcome", ["conversion", "revenue"])
@pytest.mark.parametrize("adjustment", ["none", "cuped", "lin", "stratify"])
def test_weeks_add_up_to_the_increment(frame, outcome: str, adjustment: str) -> None:
    found, (increment,) = _evidence(frame, outcome, adjustment=adjustment, population=100_000)
    assert [readout.entered for readout in found.readouts] == [
        (date(2025, 1, 6), date(2025, 1, 12)),
        (date(2025, 1, 13), date(2025, 1, 19)),
    ]
    assert sum(readout.effect for readout in found.readouts) == pytest.approx(increment.point)
    assert np.sum(found.covariance) == pytest.approx(increment.se**2)
    assert found.covariance[0][1] == 0.0  # other people
    shares = [readout.people_share for readout in found.readouts]
    assert sum(share for share in shares if share is not None) == pytest.approx(found.treated_share)
    treated = frame[frame["arm"] == "treated"]
    total = treated["converters" if outcome == "conversion" else "revenue"].sum()
    rest = sum(readout.effect + (readout.baseline or 0.0) for readout in found.readouts)
    assert rest == pytest.approx(total)
    assert found.measurement == "randomised_people"
    assert evidence_faults([found]) == []
    assert Evidence.from_json(found.to_json()) == found


def test_plain_differences_are_those_of_each_week(frame) -> None:
    found, _ = _evidence(frame, count_method="newcombe")
    for week, readout in enumerate(found.readouts):
        rows = frame[frame["day"] // 7 == week].groupby("arm")[["users", "converters"]].sum()
        rate = rows["converters"] / rows["users"]
        expected = (rate["treated"] - rate["control"]) * rows.loc["treated", "users"]
        # The whole-test difference weighs the weeks a little otherwise; that is far below one standard error.
        assert readout.effect == pytest.approx(expected, abs=0.1 * found.standard_errors[week])


def test_follow_up_ends_each_week_on_its_own_day(frame) -> None:
    found, _ = _evidence(frame, follow_up={"days": 7, "through": 30}, cooldown_days=7)
    assert [readout.end for readout in found.readouts] == [date(2025, 1, 19), date(2025, 1, 26)]
    late, _ = _evidence(frame, cooldown_days=7)
    assert {readout.end for readout in late.readouts} == {date(2025, 1, 26)}


def test_one_readout_where_weeks_cannot_be_told_apart(frame) -> None:
    undated, (increment,) = _evidence(frame, start=None, end=None)
    assert undated.readouts[0].entered is None and undated.readouts[0].effect == increment.point
    assert undated.covariance == ((pytest.approx(increment.se**2),),)
    few = frame.copy()
    few.loc[(few["arm"] == "control") & (few["day"] > 6), ["converters", "revenue", "revenue_squared"]] = 0.0
    columns = {name: COLUMNS[name] for name in ("arm", "stratum", "day", "users", "converters")}
    joined, _ = _evidence(few, columns=columns)
    assert len(joined.readouts) == 1


def test_arms_of_a_week_share_its_control(frame) -> None:
    half = frame[frame["arm"] == "treated"].assign(arm="other")
    arms = [{"name": name, "share": 0.4, "spend": 400.0} for name in ("treated", "other")]
    found, increments = _evidence(pd.concat([frame, half]), arms=arms)
    matrix = np.array(found.covariance)
    assert [readout.arm for readout in found.readouts] == ["treated"] * 2 + ["other"] * 2
    assert matrix[0, 2] > 0 and matrix[1, 3] > 0 and matrix[0, 3] == matrix[0, 1] == 0
    assert np.linalg.eigvalsh(matrix).min() > 0
    assert matrix[:2, :2].sum() == pytest.approx(increments[0].se ** 2)


def test_spend_by_day_comes_from_the_table(frame) -> None:
    daily = frame.assign(spent=np.where(frame["arm"] == "treated", 10.0 + frame["day"], 0.0))
    arms = [{"name": "treated", "share": 0.8, "spend_without": 28.0}]
    found, _ = _evidence(daily, columns={**COLUMNS, "spend": "spent"}, arms=arms)
    (path,) = found.spend
    strata = frame["stratum"].nunique()
    assert path.channels == ("email",) and path.period_days == 1 and len(path.dates) == 14
    assert path.dates[0] == date(2025, 1, 6)
    assert path.as_run[0] == tuple(strata * (10.0 + day) for day in range(14))
    assert path.without == ((2.0,) * 14,)
    total, _ = _evidence(frame)
    assert total.spend[0].period_days == 14 and total.spend[0].incremental == 800.0


REFUSED = [
    ({"columns": {**COLUMNS, "spend": "spent"}}, "one channel a day"),
    (
        {"columns": {key: name for key, name in COLUMNS.items() if key != "day"} | {"spend": "spent"}},
        "columns.day",
    ),
]


@pytest.mark.parametrize(("changes", "words"), REFUSED)
def test_spend_in_two_places_is_refused(changes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        section(**changes)
