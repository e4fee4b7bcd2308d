"""The tables of health: typed as their specifications say, every row with its alert or the reason why it is not measured."""

from tests.workflow.health.made_history import WEEKS, history, ingestion, paid
from workflow.health.config import HealthConfig
from workflow.health.grades import judge
from workflow.health.tables import TABLES, health_tables


def test_every_grade_but_fine_has_an_alert_or_a_reason() -> None:
    health = judge(history({"ingestion": ingestion(rows=0.5)}), HealthConfig())
    tables = health_tables(health, {health.history.runs[-1].run_id: "promoted"})
    assert set(tables) == {spec.name for spec in TABLES}
    rows = tables["health"]
    told = rows["grade"].isin(["page", "ticket"])
    assert (rows.loc[told, "alert"] != "").all() and (rows.loc[rows["grade"] == "fine", "alert"] == "").all()
    assert (rows.loc[rows["value"].isna(), "note"] != "").all()
    newest = tables["health_history"].groupby(["measure", "subject"])["value"].last()
    known = rows.dropna(subset="value").set_index(["measure", "subject"])["value"]
    assert (newest.sort_index() == known.sort_index()).all()
    assert list(tables["health_alerts"]["cause"]) == ["ingestion"]
    assert set(tables["health_channels"]["caution"]) == {""}  # of runs whose tables have no such column
    newest_paid = paid().assign(caution=["mixed with demand", "", ""])
    marked = health_tables(judge(history({"paid_media": newest_paid}), HealthConfig()))["health_channels"]
    assert list(marked["caution"])[-2:] == ["mixed with demand", ""]
    assert (
        len(tables["health_channels"]) == 2 * WEEKS
        and list(tables["health_runs"]["release"])[-1] == "promoted"
    )
