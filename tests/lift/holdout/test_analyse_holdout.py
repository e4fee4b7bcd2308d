"""What only a whole analysis shows: dates, ghost exposures, several arms, money at the edge of what is known."""

import json
import math

import pandas as pd
import pytest

from lift.experiment import Context
from lift.holdout.analyse import analyse_holdout
from lift.holdout.config import Holdout
from mixproof.errors import DataError, PrivacyError
from tests.lift.conftest import section


@pytest.fixture
def context(tmp_path) -> Context:
    return Context(folder=tmp_path, seed=1, level=0.95, currency="EUR")


def _rows(result, **keys) -> list[dict]:
    return [row for row in result.rows if all(row[key] == value for key, value in keys.items())]


def test_iso_dates_are_the_same_days(frame, context) -> None:
    frame.to_csv(context.folder / "table.csv", index=False)
    counted = analyse_holdout(section(), context)
    dated = frame.assign(day=(pd.Timestamp("2025-01-06") + pd.to_timedelta(frame["day"], unit="D")).dt.date)
    dated.to_csv(context.folder / "table.csv", index=False)
    found = analyse_holdout(section(), context)
    assert pd.DataFrame(found.rows).equals(pd.DataFrame(counted.rows))


def _arms(counts: dict[str, tuple[int, int]], **columns: list[int]) -> pd.DataFrame:
    rows = [{"arm": arm, "users": n, "converters": k} for arm, (n, k) in counts.items()]
    return pd.DataFrame(rows).assign(**columns)


def _several(**changes) -> Holdout:
    plain = {
        "name": "several",
        "kind": "holdout",
        "channels": ["email"],
        "table": "table.csv",
        "columns": {"arm": "arm", "users": "users", "converters": "converters"},
        "control": {"name": "control", "share": 0.4},
        "arms": [{"name": "a", "share": 0.3}, {"name": "b", "share": 0.3}],
    }
    return Holdout.model_validate_json(json.dumps({**plain, **changes}))


SEVERAL = {"control": (20_000, 600), "a": (15_000, 512), "b": (15_000, 450)}


def test_arms_are_judged_together(context) -> None:
    _arms(SEVERAL).to_csv(context.folder / "table.csv", index=False)
    found = {}
    for kind in ("none", "dunnett", "bonferroni"):
        result = analyse_holdout(_several(multiplicity=kind), context)
        found[kind] = _rows(result, arm="a", estimand="relative_lift", role="primary")[0]
    # Alone the arm is a success; together with the other it is not, and both say so in p-value and interval.
    assert found["none"]["p_value"] < 0.05 and found["none"]["lower"] > 0
    for kind in ("dunnett", "bonferroni"):
        assert found[kind]["p_value"] >= 0.05 and found[kind]["lower"] <= 0
    assert found["none"]["p_value"] < found["dunnett"]["p_value"] < found["bonferroni"]["p_value"]
    first = _rows(analyse_holdout(_several(), context), arm="a", role="primary")[0]
    assert "Holm over 2 arms" in first["note"]


def test_ghost_exposures_are_compared_with_each_other_only(context) -> None:
    table = _arms({"control": (20_000, 600), "treated": (20_000, 700)}, seen=[4000, 4050], bought=[200, 300])
    table.to_csv(context.folder / "table.csv", index=False)
    columns = {
        "arm": "arm",
        "users": "users",
        "converters": "converters",
        "ghost": {"users": "seen", "converters": "bought"},
    }
    arms = [{"name": "treated", "share": 0.5}]
    plain = _several(columns=columns, control={"name": "control", "share": 0.5}, arms=arms)
    result = analyse_holdout(plain, context)
    row = _rows(result, estimand="effect_per_predicted_exposed")[0]
    assert row["estimate"] == pytest.approx(300 / 4050 - 200 / 4000)
    assert row["unit"] == "conversions per predicted-exposed person"
    assert "ghost_ratio" in {finding.check for finding in result.findings}
    # Comparing the exposed alone is more precise than comparing everybody.
    everybody = _rows(result, estimand="incremental_outcome", role="primary")[0]
    assert row["se"] * 4050 < everybody["se"]


def test_a_control_without_conversions_is_said(context) -> None:
    _arms({"control": (2000, 0), "a": (1500, 8), "b": (1500, 0)}).to_csv(
        context.folder / "table.csv", index=False
    )
    result = analyse_holdout(_several(), context)
    row = _rows(result, arm="a", estimand="relative_lift", role="primary")[0]
    assert math.isnan(row["estimate"]) and math.isnan(row["upper"])
    assert row["note"] == "no ratio: conversions per person of the control arm is zero"
    nothing = _rows(result, arm="b", estimand="relative_lift", role="primary")[0]
    assert math.isnan(nothing["p_value"]) and nothing["note"].startswith("no ratio: ")


def test_refunds_leave_welch(context) -> None:
    table = _arms({"control": (2000, 50), "a": (1500, 40), "b": (1500, 40)})
    table = table.assign(revenue=[-10.0, 800.0, 700.0], squares=[9e4, 9e4, 8e4])
    table.to_csv(context.folder / "table.csv", index=False)
    columns = {
        "arm": "arm",
        "users": "users",
        "converters": "converters",
        "revenue": "revenue",
        "revenue_squared": "squares",
    }
    result = analyse_holdout(_several(columns=columns), context)
    primary = _rows(result, arm="a", estimand="revenue_per_user_difference", role="primary")[0]
    assert primary["method"].startswith("Welch t")


NOISED = {"control": (40_000, 800), "a": (30_000, 660), "b": (30_000, 600)}


def test_privacy_noise_widens_intervals_evidence_and_beliefs(context) -> None:
    _arms(NOISED).to_csv(context.folder / "table.csv", index=False)
    clean, noised = (analyse_holdout(_several(noise_sd=sd), context) for sd in (0.0, 14.1))
    for estimand in ("conversion_rate_difference", "relative_lift", "incremental_outcome"):
        (one,), (other,) = (
            _rows(result, estimand=estimand, arm="a", role="primary") for result in (clean, noised)
        )
        added = 14.1 * math.hypot(1 / 30_000, 1 / 40_000)
        wider = math.hypot(one["se"], added * (30_000 if estimand == "incremental_outcome" else 1))
        assert other["estimate"] == one["estimate"] and other["p_value"] > one["p_value"]
        assert other["upper"] - other["lower"] > one["upper"] - one["lower"]
        if estimand != "relative_lift":
            assert other["se"] == pytest.approx(wider, rel=1e-9)
        assert "of the variance is the privacy noise of the counts" in other["note"]
    assert noised.evidence[0].covariance[0][0] > clean.evidence[0].covariance[0][0]
    believed = [_rows(result, interval="credible", arm="a")[0] for result in (clean, noised)]
    assert believed[1]["upper"] - believed[1]["lower"] > believed[0]["upper"] - believed[0]["lower"]
    assert not [row for row in noised.rows if row["role"] == "comparison" and row["interval"] == "confidence"]


def test_a_lift_that_is_mostly_noise_is_refused_and_totals_mend_it(context) -> None:
    rows = _arms(NOISED)
    eighth = rows.assign(users=rows["users"] // 8, converters=rows["converters"] // 8)
    parts = pd.concat([eighth.assign(market=f"m{number}") for number in range(8)])
    parts.to_csv(context.folder / "table.csv", index=False)
    columns = {"arm": "arm", "users": "users", "converters": "converters", "stratum": "market"}
    with pytest.raises(PrivacyError) as refused:
        analyse_holdout(_several(noise_sd=14.1, columns=columns), context)
    (fault,) = refused.value.faults
    assert fault.code == "holdout-noise" and "totals of the arms with fewer rows" in fault.remedy
    rows.to_csv(context.folder / "table.csv", index=False)
    assert analyse_holdout(_several(noise_sd=14.1), context).rows


def test_a_released_table_states_its_noise_itself(context) -> None:
    sd = 14.1
    stated = _arms(NOISED).assign(converters_noise_sd=sd)
    found = []
    for table, noise in ((_arms(NOISED), sd), (stated, 0.0), (stated.assign(users_noise_sd=1e-9), 0.0)):
        table.to_csv(context.folder / "table.csv", index=False)
        found.append(pd.DataFrame(analyse_holdout(_several(noise_sd=noise), context).rows))
    assert found[0].equals(found[1]) and found[2]["se"].to_numpy() == pytest.approx(
        found[0]["se"].to_numpy(), nan_ok=True
    )
    assert "of the variance is the privacy noise" in " ".join(found[1]["note"].dropna())
    stated.assign(users_noise_sd=14_100.0).to_csv(context.folder / "table.csv", index=False)
    with pytest.raises(PrivacyError, match="is privacy noise"):
        analyse_holdout(_several(), context)


def test_what_takes_no_noise_into_account_is_refused_for_a_table_that_states_some(context) -> None:
    _arms(NOISED).assign(converters_noise_sd=14.1).to_csv(context.folder / "table.csv", index=False)
    with pytest.raises(DataError) as refused:
        analyse_holdout(_several(count_method="newcombe"), context)
    (fault,) = refused.value.faults
    assert fault.code == "holdout-noised" and "Leave out adjustment, looks, count_method" in fault.remedy
    assert analyse_holdout(_several(), context).rows
    _arms(NOISED).assign(converters_noise_sd=["1", "-2", "x"]).to_csv(
        context.folder / "table.csv", index=False
    )
    with pytest.raises(DataError, match="2 cells are no standard deviation"):
        analyse_holdout(_several(), context)


def test_noised_counts_may_be_fractions_and_below_zero(context) -> None:
    rows = _arms(NOISED)
    few = rows.assign(users=[30, 20, 20], converters=[-2.75, 26.5, -0.25], market="few")
    rest = rows.assign(users=rows["users"] - few["users"], market="rest")
    pd.concat([few, rest.assign(converters=rows["converters"] - few["converters"])]).to_csv(
        context.folder / "table.csv", index=False
    )
    columns = {"arm": "arm", "users": "users", "converters": "converters", "stratum": "market"}
    result = analyse_holdout(_several(noise_sd=4.0, columns=columns), context)
    (found,) = _rows(result, estimand="conversion_rate_difference", arm="a", role="primary")
    rates = 660 / 30_000, 800 / 40_000
    variance = sum((p * (1 - p) + 2 * 16 / n) / n for p, n in zip(rates, (30_000, 40_000), strict=True))
    assert found["estimate"] == pytest.approx(0.002) and found["se"] == pytest.approx(variance**0.5)
    for noise, cell, code in ((0.0, -2.75, "holdout-negative"), (4.0, -40.5, "holdout-negative")):
        rows.assign(converters=[cell, 660, 600]).to_csv(context.folder / "table.csv", index=False)
        with pytest.raises(DataError) as refused:
            analyse_holdout(_several(noise_sd=noise), context)
        assert refused.value.faults[0].code == code
    for cells in ([-3.5, 660, 600], [800, 30_001.5, 600]):
        rows.assign(converters=cells).to_csv(context.folder / "table.csv", index=False)
        with pytest.raises(PrivacyError, match="100% of the variance"):
            analyse_holdout(_several(noise_sd=4.0), context)


@pytest.mark.parametrize(
    "more", [{"count_method": "newcombe"}, {"looks": {"kind": "always_valid", "planned_users": 9}}]
)
def test_noise_goes_with_plain_counts_alone(more) -> None:
    with pytest.raises(ValueError, match="noise_sd enters the score interval of plain counts alone"):
        _several(noise_sd=2.0, **more)


def test_noise_beyond_all_people_is_no_number() -> None:
    with pytest.raises(ValueError, match="less than or equal to 10000000000"):
        _several(noise_sd=1e300)
