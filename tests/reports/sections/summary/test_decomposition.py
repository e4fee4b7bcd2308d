"""Parts that are centred are not said to be without effect."""

from dataclasses import replace

import pandas as pd
import pytest

from reports.sections.summary.decomposition import _words

MEANS = {"drift": [30_000.0, -30_000.0], "price": [0.0, 0.0]}
CASES = [
    ("drift", (0.0, 0.0, 0.0), "±30.0 K a week, zero in sum"),
    ("drift", (1e-6, -1e-6, 2e-6), "±30.0 K a week, zero in sum"),
    ("price", (0.0, 0.0, 0.0), "no effect in any period"),
    ("elsewhere", (0.0, 0.0, 0.0), "adds up to zero"),
    ("drift", (2e6, -1e6, 3e6), "2.0 M (−1.0 to 3.0 M)"),
]


@pytest.mark.parametrize(("component", "ends", "expected"), CASES)
def test_a_part_is_said_as_it_is(context, component, ends, expected):
    made = context()
    rows = [{"component": name, "contribution_mean": mean} for name, means in MEANS.items() for mean in means]
    tables = {**made.inputs.tables, "decomposition": pd.DataFrame(rows)}
    made = replace(made, inputs=replace(made.inputs, tables=tables))
    row = {"component": component} | dict(
        zip(("contribution_mean", "contribution_lower", "contribution_upper"), ends, strict=True)
    )
    assert _words(made, row, 1e8).replace("\u00a0", " ") == expected
