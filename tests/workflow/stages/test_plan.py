import pandas as pd

from mixproof.records.verdict import Finding, Verdict
from workflow.stages.plan import cautions


def test_marks_come_from_the_table_of_channels_and_from_the_verdict() -> None:
    channels = pd.DataFrame(
        {
            "channel": ["tv", "search", "radio", "tv + radio"],
            "caution": ["", "mixed with demand", "", ""],
            "reported_as": ["only within tv + radio", "alone", "only within tv + radio", "sum"],
        }
    )
    verdict = Verdict(
        (
            Finding("prior_domination", "warning", "a", subject="search"),
            Finding("prior_domination", "pass", "b", subject="radio"),
            Finding("residuals", "warning", "c"),
        )
    )
    assert cautions(channels, verdict) == {
        "tv": "reported as the sum tv + radio",
        "search": "mixed with demand; prior-dominated",
        "radio": "reported as the sum tv + radio",
    }
    assert cautions(None, Verdict(())) == {}
