"""Reading a run: every file is held against the manifest, and whatever differs is named with both hashes."""

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from mixproof.aggregates.panel import LedgerRow, Panel
from mixproof.errors import ConfigError, IntegrityError
from mixproof.records.run import Run, verify
from mixproof.records.run_folder.output import Output
from mixproof.records.run_folder.posterior import FOLDER_NAME, save_posterior
from mixproof.records.run_folder.run_draft import RunFacts, start
from mixproof.records.verdict import Verdict

VERDICT = Verdict(())


def test_a_published_run_is_read_as_it_was_written(published: Path) -> None:
    run = Run.open(published.parent / "latest")
    assert run.path == published
    assert run.config == {"name": "demo", "mmm": {"interval": {"level": 0.9}}}
    assert run.tables == ("channels",)
    expected = pd.DataFrame({"channel": pd.Series(["tv", "=x"], dtype="str"), "roi": [1.5, -0.1]})
    pd.testing.assert_frame_equal(run.table("channels"), expected)
    assert run.verdict.findings[0].value is None  # infinity is null in JSON; the sentence holds it
    assert run.verdict.findings[0].threshold == 1.5
    manifest = run.manifest
    assert (manifest["name"], manifest["seed"], manifest["timings"]) == ("demo", 1, {"fit": 1.0})
    assert manifest["config_hash"] == hashlib.sha256((published / "config.yaml").read_bytes()).hexdigest()
    assert manifest["versions"]["numpy"]
    assert "Python 3" in manifest["platform"]
    assert {"config.yaml", "tables/channels.csv", "report/summary.html"} <= set(manifest["artefacts"])
    with pytest.raises(KeyError, match="channels"):
        run.table("nothing")


def test_a_text_pointer_is_followed_too(published: Path) -> None:
    pointer = published.parent / "latest"
    pointer.unlink()
    pointer.write_text(published.name + "\n")
    assert Run.open(pointer).path == published


FILES = ["config.yaml", "tables/channels.csv", "report/summary.html", "posterior.zarr/posterior/b/c/0/0/0"]


@pytest.mark.parametrize("name", [*FILES, "posterior.zarr/zarr.json"])
def test_one_flipped_bit_is_found_and_named(published: Path, name: str) -> None:
    file = published / name
    raw = bytearray(file.read_bytes())
    expected = hashlib.sha256(raw).hexdigest()
    raw[len(raw) // 2] ^= 0b100
    file.write_bytes(raw)
    actual = hashlib.sha256(raw).hexdigest()
    assert verify(published).changed == {name: (expected, actual)}
    with pytest.raises(IntegrityError) as found:
        Run.open(published)
    (fault,) = found.value.faults
    assert fault.where == name
    assert expected in fault.what
    assert actual in fault.what


def test_every_flipped_bit_of_the_manifest_is_found(published: Path) -> None:
    file = published / "manifest.json"
    whole = file.read_bytes()
    for position in range(0, len(whole), 7):
        raw = bytearray(whole)
        raw[position] ^= 1 << (position % 8)
        file.write_bytes(raw)
        with pytest.raises(IntegrityError):
            verify(published)
    file.write_bytes(whole)
    assert verify(published).identical


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "tables/../../x", "a\\b", ""])
def test_a_manifest_that_leads_out_of_its_folder_is_refused(published: Path, name: str) -> None:
    file = published / "manifest.json"
    content = json.loads(file.read_text())
    content.pop("manifest_sha256")
    content["artefacts"][name] = "0" * 64

    def text() -> str:
        return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"

    content["manifest_sha256"] = hashlib.sha256(text().encode()).hexdigest()
    file.write_text(text())
    with pytest.raises(IntegrityError, match="lead out"):
        verify(published)


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b"\xff", b"null", b"[" * 100_000, b'{"manifest_sha256": NaN}']
)
def test_a_manifest_that_is_none_is_refused(published: Path, raw: bytes) -> None:
    (published / "manifest.json").write_bytes(raw)
    with pytest.raises(IntegrityError):
        Run.open(published)


def test_missing_and_extra_files_are_named(published: Path) -> None:
    (published / "tables" / "channels.csv").unlink()
    (published / "tables" / "extra.csv").write_text("a\n")
    found = verify(published)
    assert (found.missing, found.extra, found.identical) == (
        ("tables/channels.csv",),
        ("tables/extra.csv",),
        False,
    )
    assert [fault.code for fault in found.faults] == ["artefact-missing", "artefact-extra"]


def test_an_extra_file_does_not_stop_reading(published: Path) -> None:
    (published / ".DS_Store").write_bytes(b"x")
    assert Run.open(published).tables == ("channels",)
    assert not verify(published).identical


def test_a_link_is_not_followed(published: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved.csv"
    shutil.move(published / "tables" / "channels.csv", moved)
    (published / "tables" / "channels.csv").symlink_to(moved)
    with pytest.raises(IntegrityError, match="link"):
        Run.open(published)


def test_a_table_changed_after_opening_is_refused(published: Path) -> None:
    run = Run.open(published)
    (published / "tables" / "channels.csv").write_text("channel,roi\ntv,9.0\n")
    with pytest.raises(IntegrityError, match="SHA-256"):
        run.table("channels")


def test_a_place_without_a_run_is_said_so(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(ConfigError, match="no run folder"):
            verify(place)


def panel() -> Panel:
    """Return a panel with two geos, a gap in the outcome, organic media and no treatments, as a run reads it."""
    rng = np.random.default_rng(5)
    cell, media = ("geo", "date"), ("geo", "date", "channel")
    outcome = rng.normal(100, 10, (2, 4))
    outcome[0, 1] = np.nan
    spend = rng.random((2, 4, 2))
    spend[..., 1] = np.nan
    data = xr.Dataset(
        {
            "outcome": (cell, outcome),
            "outcome_value": (cell, np.full((2, 4), 40.0)),
            "exposure": (media, rng.random((2, 4, 2))),
            "spend": (media, spend),
            "frequency": (media, np.full((2, 4, 2), np.nan)),
            "controls": (("geo", "date", "control"), rng.random((2, 4, 1))),
            "treatments": (("geo", "date", "treatment"), np.empty((2, 4, 0))),
            "population": (("geo",), np.array([10.0, 1.0])),
        },
        coords={
            "geo": np.array(["Bayern", "Köln"]),
            "date": pd.date_range("2024-01-01", periods=4, freq="7D").values.astype("datetime64[ns]"),
            "channel": np.array(["tv", "newsletter"]),
            "control": np.array(["price"]),
            "treatment": np.array([], dtype=str),
            "kind": ("channel", np.array(["paid", "organic"])),
            "driver": ("channel", np.array(["spend", "newsletter_sent"])),
        },
    )
    ledger = (LedgerRow("sales.csv", 9, 8, 1, "1 before the panel starts"),)
    return Panel(data, "weekly", "EUR", "orders", "count", ledger, ("A notice.",))


def published_with(made: Panel, more: dict, output: Output, facts: RunFacts, tree: xr.DataTree) -> Path:
    tree["constant_data"] = made.data
    with start(output, replace(facts, panel=made.facts() | more)) as draft:
        save_posterior(tree, draft.folder / FOLDER_NAME)
        return draft.publish(VERDICT, {})


def test_a_run_gives_back_its_panel_without_the_rest_of_it(output, facts, tree) -> None:
    made = panel()
    folder = published_with(made, {}, output, facts, tree)
    (folder / "posterior.zarr" / "posterior" / "b" / "zarr.json").unlink()
    run = Run.glance(folder)
    found = run.panel()
    xr.testing.assert_identical(found.data, made.data)
    assert found.fingerprint() == made.fingerprint()
    assert replace(found, data=made.data) == made
    next((folder / "posterior.zarr" / "constant_data" / "outcome").rglob("c/*/*")).unlink()
    with pytest.raises(IntegrityError) as raised:
        run.panel()
    assert raised.value.faults[0].code == "artefact-missing"


def test_a_panel_that_the_manifest_does_not_name_is_refused(output, facts, tree) -> None:
    folder = published_with(panel(), {"currency": "USD"}, output, facts, tree)
    with pytest.raises(IntegrityError, match="another panel"):
        Run.open(folder).panel()


@pytest.mark.parametrize("read", [Run.panel, Run.posterior], ids=["panel", "posterior"])
def test_a_run_without_a_model_says_so(output, facts, read) -> None:
    with start(output, facts) as draft:
        folder = draft.publish(VERDICT, {})
    with pytest.raises(ConfigError, match="fitted no model") as raised:
        read(Run.glance(folder))
    assert raised.value.faults[0].code == "run-without-model"


def test_an_empty_folder_and_a_swapped_run_are_named(published: Path) -> None:
    (published / ".hidden" / "deep").mkdir(parents=True)
    (fault,) = verify(published).faults
    assert (fault.code, fault.where) == ("artefact-extra", ".hidden/deep/")
    (published / ".hidden" / "deep").rmdir()
    (published / ".hidden").rmdir()
    copy = published.rename(published.with_name("a-copy"))
    assert verify(copy).identical
    other = copy.rename(copy.with_name("20200101T000000Z-0009"))
    assert [fault.code for fault in verify(other).faults] == ["artefact-swapped"]
