"""Releases of a run: looked at by a check, written into the registry by a run, and sealed with it."""

import json
from pathlib import Path

import pytest

from mixproof.errors import PrivacyError
from mixproof.privacy.releases.registry import ANCHOR, Registry
from workflow.run import check, run
from workflow.stages import publish

YAML = """\
name: buyers
privacy:
  tables:
    - {name: buyers, file: t.csv, by: [[region, week]], people: buyers}
"""
ROWS = "region,week,buyers\nn,1,40\nn,2,6\ns,1,30\ns,2,50\n"


def test_a_run_writes_the_registry_before_its_folder_and_a_check_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    config, runs = tmp_path / "data" / "c.yaml", tmp_path / "runs"
    config.parent.mkdir()
    config.write_text(YAML, encoding="utf-8")
    (config.parent / "t.csv").write_text(ROWS, encoding="utf-8")
    check(config, output=runs)
    assert not runs.exists() and publish.ANCHOR == ANCHOR
    first = run(config, output=runs)
    head = json.loads((first.run_dir / "released" / ANCHOR).read_text(encoding="utf-8"))
    assert head == Registry(runs).head() and head["length"] == 1
    assert "released/buyers_by_region_week.csv" in (first.run_dir / "manifest.json").read_text(
        encoding="utf-8"
    )
    again = run(config, output=runs)
    tables = [one.run_dir / "released" / "buyers_by_region_week.csv" for one in (first, again)]
    assert tables[0].read_bytes() == tables[1].read_bytes()
    (config.parent / "c.yaml").write_text(YAML.replace("[[region, week]]", "[[region]]"), encoding="utf-8")
    (config.parent / "t.csv").write_text("region,buyers\nn,43\ns,80\n", encoding="utf-8")
    before = sorted(path.name for path in (runs / "buyers").iterdir())
    run(config, output=runs)  # coarser rows stay as the finer ones add up to
    renamed = [("week", "day"), ("40", "43"), (",1,", ",x,"), (",2,", ",y,")]
    (config.parent / "c.yaml").write_text(YAML.replace("week", "day"), encoding="utf-8")
    text = ROWS
    for old, new in renamed:
        text = text.replace(old, new)
    (config.parent / "t.csv").write_text(text, encoding="utf-8")
    with pytest.raises(PrivacyError, match="differs from an earlier release by fewer than 10 people"):
        run(config, output=runs)
    assert len(list((runs / "buyers").iterdir())) == len(before) + 1
    assert [entry.outcome for entry in Registry(runs).entries] == [
        "released",
        "stored",
        "released",
        "refused",
    ]
