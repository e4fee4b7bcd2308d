"""What no model can compute is refused by name; what it can, however odd, is not."""

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.panel import Panel
from mixproof.aggregates.sources import panel_from_frames
from mixproof.errors import DataError
from mmm.config import MmmConfig
from mmm.kernel.compiled import build_kernel
from mmm.problem.computable import raise_if_not_computable
from mmm.problem.problem import build_problem

ALL = {"outcome": "leave", "spend": "zero", "exposure": "zero"}
CASES = [
    ("as it should be", {}, {}, None),
    ("a channel never on", {"tv": 0.0, "seen": 0.0}, {}, None),
    ("a channel never on, with a prior on its return", {"tv": 0.0, "seen": 0.0}, {"roi": {}}, None),
    ("a channel that cost nothing", {"tv": 0.0}, {}, None),
    ("no spend and a prior on return", {"tv": 0.0}, {"roi": {}}, ("prior-without-spend", "channel tv")),
    ("the smallest spend", {"tv": 5e-324, "seen": 5e-324}, {}, ("not-computable", "channel tv")),
    ("a geo without outcome", {"south": np.nan}, {}, ("outcome-never-known", "geo south")),
    ("a lognormal of negatives", {"loss": -5.0}, {"family": "lognormal"}, ("outcome-unsuited", "likelihood")),
]


def small(change: dict[str, float]) -> tuple[pd.DataFrame, DataConfig]:
    """Return a table of two geos, and the section that reads it."""
    rng, weeks = (
        np.random.default_rng(1),
        pd.date_range("2022-01-03", periods=40, freq="7D").strftime("%Y-%m-%d"),
    )
    frames = [
        pd.DataFrame({"week": weeks, "geo": geo, "sales": rng.normal(100, 9, 40), "tv": rng.gamma(2.0, 5.0, 40),
                      "seen": rng.gamma(2.0, 50.0, 40), "search": rng.gamma(2.0, 3.0, 40)})
        for geo in ("north", "south")
    ]  # fmt: skip
    frame = pd.concat(frames, ignore_index=True)
    for column in {"tv", "seen"} & set(change):
        frame[column] = change[column]
    if "south" in change:
        frame.loc[frame["geo"] == "south", "sales"] = np.nan
    if "loss" in change:
        frame.loc[3, "sales"] = change["loss"]
    section = {
        "frequency": "weekly", "currency": "EUR", "missing": ALL, "accept": ["all-zero-channel", "unit-switch"],
        "tables": [{"file": "t.csv", "date": "week", "geo": "geo"}],
        "outcome": {"column": "sales", "kind": "revenue"},
        "channels": [{"name": "tv", "spend": "tv", "exposure": "seen"}, {"name": "search", "spend": "search"}],
    }  # fmt: skip
    return frame, DataConfig.model_validate(section)


def made(change: dict[str, float], model: dict[str, object], pooling: str) -> tuple[Panel, MmmConfig]:
    """Return the panel and the model of a case."""
    frame, section = small(change)
    prior = {"channels": {"tv": {"prior": {"roi": {"median": 1, "upper": 4}}}}} if "roi" in model else {}
    family = {"likelihood": {"family": model["family"]}} if "family" in model else {}
    config = MmmConfig.model_validate({"geo": {"pooling": pooling}, **prior, **family})
    return panel_from_frames(section, {"t.csv": frame}), config


@pytest.mark.parametrize(("name", "change", "model", "refused"), [case for case in CASES if case[3]])
def test_what_cannot_be_computed_is_refused_by_name(
    name: str, change: dict[str, float], model: dict[str, object], refused: tuple[str, str]
) -> None:
    with pytest.raises(DataError) as raised:
        raise_if_not_computable(*made(change, model, "partial"))
    assert [fault.code for fault in raised.value.faults] == [refused[0]]
    assert refused[1] in raised.value.faults[0].where


@pytest.mark.parametrize("pooling", ["partial", "full", "none"])
def test_what_is_not_refused_has_a_density(pooling: str) -> None:
    for _, change, model, refused in CASES:
        if refused is None:
            panel, config = made(change, model, pooling)
            raise_if_not_computable(panel, config)
            kernel = build_kernel(build_problem(panel, config))
            value, gradient = kernel.log_density(kernel.layout.centre)
            assert np.isfinite(value)
            assert np.isfinite(gradient).all()
