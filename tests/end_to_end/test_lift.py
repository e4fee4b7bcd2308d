"""Experiments and designs from the command line: tables, evidence, pages, codes and messages."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from lift.geo.data.design_file import read_design
from mixproof.records.evidence import Evidence
from mixproof.records.run import Run, verify
from workflow.cli import app
from workflow.tables import TABLES

ROOT = Path(__file__).parents[2]
CONFIGS = ROOT / "configs"
RUNNER = CliRunner()
SAMPLERS = {"pymc", "nutpie", "arviz", "pytensor", "numba", "matplotlib", "xarray"}
COMMANDS = """
import json, sys
from workflow.cli import main
for words in json.loads(sys.argv[1]):
    sys.argv = ["mixproof", *words]
    try:
        main()
    except SystemExit as end:
        assert not end.code, end.code
    print("ANSWERED")
print(*sys.modules)
"""
LIFT = {
    "experiment",
    "channel",
    "estimand",
    "estimate",
    "lower",
    "upper",
    "se",
    "p_value",
    "unit",
    "method",
    "verdict",
}


def call(*arguments: object) -> Result:
    """Run the command line in this process."""
    return RUNNER.invoke(app, [str(argument) for argument in arguments])


@dataclass(frozen=True)
class Shipped:
    """The shipped experiments and design, run by the command one after another in a process of its own.

    Parameters
    ----------
    runs : Path
        The folder of the runs.
    answers : dict of str to str
        What each said, by the name of its config.
    packages : set of str
        What the process had imported in the end.
    """

    runs: Path
    answers: dict[str, str]
    packages: set[str]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Shipped:
    runs = tmp_path_factory.mktemp("runs")
    how = {"lift_holdout": "run", "lift_geo": "lift", "lift_design": "design"}
    words = [
        [command, str(CONFIGS / f"{name}.yaml"), "--output", str(runs), "--json"]
        for name, command in how.items()
    ]
    done = subprocess.run(
        [sys.executable, "-c", COMMANDS, json.dumps(words)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    *answers, modules = done.stdout.split("ANSWERED\n")
    packages = {module.split(".")[0] for module in modules.split()}
    return Shipped(runs, dict(zip(how, answers, strict=True)), packages)


def test_experiments_import_no_sampler(shipped: Shipped) -> None:
    assert "lift" in shipped.packages
    assert not shipped.packages & SAMPLERS


@pytest.mark.parametrize(
    ("name", "pages", "evidence"),
    [("lift_holdout", 3, 5), ("lift_geo", 2, 2)],
)
def test_shipped_experiments_run(shipped: Shipped, name: str, pages: int, evidence: int) -> None:
    assert json.loads(shipped.answers[name])["verdict"]["grade"] == "reportable with warnings"
    run = Run.open(shipped.runs / name / "latest")
    assert verify(run.path).identical
    assert set(run.manifest["stages"]) == {"lift", "report", "publish"}
    for spec in TABLES:
        if spec.name in run.tables:
            assert list(run.table(spec.name).columns) == [column.name for column in spec.columns]
    rows = run.table("lift")
    assert set(rows.columns) >= LIFT
    inside = rows[rows["p_value"].notna() & (rows["estimand"] != "cost_per_incremental")]
    agree = (inside["p_value"] < 1 - inside["level"] - 1e-9) == (
        (inside["lower"] > 0) | (inside["upper"] < 0)
    )
    assert agree[inside["note"].eq("") | inside["note"].isna()].all()
    files = [file for file in run.manifest["artefacts"] if file.startswith("evidence/")]
    assert len(files) == evidence
    for file in files:
        assert Evidence.from_json((run.path / file).read_text()).experiment in set(rows["experiment"])
    assert len(list(run.path.glob("report/experiment-*.html"))) == pages
    assert (run.path / "report/experiments.xlsx").exists()
    assert (
        set(run.manifest["inputs"])
        == {file for file in run.manifest["inputs"] if file.startswith("data/")}
        != set()
    )


def test_a_changed_evidence_file_is_found(shipped: Shipped) -> None:
    latest = Run.open(shipped.runs / "lift_holdout" / "latest").path
    file = next(latest.glob("evidence/*.json"))
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b"9", b"8", 1))
    found = call("verify", latest, "--json")
    file.write_bytes(whole)
    assert found.exit_code == 8
    assert f"evidence/{file.name}" in found.stdout


def test_a_design_becomes_files_that_the_analysis_reads(shipped: Shipped) -> None:
    run = Run.open(shipped.runs / "lift_design" / "latest")
    assert verify(run.path).identical
    (file,) = run.path.glob("designs/*.design.json")
    plan = read_design(file.parent, file.name)
    options = run.table("design_geo")
    assert " + ".join(plan.treated) == options["treated"].iloc[0]
    assert (run.path / "report/design.html").exists()
    assert run.table("design_holdout")["best"].sum() == 1


def test_the_same_yaml_gives_the_same_bytes(shipped: Shipped, tmp_path: Path) -> None:
    assert call("lift", CONFIGS / "lift_holdout.yaml", "--output", tmp_path, "--quiet").exit_code == 0
    hashes = []
    for runs in (shipped.runs, tmp_path):
        found = Run.open(runs / "lift_holdout" / "latest").manifest["artefacts"]
        hashes.append({name: value for name, value in found.items() if not name.endswith(".html")})
    assert hashes[0] == hashes[1]


IMPORTED = """\
name: torture
lift:
  currency: EUR
  experiments:
    - name: test
      kind: imported
      source: other
      channels: [tv]
      start: 2024-01-01
      end: 2024-01-28
      scope: total
      outcome_kind: revenue
      unit: EUR
      point: 5.0
      lower: 1.0
      upper: 9.0
      interval_level: 0.9
"""
SECOND = IMPORTED[IMPORTED.index("    - name: test") :].replace("name: test", "name: again")
GEO = """\
name: torture
lift:
  currency: EUR
  experiments:
    - name: test
      kind: geo
      channels: [tv]
      start: 2024-03-04
      end: 2024-03-17
      data: {file: geo.csv, outcome: orders}
      cells: [{name: treated, geos: [north]}]
"""
HOLDOUT = """\
name: torture
lift:
  currency: EUR
  experiments:
    - name: test
      kind: holdout
      channels: [tv]
      table: people.csv
      columns: {arm: arm, users: users, converters: converters}
      control: {name: out, share: 0.5}
      arms: [{name: in, share: 0.5}]
"""
PANEL = """\
data:
  frequency: weekly
  currency: EUR
  tables: [{file: media.csv, date: week}]
  outcome: {column: revenue, kind: revenue}
  channels: [{name: tv, spend: tv}]
"""


def geo_table(
    folder: Path, geos: Callable[[int], str] = ["north", "east", "south", "west"].__getitem__
) -> None:
    """Write 90 days of four geos."""
    days = pd.date_range("2024-01-01", periods=90).strftime("%Y-%m-%d")
    rows = [
        (geos(g), day, 100 + 7 * g + (3 * g + t * (g + 2)) % 11)
        for g in range(4)
        for t, day in enumerate(days)
    ]
    pd.DataFrame(rows, columns=["geo", "date", "orders"]).to_csv(folder / "geo.csv", index=False)


def people(folder: Path, *rows: str) -> None:
    """Write the table of a holdout."""
    (folder / "people.csv").write_text("\n".join(["arm,users,converters", *rows]) + "\n")


def person(number: int) -> str:
    """Return a new user id for every geo."""
    return f"user{number:04d}@example.org"


def crowd(folder: Path) -> None:
    """Write a table in which nearly every row has a geo of its own: those are people."""
    rows = [(f"u{n:05d}", f"2024-01-{1 + n % 28:02d}", 1) for n in range(400)]
    pd.DataFrame(rows, columns=["geo", "date", "orders"]).to_csv(folder / "geo.csv", index=False)


def media(folder: Path) -> None:
    """Write a year of weeks for a model."""
    weeks = pd.date_range("2024-01-01", periods=60, freq="7D").strftime("%Y-%m-%d")
    frame = pd.DataFrame(
        {
            "week": weeks,
            "revenue": [100.0 + t % 7 for t in range(60)],
            "tv": [float(t % 5) for t in range(60)],
        }
    )
    frame.to_csv(folder / "media.csv", index=False)


GOOD = ("in,5000,500", "out,5000,450")
FAULTY = {
    # torture line 57
    "geo test after the data": (GEO.replace("end: 2024-03-17", "end: 2024-06-30"), geo_table, 3, "geo-window"),
    "no standard error": (
        IMPORTED.replace("lower: 1.0", "se: 0.0").replace("      upper: 9.0\n      interval_level: 0.9\n", ""),
        None,
        3,
        "import-spread",
    ),
    "point outside its interval": (IMPORTED.replace("point: 5.0", "point: 50.0"), None, 3, "import-interval"),
    "two tests at once": (IMPORTED + SECOND, None, 3, "lift-overlap"),
    "outside the panel": (
        IMPORTED.replace("2024-01-28", "2026-01-28").replace("scope", "in_panel: true\n      scope") + PANEL,
        media,
        3,
        "lift-window",
    ),
    # torture line 58
    "another currency": (IMPORTED.replace("unit: EUR", "unit: USD"), None, 3, "import-unit"),
    "per user, without users": (IMPORTED.replace("scope: total", "scope: per_user"), None, 3, "import-scale"),
    # torture line 60
    "people as geos": (GEO.replace("[north]", '["a@example.org"]'), lambda f: geo_table(f, person), 4, "config-identifier"),
    "nearly a geo a row": (GEO.replace("[north]", "[u00001]"), crowd, 4, "identifier"),
    # health of holdouts
    "more converters than people": (HOLDOUT, lambda f: people(f, "in,50,500", "out,5000,450"), 3, "holdout-impossible"),
    "an arm that is not named": (HOLDOUT, lambda f: people(f, *GOOD, "other,5,1"), 3, "holdout-arm"),
    "an arm twice": (HOLDOUT, lambda f: people(f, *GOOD, GOOD[0]), 3, "holdout-duplicate"),
    "no such column": (HOLDOUT.replace("users: users", "users: heads"), lambda f: people(f, *GOOD), 3, "holdout-column"),
    "no such geo": (GEO.replace("[north]", "[nroth]"), geo_table, 3, "geo-unknown"),
    # paths
    "a path out of the folder": (GEO.replace("geo.csv", "../geo.csv"), geo_table, 2, None),
    "a path of the machine": (HOLDOUT.replace("people.csv", "/etc/passwd"), None, 2, None),
    "no such file": (GEO, None, 3, None),
    "a design of nothing": (GEO + "      design: none.json\n", geo_table, 3, None),
}  # fmt: skip


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.parametrize("case", FAULTY)
def test_bad_inputs_have_their_code_and_leave_nothing(case: str, command: str, tmp_path: Path) -> None:
    text, make, exit_code, code = FAULTY[case]
    config = tmp_path / "torture.yaml"
    config.write_text(text)
    if make is not None:
        make(tmp_path)
    output = ["--output", str(tmp_path / "runs")] if command == "run" else []
    found = call(command, config, *output, "--json", "--quiet")
    record = json.loads(found.stdout)
    assert (found.exit_code, record["exit_code"]) == (exit_code, exit_code), found.output
    codes = {fault["code"] for fault in record["faults"]}
    assert code is None or code in codes, record
    assert all(fault["where"] and fault["what"] and fault["remedy"] for fault in record["faults"])
    assert "Traceback" not in found.output
    assert "@example.org" not in found.output
    assert not list((tmp_path / "runs").rglob("manifest.json"))


def test_a_broken_split_is_written_marked_and_5(tmp_path: Path) -> None:
    people(tmp_path, "in,5000,500", "out,4000,360")
    config = tmp_path / "torture.yaml"
    config.write_text(HOLDOUT)
    found = call("lift", config, "--output", tmp_path / "runs", "--json", "--quiet")
    assert found.exit_code == 5, found.output
    run = Run.open(tmp_path / "runs" / "torture" / "latest")
    assert set(run.table("lift")["verdict"]) == {"not reportable"}
    (page,) = run.path.glob("report/*.html")
    assert 'class="watermark"' in page.read_text()


@pytest.mark.parametrize("command", ["lift", "design"])
def test_a_section_that_is_not_there(command: str, tmp_path: Path) -> None:
    media(tmp_path)
    config = tmp_path / "brand.yaml"
    config.write_text("name: brand\n" + PANEL)
    found = call(command, config, "--output", tmp_path / "runs", "--json")
    assert found.exit_code == 2
    assert json.loads(found.stdout)["faults"][0]["code"] == "config-section"


def test_check_of_experiments_says_how_they_stand(tmp_path: Path) -> None:
    people(tmp_path, *GOOD)
    config = tmp_path / "torture.yaml"
    config.write_text(HOLDOUT)
    found = call("check", config)
    assert found.exit_code == 0, found.output
    assert "lift:    test: reportable" in found.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["people.csv", "torture.yaml"]
