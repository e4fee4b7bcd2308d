"""Rows off the first day of a period: what is wrong, and a setting that mends it."""

from typing import Any

import pandas as pd
import pytest

from mixproof.errors import DataError

CASES: list[tuple[str, list[pd.Timestamp], str, dict[str, Any], str, dict[str, Any]]] = [
    (
        "Sunday weeks", list(pd.date_range("2022-01-02", periods=60, freq="7D")), "%Y-%m-%d", {},
        "Say week_starts: sunday", {"week_starts": "sunday"},
    ),
    (
        "weeks by their last day", list(pd.date_range("2022-01-09", periods=60, freq="7D")), "%Y-%m-%d", {},
        "`dates_mark: end` and week_starts: monday", {"dates_mark": "end"},
    ),
    (
        "months by their last day", list(pd.date_range("2018-01-31", periods=60, freq="ME")), "%Y-%m-%d",
        {"frequency": "monthly"}, "Say `dates_mark: end`", {"dates_mark": "end"},
    ),
    (
        "day and month exchanged", list(pd.date_range("2018-01-01", periods=60, freq="MS")), "%d/%m/%Y",
        {"frequency": "monthly", "date_format": "%m/%d/%Y"}, 'Say date_format: "%d/%m/%Y"', {"date_format": "%d/%m/%Y"},
    ),
    (
        "days in weeks", list(pd.date_range("2022-01-03", periods=420, freq="D")), "%Y-%m-%d", {},
        "Say `rows_are: daily`", {"rows_are": "daily"},
    ),
]  # fmt: skip


def config_of(good: Any, changes: dict[str, Any]) -> dict[str, Any]:
    """Return the section with changes, those of the table put there."""
    of_table = {key: value for key, value in changes.items() if key in ("dates_mark", "rows_are")}
    table = {"file": "t.csv", "date": "week"} | of_table
    return dict(good.section(**{k: v for k, v in changes.items() if k not in of_table}, tables=[table]))


@pytest.mark.parametrize(
    ("dates", "form", "changes", "remedy", "mended"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_the_remedy_mends_it(build, good, dates, form, changes, remedy, mended):
    frame = good.weekly(len(dates)).assign(week=[day.strftime(form) for day in dates], price=1.0)
    changes = {"controls": []} | changes
    with pytest.raises(DataError) as found:
        build(frame.drop(columns="price"), config_of(good, changes))
    assert remedy in " ".join(str(fault.remedy) for fault in found.value.faults)
    assert build(frame.drop(columns="price"), config_of(good, changes | mended)).data.sizes["date"] == 60
