"""The face's functions: a run is returned whatever its verdict, trouble is raised, and a run shows its verdict first."""

from pathlib import Path

import pandas as pd
import pytest

from mixproof.errors import ConfigError, DataError
from mixproof.records.verdict import Grade
from workflow import notebook

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("status", "grade"), [("pass", Grade.REPORTABLE), ("failure", Grade.NOT_REPORTABLE)])
def test_a_run_is_returned_whatever_its_verdict(world, capsys, status: str, grade: Grade) -> None:
    world.status = status
    run = notebook.run(str(world.config), output=world.runs)
    assert run.verdict.grade is grade
    assert run.tables == ("columns", "numbers")
    assert run.panel().channels == ["tv"]
    assert "sampling" in capsys.readouterr().err
    again = notebook.open_run(world.runs / "small" / "latest")
    assert (type(again), again.path) == (notebook.Run, run.path)


def test_quiet_is_quiet(world, capsys) -> None:
    notebook.run(world.config, output=world.runs, quiet=True)
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")


def test_a_run_shows_its_verdict_before_its_channels(world) -> None:
    def table(name: str) -> pd.DataFrame:
        amounts = {
            f"{of}_{part}": [1.5] for of in ("contribution", "roi") for part in ("mean", "lower", "upper")
        }
        return pd.DataFrame(
            {"channel": [name], "kind": ["paid"], "spend": [2.0], **amounts, "reported_as": ["channel"]}
        )

    world.status = "failure"
    plain = world.analyse

    def analyse(*given: object, **how: object):
        found = plain(*given, **how)
        found.tables["channels"] = table("<b>tv</b>")
        return found

    world.analyse = analyse
    run = notebook.run(world.config, output=world.runs, quiet=True)
    html = run._repr_html_()
    assert html.index("Not reportable") < html.index("A sentence with 1 number.") < html.index("&lt;b&gt;tv")
    assert "<b>tv" not in html
    assert list(run.channels["channel"]) == ["<b>tv</b>"]
    assert "roi" in dir(run.plot)


def test_a_run_without_a_model_shows_its_tables(world) -> None:
    run = notebook.run(world.config, output=world.runs, quiet=True)
    assert "numbers" in run._repr_html_()
    assert dir(run.plot) == []
    with pytest.raises(ConfigError, match="There is none"):
        run.plot.roi()


def test_trouble_is_raised(world) -> None:
    world.config.write_text(world.config.read_text().replace("currency: EUR", "currency: EURO"))
    for action in (notebook.run, notebook.check, notebook.read_panel):
        with pytest.raises(ConfigError):
            action(world.config)


def test_broken_data_are_told(world, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # the real reader
    (world.config.parent / "media.csv").write_text("week,revenue,tv\n2024-01-01,ten,1\n")
    with pytest.raises(DataError):
        notebook.read_panel(world.config)


def test_step_by_step_needs_data() -> None:
    with pytest.raises(ConfigError, match="no `data` section"):
        notebook.read_panel(ROOT / "configs" / "lift_design.yaml")
