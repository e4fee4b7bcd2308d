"""Zarr stores (format 3) with one compressed chunk an array, read and written without zarr.

Reading that is decompressing it, and writing it compressing it; zarr itself starts threads and an event loop for it, and
its import takes longer than everything else that is done with a posterior. Tests hold both to what zarr reads and writes.
"""

import json
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
_LEVEL = 3
_ZSTD = pa.Codec("zstd", compression_level=_LEVEL)
_PACKED: tuple[list[str], ...] = ([], ["zstd"])
"""Codecs that may follow the one that lays out the bytes."""


def write_tree(tree: "xr.DataTree") -> dict[str, bytes]:
    """Return the files of a store with the groups and arrays of `tree`, encoded as xarray encodes them.

    Parameters
    ----------
    tree : xarray.DataTree
        Numbers, truth values, dates, and text of fixed length.
    """
    nodes: dict[str, dict[str, Any]] = {}
    files: dict[str, bytes] = {}
    for group in tree.subtree:
        path = group.path.strip("/")
        variables, attributes = _encoded(group.to_dataset(inherit=False))
        nodes[path] = {"attributes": attributes, "zarr_format": 3, "node_type": "group"}
        for name, variable in variables.items():
            place = f"{path}/{name}".strip("/")
            nodes[place] = _array_node(variable)
            raw = np.ascontiguousarray(variable.values).astype(variable.dtype.newbyteorder("<"))
            files[_chunk(place, nodes[place])] = _ZSTD.compress(raw.tobytes(), asbytes=True)
    # With what all nodes say in the first file, readers need not look for them.
    listed = {place: node for place, node in sorted(nodes.items()) if place}
    inside = {"kind": "inline", "must_understand": False, "metadata": listed}
    nodes[""] |= {"consolidated_metadata": inside}
    for place, node in nodes.items():
        files[f"{place}/zarr.json".strip("/")] = json.dumps(node, indent=2).encode()
    return files


def _encoded(dataset: "xr.Dataset") -> tuple[Mapping[str, Any], dict[str, Any]]:
    """Return variables and attributes as they are stored: dates as whole numbers, coordinates named."""
    from xarray import conventions

    variables, attributes = conventions.encode_dataset_coordinates(dataset)
    stored = {
        str(name): each if each.dtype == bool else conventions.encode_cf_variable(each, name=name)
        for name, each in sorted(variables.items(), key=lambda item: str(item[0]))
    }
    return stored, dict(attributes)


def _array_node(variable: Any) -> dict[str, Any]:
    """Return what a ``zarr.json`` says of an array."""
    kind, shape = variable.dtype, list(variable.shape)
    attributes = {name: _plain(value) for name, value in variable.attrs.items()}
    fill: Any = kind.type().item()
    if kind.kind == "f":
        attributes["_FillValue"], fill = _NAN, "NaN"
    text = {"name": "fixed_length_utf32", "configuration": {"length_bytes": kind.itemsize}}
    layout = {"configuration": {"endian": "little"}} if kind.itemsize > 1 else {}
    return {
        "shape": shape,
        "data_type": text if kind.kind == "U" else kind.name,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": shape}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": fill,
        "codecs": [
            {"name": "bytes", **layout},
            {"name": "zstd", "configuration": {"level": _LEVEL, "checksum": False}},
        ],
        "attributes": attributes,
        **({"dimension_names": list(variable.dims)} if shape else {}),
        "zarr_format": 3,
        "node_type": "array",
        "storage_transformers": [],
    }


def _plain(value: Any) -> Any:
    """Return an attribute as JSON can hold it."""
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def read_tree(nodes: Mapping[str, Node], contents: Mapping[str, bytes]) -> "xr.DataTree":
    """Return the groups and arrays of a store, decoded as xarray decodes them, in the order of their names.

    Parameters
    ----------
    nodes : mapping of str to mapping
        Path in the store -> what its ``zarr.json`` says, already held against what may be read; the root is ``""``.
    contents : mapping of str to bytes
        All files of the store.

    Returns
    -------
    xarray.DataTree

    Raises
    ------
    ValueError, KeyError, TypeError, AttributeError, OSError
        An array is not stored as mixproof stores them, or is damaged.
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
    """Return an array from its only chunk; one that is all fill value has none.

    Parameters
    ----------
    node : mapping
        What its ``zarr.json`` says.
    chunk : bytes or None
        Its only chunk, None where there is none.

    Returns
    -------
    numpy.ndarray
    """
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
