"""A published run to read, verify and damage."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from mixproof.records.run_folder.output import Output, open_output
from mixproof.records.run_folder.posterior import FOLDER_NAME, save_posterior
from mixproof.records.run_folder.run_draft import RunFacts, start
from mixproof.records.verdict import Finding, Verdict

CONFIG = "name: demo\nmmm:\n  interval:\n    level: 0.9\n"
VERDICT = Verdict((Finding("fit", "warning", "A sentence.", float("inf"), 1.5, "tv"),))


@pytest.fixture
def tree() -> xr.DataTree:
    """Two groups with numbers, flags, dates and text, and an attribute that differs each time."""
    rng = np.random.default_rng(3)
    coords = {
        "channel": np.array(["tv", "größe"], dtype=object),
        "date": pd.date_range("2024-01-01", periods=3),
    }
    variables = {
        "b": (("chain", "draw", "channel"), rng.normal(size=(2, 5, 2))),
        "a": (("date",), np.array([1.0, np.nan, -0.0])),
        "empty": (("nothing",), np.zeros(0)),
        "scalar": ((), 2.5),
    }
    attrs = {"created_at": datetime.now(UTC).isoformat(), "family": "normal"}
    return xr.DataTree.from_dict(
        {
            "posterior": xr.Dataset(variables, coords=coords, attrs=attrs),
            "sample_stats": xr.Dataset({"diverging": (("chain", "draw"), rng.random((2, 5)) < 0.5)}),
        }
    )


@pytest.fixture
def output(tmp_path: Path) -> Output:
    """An empty output folder."""
    return open_output(tmp_path / "runs", "demo", [])


@pytest.fixture
def facts() -> RunFacts:
    """What is known of the run."""
    return RunFacts(
        1, CONFIG, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), {"a.csv": "0" * 64}, {"currency": "EUR"}
    )


@pytest.fixture
def published(output: Output, facts: RunFacts, tree: xr.DataTree) -> Path:
    """A run folder as published."""
    with start(output, facts) as draft:
        draft.write_table("channels", pd.DataFrame({"channel": ["tv", "=x"], "roi": [1.5, -0.1]}))
        save_posterior(tree, draft.folder / FOLDER_NAME)
        (draft.view(VERDICT).path / "report" / "summary.html").write_text("<p>page</p>")
        return draft.publish(VERDICT, {"timings": {"fit": 1.0}})
