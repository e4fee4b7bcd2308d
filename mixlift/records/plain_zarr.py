"""A zarr store as `mixlift.records.posterior` writes it, read without the library that wrote it.

A store of ours is one compressed chunk an array. Reading that is decompressing it; zarr's own reader starts threads and
an event loop for it, and its import takes longer than everything else that reads a posterior.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    import xarray as xr

Node = Mapping[str, Any]
"""What a ``zarr.json`` says of a group or an array."""
_NAN = "AAAAAAAA+H8="
"""How xarray says that absent numbers are NaN: they are so already, nothing is left to be masked."""
_PACKED: tuple[list[str], ...] = ([], ["zstd"])
"""Codecs that may follow the one that lays out the bytes."""


def read_tree(nodes: Mapping[str, Node], contents: Mapping[str, bytes]) -> "xr.DataTree":
    """Return the groups and arrays of a store, decoded as xarray decodes them, in the order of their names.

    Parameters
    ----------
    nodes : mapping of str to mapping
        Path in the store -> what its ``zarr.json`` says, already held against what may be read; the root is ``""``.
    contents : mapping of str to bytes
        All files of the store.

    Raises
    ------
    ValueError, KeyError, TypeError, AttributeError, OSError
        An array is not stored as mixlift stores them, or is damaged.
    """
    import xarray as xr

    groups = {path: node for path, node in sorted(nodes.items()) if node["node_type"] == "group"}
    return xr.DataTree.from_dict(
        {f"/{path}": _dataset(path, node, nodes, contents) for path, node in groups.items()}
    )


def _dataset(
    group: str, described: Node, nodes: Mapping[str, Node], contents: Mapping[str, bytes]
) -> "xr.Dataset":
    """Return one group's variables."""
    import xarray as xr

    variables = {}
    for path, node in sorted(nodes.items()):
        parent, _, name = path.rpartition("/")
        if parent == group and node["node_type"] == "array":
            attributes = dict(node["attributes"])
            if attributes.pop("_FillValue", _NAN) != _NAN:
                raise ValueError("numbers stand for absent ones")
            values = read_array(node, contents.get(_chunk(path, node)))
            variables[name] = xr.Variable(node.get("dimension_names", ()), values, attributes)
    return xr.decode_cf(xr.Dataset(variables, attrs=described["attributes"])).load()


def _chunk(path: str, node: Node) -> str:
    """Return the file of an array's only chunk."""
    return "/".join([path, "c", *["0"] * len(node["shape"])])


def read_array(node: Node, chunk: bytes | None) -> np.ndarray:
    """Return an array from its only chunk; one that is all fill value has none."""
    shape, kind = tuple(node["shape"]), _dtype(node["data_type"])
    layout, *packing = node["codecs"]
    if layout["name"] != "bytes" or [codec["name"] for codec in packing] not in _PACKED:
        raise ValueError("another order of codecs")
    if kind.itemsize > 1 and layout["configuration"]["endian"] != "little":
        raise ValueError("another order of bytes")
    if chunk is None:
        return np.full(shape, _fill(node["fill_value"]), dtype=kind)
    if node["chunk_grid"] != {"name": "regular", "configuration": {"chunk_shape": list(shape)}}:
        raise ValueError("more than one chunk")
    size = kind.itemsize * int(np.prod(shape))
    raw = pa.decompress(chunk, decompressed_size=size, codec="zstd", asbytes=True) if packing else chunk
    return np.frombuffer(raw, dtype=kind).reshape(shape).copy()  # a copy may be written to


def _dtype(kind: Any) -> np.dtype:
    if isinstance(kind, str):
        return np.dtype(kind).newbyteorder("<")
    return np.dtype(f"<U{int(kind['configuration']['length_bytes']) // 4}")


def _fill(value: Any) -> Any:
    """Return a fill value; JSON has no numbers that are not finite and names them."""
    return float(value) if value in ("NaN", "Infinity", "-Infinity") else value
