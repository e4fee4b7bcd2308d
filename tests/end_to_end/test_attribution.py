"""The shipped attribution config from end to end: what it says of a market whose truth is known."""

from pathlib import Path

import pandas as pd
import pytest

from mixproof.records.run import Run
from workflow import run as stages

CONFIGS = Path(__file__).parents[2] / "configs"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return the run of configs/attribution.yaml."""
    outcome = stages.run(CONFIGS / "attribution.yaml", output=tmp_path_factory.mktemp("runs"))
    return Run.open(outcome.run_dir)


def test_calibrated_credit_holds_the_truth_where_claims_do_not(run: Run) -> None:
    truth = pd.read_csv(CONFIGS / "data" / "attribution_truth.csv").set_index("channel")["increment"]
    total = (
        run.table("attribution_total")
        .query("unit == 'orders' and system == 'analytics'")
        .set_index("channel")
    )
    whole = total[total["without_factor"] == 0]
    assert {"search", "social", "display"} == set(whole.index)
    for channel, row in whole.iterrows():
        assert row["calibrated_lower"] < truth[channel] < row["calibrated_upper"]
    assert total.loc["search", "attributed"] > 2.5 * truth["search"]


def test_over_credit_and_lost_identities_are_seen(run: Run) -> None:
    seen = run.table("over_credit").set_index("channel")
    assert seen.loc["search", "lower"] > 0.35
    assert seen.loc["social", "upper"] < 0.02
    alarms = run.table("attribution_stability").query("alarm")
    assert "2024-09-30" in set(alarms.loc[alarms["measure"] == "credited_to_nobody", "period"])


def test_what_is_booked_was_measured(run: Run) -> None:
    booked = run.table("triangulation").query("source == 'to book'").set_index("channel")
    assert booked["detail"].to_dict() == {
        "search": "experiment",
        "social": "experiment",
        "video": "experiment",
        "display": "nothing",
    }
    assert (run.path / "report" / "triangulation.html").exists()
    decision = run.table("scorecard").query("score == 'decision' and system == 'analytics'")
    assert decision["value"].between(0.5, 1.0).all()
