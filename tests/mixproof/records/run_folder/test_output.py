"""The output folder: only what is ours is touched, and everything else is named."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mixproof.errors import ConfigError
from mixproof.records.run_folder.output import MARKER, Output, check_output, open_output


def test_a_new_output_is_private_and_marked(tmp_path: Path) -> None:
    output = open_output(tmp_path / "deep" / "runs", "demo", [tmp_path])
    assert output.folder.is_dir()
    for folder in (output.root.parent, output.root, output.folder):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert open_output(output.root, "demo", [tmp_path]) == output
    assert open_output(output.root, "other", [tmp_path]).folder.is_dir()


def _files(*names: str):
    def make(root: Path) -> None:
        for name in names:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text("theirs")

    return make


def _ours_and(*names: str):
    def make(root: Path) -> None:
        open_output(root, "demo", [])
        _files(*names)(root)

    return make


FOREIGN = {
    "a file": _files("data.csv"),
    "a folder": _files("thesis/chapter.tex"),
    "a file beside ours": _ours_and("data.csv"),
    "a file among runs": _ours_and("demo/notes.txt"),
    "a folder among runs": _ours_and("demo/old/manifest.json"),
    "a link among runs": lambda root: (
        _ours_and()(root),
        (root / "demo/20260101T000000Z-0001").symlink_to("/tmp"),
    ),
    "a link beside ours": lambda root: (_ours_and()(root), (root / "linked").symlink_to("/tmp")),
}


@pytest.mark.parametrize("make", FOREIGN.values(), ids=FOREIGN)
def test_what_is_not_ours_stops_us_and_stays(tmp_path: Path, make) -> None:
    root = tmp_path / "runs"
    root.mkdir()
    make(root)
    before = sorted(root.rglob("*"))
    with pytest.raises(ConfigError) as refused:
        open_output(root, "demo", [])
    assert [fault.code for fault in refused.value.faults] == ["output-not-ours"]
    assert sorted(root.rglob("*")) == before


@pytest.mark.parametrize("harmless", [".gitignore", ".gitkeep", ".DS_Store"])
def test_an_empty_folder_may_hold_what_tools_leave(tmp_path: Path, harmless: str) -> None:
    (tmp_path / harmless).write_text("")
    assert open_output(tmp_path, "demo", []).folder.is_dir()


@pytest.mark.parametrize("place", [".", "data", "data/deep"])
def test_an_output_that_is_or_holds_an_input_is_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "data" / "deep").mkdir(parents=True)
    with pytest.raises(ConfigError) as refused:
        check_output(tmp_path / place, "demo", [tmp_path / "data" / "deep"])
    assert [fault.code for fault in refused.value.faults] == ["output-is-input"]
    # below the input is the usual place
    check_output(tmp_path / "data" / "deep" / "runs", "demo", [tmp_path / "data" / "deep"])


def test_an_input_reached_by_a_link_is_the_same_input(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "alias").symlink_to(tmp_path / "data")
    with pytest.raises(ConfigError, match="read from"):
        check_output(tmp_path / "alias", "demo", [tmp_path / "data"])


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", "a\\b", ".hidden", "latest", "latest-plan", "x" * 81, "a\n", "a."]
)
def test_a_name_that_is_no_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError) as refused:
        check_output(tmp_path / "runs", name, [])
    assert [fault.code for fault in refused.value.faults] == ["output-name"]


def test_sweeping_removes_what_was_building_and_nothing_else(output: Output) -> None:
    output.building("20260101T000000Z-0002").mkdir()
    (output.building("20260101T000000Z-0002") / "config.yaml").write_text("x")
    output.spill.mkdir()  # of a run that was killed while it read large tables
    (output.folder / "20260101T000000Z-0001").mkdir()
    output.checkpoint("k" * 64).mkdir(parents=True)
    assert output.sweep() == ["20260101T000000Z-0002"]
    names = sorted(path.name for path in output.folder.iterdir())
    assert names == [".checkpoints", "20260101T000000Z-0001", "latest"]


def test_numbers_go_on_after_the_newest_run_is_deleted(output: Output) -> None:
    output.point_latest("20260101T000000Z-0009")
    assert output.next_run_id(datetime(2026, 1, 1, tzinfo=UTC)) == "20260101T000000Z-0010"


def test_a_plan_has_a_pointer_of_its_own_also_after_it_died_publishing(output: Output) -> None:
    for number, pointer in ((1, "latest"), (2, "latest-plan")):
        run_id = f"20260101T000000Z-000{number}"
        output.building(run_id).mkdir()
        output.publish(run_id, pointer)
    assert (output.folder / "latest").readlink() == Path("20260101T000000Z-0001")
    assert (output.folder / "latest-plan").readlink() == Path("20260101T000000Z-0002")
    for number, said in ((3, '{"pointer": "latest-plan"}'), (4, "{}"), (5, "no manifest")):
        folder = output.folder / f"20260101T000000Z-000{number}"
        folder.mkdir()
        (folder / "manifest.json").write_text(said)
    output.sweep()
    assert (output.folder / "latest").readlink() == Path("20260101T000000Z-0005")
    assert (output.folder / "latest-plan").readlink() == Path("20260101T000000Z-0003")
    assert output.next_run_id(datetime(2026, 1, 1, tzinfo=UTC)).endswith("-0006")


def test_more_than_9999_runs_stay_in_order(output: Output) -> None:
    for number in (9999, 10000):
        (output.folder / f"20260101T000000Z-{number}").mkdir()
    assert output.run_ids()[-1].endswith("-10000")
    assert output.next_run_id(datetime(2026, 1, 1, tzinfo=UTC)).endswith("-10001")


def test_latest_is_a_file_where_links_are_not_allowed(
    output: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: str) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    output.point_latest("20260101T000000Z-0001")
    assert (output.folder / "latest").read_text() == "20260101T000000Z-0001\n"
    assert output.next_run_id(datetime(2026, 1, 1, tzinfo=UTC)).endswith("-0002")


def test_a_run_that_makes_the_folder_at_the_same_moment_is_no_stranger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "runs"
    root.mkdir()
    (root / "..mixproof-runs.77.part").touch()  # the other one is about to mark it
    listing = Path.iterdir

    def marked_meanwhile(folder: Path):
        found = list(listing(folder))
        if folder == root and not (root / MARKER).exists():
            found.append(root / "other")
            (root / MARKER).write_text("")
            (root / "other").mkdir()
        return iter(found)

    monkeypatch.setattr(Path, "iterdir", marked_meanwhile)
    assert open_output(root, "demo", []).folder.is_dir()


def test_latest_that_is_a_folder_is_refused_and_stays(tmp_path: Path) -> None:
    output = open_output(tmp_path / "runs", "demo", [])
    (output.folder / "latest").mkdir()
    with pytest.raises(ConfigError) as refused:
        open_output(tmp_path / "runs", "demo", [])
    assert [fault.code for fault in refused.value.faults] == ["output-latest"]
    (output.folder / "latest").rename(output.folder.parent / "latest-copy")  # the remedy
    assert open_output(tmp_path / "runs", "demo", []) == output


def test_latest_that_leads_to_another_name_is_mended(tmp_path: Path) -> None:
    output = open_output(tmp_path / "runs", "demo", [])
    (output.folder / "latest").symlink_to("../other/20260101T000000Z-0007")
    assert output.next_run_id(datetime(2026, 1, 2, tzinfo=UTC)).endswith("-0001")
    output.sweep()
    assert not (output.folder / "latest").is_symlink()
    (output.folder / "20260101T000000Z-0001").mkdir()
    (output.folder / "latest").symlink_to("../other/20260101T000000Z-0007")
    output.sweep()
    assert (output.folder / "latest").readlink() == Path("20260101T000000Z-0001")
