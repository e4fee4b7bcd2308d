"""T80. The posterior's store: equal bytes for equal draws, and nothing foreign is opened, whatever the manifest says."""

import base64
import json
import pickle
import shutil
import zipfile
import zlib
from pathlib import Path

import pytest
import xarray as xr

from mixproof.errors import IntegrityError
from mixproof.records.run_folder.posterior import load_posterior, save_posterior


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_draws_come_back_equal(tree: xr.DataTree, tmp_path: Path) -> None:
    back = load_posterior(save_posterior(tree, tmp_path / "posterior.zarr"))
    for name, group in tree.children.items():
        expected = group.to_dataset().drop_attrs(deep=False).assign_attrs(back[name].attrs)
        xr.testing.assert_equal(back[name].to_dataset(), expected)
        assert list(back[name].data_vars) == sorted(group.data_vars)
    assert back["posterior"].attrs == {"family": "normal"}  # nothing that differs each time


def test_equal_draws_are_equal_bytes(tree: xr.DataTree, tmp_path: Path) -> None:
    one = contents(save_posterior(tree, tmp_path / "one"))
    later = tree.copy(deep=True)
    later["posterior"].attrs["created_at"] = "another time"
    assert contents(save_posterior(later, tmp_path / "two")) == one
    assert contents(save_posterior(load_posterior(tmp_path / "one"), tmp_path / "three")).keys() == one.keys()


def test_any_zarr_reader_opens_it(tree: xr.DataTree, tmp_path: Path) -> None:
    folder = save_posterior(tree, tmp_path / "posterior.zarr")
    with xr.open_datatree(folder, engine="zarr") as opened:
        assert opened["posterior"]["channel"].values.tolist() == ["tv", "größe"]


class Bomb:
    """Leaves a mark when unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return (Path.touch, (self.mark,))


def _pickle(folder: Path, mark: Path) -> None:
    folder.write_bytes(pickle.dumps(Bomb(mark)))


def _archive(folder: Path, mark: Path) -> None:
    with zipfile.ZipFile(folder, "w") as archive:
        archive.writestr("../escaped", "x")
        archive.writestr("zarr.json", '{"zarr_format": 3, "node_type": "group", "attributes": {}}')


HDF5 = (
    "c-rgqaB<`1lHy|K;9!7(|4{Iq5yCfsiZ9I(_4W5~31VWXU=l)B2m@S93_vYxatsWN91d(bnR(f%DL{qAsmVpDC3+dA4Ekk>Ii;x#"
    "Y(POq2KM~YlH$yi)Xgw^6&MJDBJsO-z)oOfU}O|wU|?bd0;n8}W)@*!6jZQhfOyD(!GxQ^<Ucb511r#V%v|gm3}78V0~q#0wQ!)>"
    "0^@T4-O0=d^Br7O3&WrQ_m;$@c(^(SfY=gfVQ`-jRV_3Mk}~rkd;oV~LQ("
)
"""A whole HDF5 file, compressed: a link to /value of secret.h5, and a data set whose bytes stand in secret.bin.

Made with h5py 3, libver "latest": ``file["linked"] = ExternalLink("secret.h5", "/value")`` and
``create_dataset("outside", (1,), "f8", external=[("secret.bin", 0, 8)])``.
"""


def _hdf5(folder: Path, mark: Path) -> None:
    folder.parent.joinpath("secret.bin").write_bytes(b"8 bytes.")
    raw = zlib.decompress(base64.b85decode(HDF5))
    assert raw.startswith(b"\x89HDF") and b"secret.h5" in raw and b"secret.bin" in raw
    folder.write_bytes(raw)


def _hdf5_signature(folder: Path, mark: Path) -> None:
    folder.write_bytes(b"\x89HDF\r\n\x1a\n" + b"\0" * 100)


def _link(folder: Path, mark: Path) -> None:
    mark.parent.joinpath("real").mkdir()
    folder.symlink_to(mark.parent / "real")


def _old_format(folder: Path, mark: Path) -> None:
    """An older zarr whose filter unpickles each chunk: reading it with the library alone would run code."""
    folder.mkdir()
    (folder / ".zgroup").write_text('{"zarr_format": 2}')
    array = {
        "zarr_format": 2,
        "shape": [1],
        "chunks": [1],
        "dtype": "|O",
        "compressor": None,
        "fill_value": None,
    }
    (folder / "b").mkdir()
    (folder / "b" / ".zarray").write_text(json.dumps({**array, "order": "C", "filters": [{"id": "pickle"}]}))
    (folder / "b" / "0").write_bytes(pickle.dumps(Bomb(mark)))


@pytest.mark.parametrize("make", [_pickle, _archive, _hdf5, _hdf5_signature, _link, _old_format])
def test_a_foreign_posterior_is_not_opened(tmp_path: Path, make) -> None:
    mark = tmp_path / "executed"
    make(tmp_path / "posterior.zarr", mark)
    with pytest.raises(IntegrityError) as refused:
        load_posterior(tmp_path / "posterior.zarr")
    assert refused.value.exit_code == 8
    assert not mark.exists()
    assert not (tmp_path.parent / "escaped").exists()


META = "posterior/b/zarr.json"


def _change(**changes: object):
    def change(folder: Path) -> None:
        file = folder / META
        file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))

    return change


DAMAGE = {
    "pickling codec": _change(codecs=[{"name": "numcodecs.pickle"}]),
    "unknown codec": _change(codecs=[{"name": "gzip", "configuration": {"level": 1}}]),
    "object type": _change(data_type="variable_length_bytes"),
    "foreign text type": _change(
        data_type={"name": "null_terminated_bytes", "configuration": {"length_bytes": 8}}
    ),
    "huge shape": _change(shape=[2**20, 2**20, 2**20]),
    "another format": _change(zarr_format=2),
    "another node": _change(node_type="link"),
    "transformers": _change(storage_transformers=[{"name": "x"}]),
    "no metadata": lambda folder: (folder / META).write_text("{"),
    "deep metadata": lambda folder: (folder / META).write_text("[" * 100_000),
    "a file of its own": lambda folder: (folder / "posterior" / "run.py").write_text("raise SystemExit"),
    "a chunk of another name": lambda folder: (folder / "posterior/b/c/x").write_text(""),
    "no root": lambda folder: (folder / "zarr.json").unlink(),
    "an older group inside": lambda folder: (folder / "posterior" / ".zgroup").write_text(
        '{"zarr_format": 2}'
    ),
    "a link inside": lambda folder: (folder / "posterior" / "b" / "zarr.json.x").symlink_to("/etc/passwd"),
    "a linked folder": lambda folder: (folder / "posterior" / "z").symlink_to("/etc"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_store_that_is_not_ours_is_refused(tree: xr.DataTree, tmp_path: Path, damage) -> None:
    folder = save_posterior(tree, tmp_path / "posterior.zarr")
    load_posterior(folder)
    damage(folder)
    with pytest.raises(IntegrityError):
        load_posterior(folder)


def test_a_group_without_arrays_is_read(tmp_path: Path) -> None:
    folder = save_posterior(xr.DataTree(), tmp_path / "posterior.zarr")
    assert load_posterior(folder).children == {}
    shutil.rmtree(folder)
