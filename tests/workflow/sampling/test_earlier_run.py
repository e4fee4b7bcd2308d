"""Runs of earlier quarters are found by name or id, and only those that can be reported against."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from mixproof.errors import ConfigError
from mixproof.records.run_folder.output import open_output
from mixproof.records.run_folder.run_draft import RunFacts, start
from mixproof.records.verdict import Verdict
from workflow.sampling.earlier_run import run_before


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Three runs of one name: two with a model, and the newest without."""
    root, ids = tmp_path_factory.mktemp("all") / "runs", []
    for place, table in enumerate(("channels", "channels", "lift")):
        facts = RunFacts(1, "name: q\n", datetime(2026, 1, 2 + place, tzinfo=UTC), {}, {"currency": "EUR"})
        with start(open_output(root, "q", []), facts) as draft:
            draft.write_table(table, pd.DataFrame({"channel": ["tv"]}))
            ids.append(draft.publish(Verdict(()), {}).name)
    return root, ids


def test_nothing_named_is_nothing(runs) -> None:
    assert run_before(runs[0], None) is None


@pytest.mark.parametrize(("named", "place"), [("q", 1), ("q/{0}", 0), ("q/{1}", 1)])
def test_the_newest_with_a_model_or_the_one_that_is_named(runs, named: str, place: int) -> None:
    root, ids = runs
    found = run_before(root, named.format(*ids))
    assert found is not None and found.path.name == ids[place]


@pytest.mark.parametrize("named", ["other", "q/20200101T000000Z-0001", "q/{2}"])
def test_a_run_that_is_not_there_or_has_no_model_is_named_with_those_that_are(runs, named: str) -> None:
    root, ids = runs
    with pytest.raises(ConfigError) as raised:
        run_before(root, named.format(*ids))
    (fault,) = raised.value.faults
    assert fault.code == "report-before" and "report.before" in fault.remedy
    assert ("none" if named == "other" else ids[0]) in fault.what
