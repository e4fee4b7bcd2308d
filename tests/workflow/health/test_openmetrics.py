"""OpenMetrics text: the official parser reads back every value, whatever names contain."""

import math
from dataclasses import replace

from prometheus_client.openmetrics.parser import text_string_to_metric_families

from tests.workflow.health.made_history import history, ingestion
from workflow.health.config import HealthConfig
from workflow.health.grades import RANK, judge
from workflow.health.history import History
from workflow.health.openmetrics import openmetrics

HOSTILE = 'a "b" \\ c\nd {e="f"} 1 # EOF é'


def read(text: str) -> dict[tuple[str, str, str], float]:
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            key = (sample.name, sample.labels.get("measure", ""), sample.labels.get("subject", ""))
            found.setdefault(key, sample.value)
    return found


def test_the_official_parser_reads_back_every_measure() -> None:
    health = judge(history({"ingestion": ingestion(HOSTILE, rows=0.5)}), HealthConfig())
    found = read(openmetrics(health))
    for row in health.rows:
        value = found.get(("mixproof_health_value", row.measure, row.subject))
        if row.value is None:
            assert value is None and found["mixproof_health_measured", row.measure, row.subject] == 0
        else:
            assert value is not None and math.isclose(value, row.value, rel_tol=1e-9)
            assert found["mixproof_health_grade", row.measure, row.subject] == RANK[row.grade]
    assert found["mixproof_health_worst", "", ""] == RANK[health.worst] == 2


def test_a_history_without_runs_is_text_that_can_be_read() -> None:
    bare: History = replace(history(), runs=(), tries=(), name=HOSTILE)
    text = openmetrics(judge(bare, HealthConfig()))
    assert read(text)["mixproof_health_runs", "", ""] == 0 and text.endswith("# EOF\n")
