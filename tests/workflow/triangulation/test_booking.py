"""What may be booked of a channel, and why: a table of cases."""

import numpy as np
import pytest
from scipy import stats

from mixproof.records.verdict import Finding, Verdict
from workflow.triangulation.booking import Known, disagreements, pooled, to_book
from workflow.triangulation.sources import UNTESTED
from workflow.triangulation.statements import (
    BOOK,
    CALIBRATED,
    CLAIMED,
    EXPERIMENT,
    MODEL,
    NAN,
    Statement,
    rows,
)

WINDOW = ("2024-01-01", "2024-12-30")


def said(source: str, point: float, width: float, spend: float = 100.0, **changes: object) -> Statement:
    """Return a 90 % interval of `width` on both sides of a return."""
    ends = (point * spend, (point - width) * spend, (point + width) * spend)
    plain = {"channel": "search", "detail": "", "window": WINDOW, "level": 0.9}
    return Statement(source=source, spend=spend, increment=ends, **{**plain, **changes})  # type: ignore[arg-type]


MODELLED = said(MODEL, 2.0, 1.0, 1000.0)
TEST = said(EXPERIMENT, 1.0, 0.5, 50.0, detail="spring")
CREDIT = said(CALIBRATED, 1.5, 0.5, detail="ads", note="2 tests of the channel")
CLAIM = said(CLAIMED, 9.0, 0.0, detail="ads", level=NAN)
CHASING = Finding("demand_chasing", "warning", "", subject="search")
PRIOR = Finding("prior_domination", "warning", "", subject="search")
ASSUMED = Finding("observed_part", "warning", "", subject="search")
TENSION = Finding("calibration_tension", "warning", "", subject="search")
FAILED = Finding("convergence", "failure", "")

CASES = {
    # what is said, findings, calibrated, booked from, amount before the quantile, words of why
    "a calibrated model": ([MODELLED, TEST], [], True, MODEL, 2000.0, "calibrated with its experiments"),
    "calibrated, though spend follows demand": (
        [MODELLED, TEST],
        [CHASING],
        True,
        MODEL,
        2000.0,
        "calibrated",
    ),
    "an experiment before an uncalibrated model": (
        [MODELLED, TEST],
        [],
        False,
        EXPERIMENT,
        1000.0,
        "not calibrated",
    ),
    "an experiment and no model": ([TEST, CLAIM], [], False, EXPERIMENT, 50.0, "Measured by 1 experiment."),
    "a model without experiment": ([MODELLED, CLAIM], [], False, MODEL, 2000.0, "no experiment"),
    "mixed with demand": ([MODELLED], [CHASING], False, "nothing", 0.0, "mixed with demand"),
    "mostly assumed": ([MODELLED], [ASSUMED], False, "nothing", 0.0, "lowest observed level"),
    "a prior's opinion": ([MODELLED], [PRIOR], False, "nothing", 0.0, "believed beforehand"),
    "tests that contradict": ([MODELLED, TEST], [TENSION], True, "nothing", 0.0, "cannot all be right"),
    "a run that is not reportable": ([MODELLED], [FAILED], False, "nothing", 0.0, "not reportable"),
    "calibrated credit alone": ([CREDIT, CLAIM], [], False, CALIBRATED, 150.0, "Calibrated credit of ads"),
    "claims alone": ([CLAIM], [], False, "nothing", 0.0, "Nothing but claims"),
    "credit of a channel never tested": (
        [said(CALIBRATED, 1.5, 0.5, note=UNTESTED)],
        [],
        False,
        "nothing",
        0.0,
        "Nothing but claims",
    ),
    "a member of a group": (
        [said(MODEL, 2.0, 1.0, note="only within search + video")],
        [],
        False,
        "nothing",
        0.0,
        "cannot tell the channel apart",
    ),
    "no limit on one side": (
        [said(EXPERIMENT, 1.0, np.inf)],
        [],
        False,
        "nothing",
        0.0,
        "no limit",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_booked_and_why(name: str) -> None:
    statements, findings, calibrated, source, amount, words = CASES[name]
    known = Known(Verdict(tuple(findings)), {"search"} if calibrated else set(), 0.5)
    (found,) = to_book(statements, known)
    assert found.source == BOOK
    assert found.detail == source
    assert found.increment[0] == pytest.approx(amount)
    assert words in found.note


def test_the_quantile_is_that_of_the_interval() -> None:
    (found,) = to_book([MODELLED], Known(Verdict(()), set(), 0.25))
    sd = 1000 / stats.norm.ppf(0.95)
    assert found.increment[0] == pytest.approx(stats.norm.ppf(0.25, 2000, sd))
    (high,) = to_book([MODELLED], Known(Verdict(()), set(), 0.9))
    assert high.increment[0] == pytest.approx(stats.norm.ppf(0.9, 2000, sd))


def test_below_zero_nothing_is_booked() -> None:
    (found,) = to_book([said(MODEL, 0.1, 1.0)], Known(Verdict(()), set(), 0.25))
    assert found.increment[0] == 0.0
    assert "not above zero" in found.note


def test_experiments_are_pooled_by_their_precision() -> None:
    one, other = said(EXPERIMENT, 1.0, 0.5), said(EXPERIMENT, 1.3, 0.5)
    found = pooled([one, other])
    assert found is not None
    assert found.per_spend[0] == pytest.approx(1.15)
    assert found.per_spend[2] - found.per_spend[0] == pytest.approx(0.5 / 2**0.5)
    apart = pooled([one, said(EXPERIMENT, 3.0, 0.5)])
    assert apart is not None
    assert apart.per_spend[2] - apart.per_spend[0] > 1.5  # they scatter more than they say
    assert pooled([said(EXPERIMENT, 1.0, np.inf)]) is None


def test_an_uncalibrated_model_that_disagrees_is_named() -> None:
    sure = said(MODEL, 3.0, 0.4)
    (found,) = disagreements([sure, TEST], Known(Verdict(()), set(), 0.25))
    assert found.subject == "search"
    assert found.sentence.startswith("The model disagrees with the experiments of search")
    assert list(disagreements([sure, TEST], Known(Verdict(()), {"search"}, 0.25))) == []
    assert list(disagreements([said(MODEL, 1.2, 0.4), TEST], Known(Verdict(()), set(), 0.25))) == []


def test_rows_are_in_the_order_of_the_page() -> None:
    video = said(MODEL, 1.0, 0.5, channel="video")
    frame = rows([MODELLED, CLAIM, video, TEST], "EUR")
    assert frame["channel"].tolist() == ["search", "search", "search", "video"]
    assert frame["source"].tolist() == [EXPERIMENT, MODEL, CLAIMED, MODEL]
    assert frame["unit"].unique().tolist() == ["EUR"]
