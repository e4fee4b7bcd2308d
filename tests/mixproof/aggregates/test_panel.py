"""The panel: what is said about it, whether two are the same, and back from what was said."""

import json
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from mixproof.aggregates.panel import LedgerRow, Panel

WEEKS = np.array(["2024-01-01", "2024-01-08", "2024-01-15"], dtype="datetime64[ns]")


@pytest.fixture
def panel() -> Panel:
    """Two geos and three weeks; the first week lies before the outcome begins."""
    outcome = np.array([[np.nan, 1.0, 2.0], [np.nan, 3.0, np.nan]])
    coords = {
        "geo": ["north", "south"],
        "date": WEEKS,
        "channel": ["tv", "newsletter"],
        "kind": ("channel", ["paid", "organic"]),
    }
    data = xr.Dataset({"outcome": (("geo", "date"), outcome)}, coords=coords)
    ledger = (LedgerRow("a.csv", 7, 6, 1, "1 after the panel ends"),)
    return Panel(data, "weekly", "EUR", "orders", "count", ledger, ("Said.",))


def test_what_is_said_survives_json_and_gives_the_panel_back(panel: Panel) -> None:
    said = json.loads(json.dumps(panel.facts()))
    assert (said["start"], said["end"], said["periods"]) == ("2024-01-08", "2024-01-15", 2)
    assert (said["geos"], said["channels"], said["outcome_unit"]) == (
        ["north", "south"],
        ["tv", "newsletter"],
        "orders",
    )
    back = Panel.from_facts(panel.data, said)
    assert back == panel
    assert back.fingerprint() == said["fingerprint"]


@pytest.mark.parametrize(
    ("change", "same"),
    [
        (lambda data: data.isel(date=[2, 0, 1], geo=[1, 0]), True),
        (lambda data: data.assign_coords(date=WEEKS.astype("datetime64[s]")), True),
        (lambda data: data.assign_coords(geo=["north", "west"]), False),
        (lambda data: data.assign(outcome=data["outcome"].fillna(4.0)), False),
        (lambda data: data.assign(more=("geo", [1.0, 2.0])), False),
    ],
    ids=["another order", "another unit of time", "another geo", "another value", "another variable"],
)
def test_the_fingerprint_tells_panels_apart(panel: Panel, change, same: bool) -> None:
    assert (replace(panel, data=change(panel.data)).fingerprint() == panel.fingerprint()) is same


def test_channels_that_cost_money(panel: Panel) -> None:
    assert (panel.channels, panel.paid) == (["tv", "newsletter"], ["tv"])
    assert panel.observed.tolist() == [[False, True, True], [False, True, False]]
