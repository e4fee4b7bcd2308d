"""Raw draws become what ArviZ makes of them: names, dims, labels, numbers, without tuning and what came later."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import xarray as xr

from mmm.sampling.raw_draws import labelled_draws


class Trace:
    """A raw trace of one chain."""

    def __init__(self, draws: pa.RecordBatch, statistics: pa.RecordBatch) -> None:
        self._batches = draws, statistics

    def get_arrow_trace(self) -> tuple[list[Any], list[Any]]:
        """Return the batches of all chains."""
        return tuple([Batch(batch)] for batch in self._batches)  # type: ignore[return-value]


class Batch:
    """A batch whose columns know their field, as the sampler's do."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        self._batch = batch
        self.column_names = batch.schema.names

    def column(self, name: str) -> Any:
        """Return a column."""
        return Column(self._batch.column(name), self._batch.schema.field(name))


class Column:
    """Numbers with their field."""

    def __init__(self, array: pa.Array, field: pa.Field) -> None:
        self._array, self.field = array, type("Field", (), {"metadata": field.metadata or {}})

    def __arrow_c_array__(self, schema: Any = None) -> Any:
        """Hand the numbers on."""
        return self._array.__arrow_c_array__(schema)


def trace(missing: bool = False) -> Trace:
    """Return five draws, of which two are tuning, of a scalar, a vector and an unlabelled vector."""
    rows = pa.large_list(pa.float64())
    vector = pa.array(np.arange(10.0).reshape(5, 2).tolist(), type=rows)
    level = [0.0, None if missing else 1.0, 2.0, 3.0, 4.0]
    schema = pa.schema([
        pa.field("level", pa.float64()),
        pa.field("effect", rows, metadata={"dims": "channel", "shape": "2"}),
        pa.field("bare", rows, metadata={"shape": "2"}),
    ])  # fmt: skip
    tuning = pa.array([True, True, False, False, False])
    energy = pa.array(np.arange(5.0))
    return Trace(
        pa.RecordBatch.from_arrays([pa.array(level), vector, vector], schema=schema),
        pa.RecordBatch.from_arrays([tuning, energy], names=["tuning", "energy"]),
    )


def test_draws_after_tuning_are_labelled() -> None:
    posterior, statistics = labelled_draws(
        trace(), 2, ("energy", "logp"), {"channel": ["tv", "radio"], "other": [1]}
    )
    effect = np.arange(10.0).reshape(5, 2)[2:4]
    expected = xr.Dataset(
        {"level": ("draw", [2.0, 3.0]), "effect": (("draw", "channel"), effect), "bare": (("draw", "bare_dim_0"), effect)},
        coords={"draw": [0, 1], "channel": ["tv", "radio"]},
    )  # fmt: skip
    xr.testing.assert_identical(posterior, expected)
    xr.testing.assert_identical(
        statistics, xr.Dataset({"energy": ("draw", [2.0, 3.0])}, coords={"draw": [0, 1]})
    )


def test_a_missing_draw_is_a_fault() -> None:
    with pytest.raises(ValueError, match="missing"):
        labelled_draws(trace(missing=True), 2, (), {})
