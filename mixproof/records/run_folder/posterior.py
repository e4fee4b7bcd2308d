"""A posterior on the disk: a plain zarr group, the same bytes for the same draws, read as data only."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mixproof.errors import Fault, IntegrityError
from mixproof.records.faults import FAULTS
from mixproof.records.run_folder.files import list_files, make_private_folder, write_private
from mixproof.records.run_folder.plain_zarr import Node, read_tree, write_tree

if TYPE_CHECKING:
    import xarray as xr

FOLDER_NAME = "posterior.zarr"
# Attributes that hold a time of day or a duration: the same draws must be the same bytes.
_VOLATILE = frozenset({"created_at", "sampling_time", "sample_time", "elapsed"})
# zarr lets a store name any registered codec, and one registered codec unpickles. Only what we write is read.
_CODECS = frozenset({"bytes", "zstd"})
_TYPES = frozenset({"bool", *(f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64))})
_NUMBERS = frozenset({"float32", "float64"})
_CHUNK = re.compile(r"c(/\d+)*")
_LARGEST = 2**36
"""Bytes an array may have in memory; a few hostile bytes can claim any shape."""


def save_posterior(tree: "xr.DataTree", folder: Path) -> Path:
    """Return `folder` after writing a DataTree to it as a zarr (format 3) group, one chunk a variable.

    The store is made in memory and then written file by file in sorted order: every file is private, and a
    full disk is met by our own writer. `xarray.open_datatree(folder, engine="zarr")` reads it.

    Parameters
    ----------
    tree : xarray.DataTree
        Numbers, truth values, dates and text.
    folder : pathlib.Path

    Returns
    -------
    pathlib.Path
    """
    stable = tree.map_over_datasets(_stable)
    stable.attrs = {key: value for key, value in tree.attrs.items() if key not in _VOLATILE}
    files = write_tree(stable)
    make_private_folder(folder)
    for name in sorted(files):
        write_private(folder / name, files[name], sync=False)
    return folder


def load_posterior(folder: Path) -> "xr.DataTree":
    """Return the DataTree that `save_posterior` wrote, read into memory.

    Raises
    ------
    IntegrityError
        The folder holds anything but a zarr group as written by `save_posterior`: a pickle, HDF5, an archive,
        links, another zarr format, or a codec that could run code. Nothing of it is opened. Or an array is damaged.
    """
    if folder.is_symlink() or not folder.is_dir():
        raise _foreign(folder.name, "It is not a folder in zarr format 3.")
    contents = {name: (folder / name).read_bytes() for name in list_files(folder)}
    nodes = _checked_nodes(contents, folder.name)
    try:
        return read_tree(nodes, contents)
    except (ValueError, KeyError, TypeError, AttributeError, OSError):
        raise _foreign(folder.name, "An array is damaged, or not stored as mixproof stores them.") from None


def _stable(dataset: "xr.Dataset") -> "xr.Dataset":
    """Return a dataset without volatile attributes, text as fixed-length text, in a fixed order."""
    import numpy as np

    fixed = dataset.copy()
    for name, variable in dataset.variables.items():
        if variable.dtype.kind in "OT":
            fixed[name] = variable.copy(data=variable.values.astype(np.str_))
    fixed.attrs = {key: value for key, value in dataset.attrs.items() if key not in _VOLATILE}
    return fixed


def _checked_nodes(contents: dict[str, bytes], where: str) -> dict[str, Node]:
    """Return what each ``zarr.json`` says, by its folder in the store.

    Raises unless every file is metadata we understand or a chunk of an array that they describe.
    """
    nodes: dict[str, Node] = {}
    for name, raw in contents.items():
        if name.rpartition("/")[2] != "zarr.json":
            continue
        try:
            described = json.loads(raw)
            _check_node(described, f"{where}/{name}")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise _foreign(f"{where}/{name}", "Its metadata are not those of an array or a group.") from None
        nodes[name.removesuffix("zarr.json").removesuffix("/")] = described
    if "" not in nodes:
        raise _foreign(where, "It is not a group in zarr format 3.")
    arrays = [f"{path}/" for path, node in nodes.items() if node["node_type"] == "array"]
    for name in contents:
        owner = next((array for array in arrays if name.startswith(array)), None)
        if name.rpartition("/")[2] == "zarr.json" or (
            owner is not None and _CHUNK.fullmatch(name.removeprefix(owner))
        ):
            continue
        raise _foreign(f"{where}/{name}", "It is neither metadata nor a chunk of an array.")
    return nodes


def _check_node(node: dict[str, Any], where: str) -> None:
    known = node["zarr_format"] == 3 and node["node_type"] in {"array", "group"}
    if not known or node.get("storage_transformers"):
        raise ValueError("another format")
    if node["node_type"] == "group":
        return
    odd = sorted({codec["name"] for codec in node["codecs"]} - _CODECS)
    if odd:
        raise _foreign(where, f"It asks for a codec that mixproof does not use ({len(odd)} of them).")
    kind = node["data_type"]
    text = isinstance(kind, dict) and kind["name"] == "fixed_length_utf32"
    if not text and kind not in _TYPES | _NUMBERS:
        raise _foreign(where, "It holds a type that mixproof does not write.")
    width = int(kind["configuration"]["length_bytes"]) if text else 8
    size = width
    for length in node["shape"]:
        size *= int(length)
    if size > _LARGEST:
        raise _foreign(where, "It claims an array too large to be one of ours.")


def _foreign(where: str, what: str) -> IntegrityError:
    _, meaning, remedy = FAULTS["artefact-foreign"]
    return IntegrityError(Fault("artefact-foreign", where, f"{meaning} {what}", remedy))
