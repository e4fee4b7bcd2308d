"""The store's own reader and writer: what zarr's give, and nothing that is damaged or stored in another way."""

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from mixproof.errors import IntegrityError
from mixproof.records.run_folder.plain_zarr import read_array
from mixproof.records.run_folder.posterior import load_posterior, save_posterior

ARRAYS: dict[str, np.ndarray] = {
    "numbers": np.array([[1.5, np.nan], [-0.0, np.inf]]),
    "half as many bits": np.array([0.1, 3.0], dtype="float32"),
    "nothing but absent": np.full((2, 3), np.nan),
    "nothing but zeros": np.zeros(4, dtype="int64"),
    "small": np.array([1, 255], dtype="uint8"),
    "flags": np.array([True, False]),
    "nothing but false": np.zeros(3, dtype=bool),
    "text": np.array(["", "größe", "a + b"]),
    "empty texts": np.array(["", ""]),
    "none": np.zeros((0, 2)),
    "scalar": np.array(2.5),
    "dates": np.array(["2024-02-29", "1969-12-31"], dtype="datetime64[ns]"),
    "hours": np.array(["2024-02-29T01", "2024-02-29T04"], dtype="datetime64[ns]"),
    "spans": np.array([1, 36], dtype="timedelta64[h]").astype("timedelta64[ns]"),
}


@pytest.mark.parametrize("values", ARRAYS.values(), ids=ARRAYS)
def test_an_array_is_read_as_zarr_reads_it(values: np.ndarray, tmp_path: Path) -> None:
    dims = [f"d{number}" for number in range(values.ndim)]
    coords = {"own": (dims, values), "label": (dims[:1], values)} if values.ndim == 1 else {}
    tree = xr.DataTree.from_dict({"group": xr.Dataset({"values": (dims, values, {"a": 1})}, coords=coords)})
    folder = save_posterior(tree, tmp_path / "posterior.zarr")
    with xr.open_datatree(folder, engine="zarr") as expected:
        mine, theirs = load_posterior(folder), expected.load()
    xr.testing.assert_identical(mine, theirs)
    for name, variable in theirs["group"].variables.items():
        assert mine["group"].variables[name].dtype == variable.dtype
        assert mine["group"][name].values.flags.writeable == theirs["group"][name].values.flags.writeable


@pytest.mark.parametrize("values", ARRAYS.values(), ids=ARRAYS)
def test_an_array_is_described_as_zarr_describes_it(values: np.ndarray, tmp_path: Path) -> None:
    dims = [f"d{number}" for number in range(values.ndim)]
    dataset = xr.Dataset({"values": (dims, values, {"a": 1})}, coords={"label": ("x", [3, 4])})
    whole = {"values": {"chunks": values.shape}} if values.ndim and values.size else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset.to_zarr(tmp_path / "theirs", zarr_format=3, encoding=whole)
    save_posterior(xr.DataTree(dataset), tmp_path / "ours")
    ours, theirs = (
        json.loads((tmp_path / name / "values" / "zarr.json").read_text()) for name in ("ours", "theirs")
    )
    for node in (ours, theirs):
        node["codecs"][1].pop("configuration")  # how hard to compress
    if not values.size:
        theirs["chunk_grid"] = ours["chunk_grid"]  # an empty array may be cut in any way
    assert ours == theirs


def test_groups_and_their_attributes_are_read_as_zarr_reads_them(tree: xr.DataTree, tmp_path: Path) -> None:
    folder = save_posterior(tree, tmp_path / "posterior.zarr")
    with xr.open_datatree(folder, engine="zarr") as expected:
        xr.testing.assert_identical(load_posterior(folder), expected.load())


def _node(**changes: Any) -> dict[str, Any]:
    plain = {
        "shape": [2],
        "data_type": "float64",
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [2]}},
        "fill_value": "NaN",
        "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
    }
    return plain | changes


def test_a_chunk_need_not_be_compressed() -> None:
    values = np.array([1.0, -2.0])
    np.testing.assert_array_equal(read_array(_node(), values.tobytes()), values)


BIG = {"name": "bytes", "configuration": {"endian": "big"}}
LITTLE = {"name": "bytes", "configuration": {"endian": "little"}}
OTHERWISE = {
    "other order of bytes": {"codecs": [BIG]},
    "compressed twice": {"codecs": [LITTLE, {"name": "zstd"}, {"name": "zstd"}]},
    "compressed first": {"codecs": [{"name": "zstd"}, LITTLE]},
    "several chunks": {"chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [1]}}},
}


@pytest.mark.parametrize("changes", OTHERWISE.values(), ids=OTHERWISE)
def test_what_is_stored_otherwise_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        read_array(_node(**changes), b"\0" * 16)


@pytest.mark.parametrize("raw", [b"", b"\0" * 20, "cut"], ids=["empty", "not compressed", "cut"])
def test_a_damaged_chunk_is_refused(tree: xr.DataTree, tmp_path: Path, raw: bytes | str) -> None:
    chunk = save_posterior(tree, tmp_path / "posterior.zarr") / "posterior/b/c/0/0/0"
    chunk.write_bytes(chunk.read_bytes()[:-5] if isinstance(raw, str) else raw)
    with pytest.raises(IntegrityError):
        load_posterior(tmp_path / "posterior.zarr")


def test_a_number_that_stands_for_absent_ones_is_refused(tree: xr.DataTree, tmp_path: Path) -> None:
    described = save_posterior(tree, tmp_path / "posterior.zarr") / "posterior/b/zarr.json"
    node = json.loads(described.read_text(encoding="utf-8"))
    node["attributes"]["_FillValue"] = "AAAAAAAAAAA="
    described.write_text(json.dumps(node), encoding="utf-8")
    with pytest.raises(IntegrityError):
        load_posterior(tmp_path / "posterior.zarr")
