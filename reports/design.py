"""The page of planned tests: for each plan what it could show, what it costs, and whether to run it."""

from pathlib import Path
from typing import Any

import pandas as pd

from mixproof.records.verdict import Verdict
from reports.experiment_inputs import write_page
from reports.inputs import RunFolder, groups, provenance_of, records
from reports.numbers import MISSING, Numbers
from reports.page import Block, Column, Facts, Section, Table, Text
from reports.render import Head, render_page
from reports.wording.run import listing, verdict_sentence

Row = dict[str, Any]


def write_designs(run: RunFolder, locale: str | None = None) -> list[Path]:
    """Return the path of the page written for the planned tests of a run: ``report/design.html``.

    Parameters
    ----------
    run : RunFolder
    locale : str, optional
        How numbers are written; default what the run's configuration names under ``report``.

    Returns
    -------
    list of pathlib.Path
        One path.
    """
    numbers = Numbers(locale or dict(run.config.get("report") or {}).get("locale") or "en")
    currency = str(run.config["design"]["currency"])
    source = provenance_of(run.manifest)
    said = {str(f.subject): f.sentence for f in run.verdict.findings if f.check == "design"}
    sections = [
        *(
            _geo(name, rows, numbers, currency, said)
            for name, rows in groups(run.table("design_geo"), "plan")
        ),
        *(
            _holdout(name, rows, numbers, currency, said)
            for name, rows in groups(run.table("design_holdout"), "plan")
        ),
        _files(source.artefacts, source.inputs),
    ]
    head = Head(
        kind="Planned tests",
        title=source.name,
        meta=f"{len(sections) - 1} plans · run {source.run_id}",
        answers=_answers(run),
        verdict=Verdict(tuple(f for f in run.verdict.findings if f.check != "design")),
        grade_sentence=_sentence(run),
        grade_title=_title(run),
        tone="good" if all(_worth(run).values()) else "warn",
        intervals=(
            "Power is the probability of finding the expected lift if it is there; MDE is the lift found with the wanted power."
        ),
        run_id=source.run_id,
        version=source.versions.get("mixproof", ""),
    )
    keyed = [
        Section(f"plan-{place}", part.nav, part.title, part.blocks) for place, part in enumerate(sections, 1)
    ]
    return [write_page(Path(run.path) / "report", "design.html", render_page(head, keyed))]


def _worth(run: RunFolder) -> dict[str, bool]:
    """Return each plan, and whether it is worth running."""
    rows = [row for table in ("design_geo", "design_holdout") for row in records(run.table(table))]
    plans = list(dict.fromkeys(str(row["plan"]) for row in rows))
    return {plan: any(row["run"] for row in rows if row["plan"] == plan) for plan in plans}


def _answers(run: RunFolder) -> list[str]:
    """Return which plans to run, and which not."""
    worth = _worth(run)
    lists = [("Run", [plan for plan, run_it in worth.items() if run_it])]
    lists.append(("Do not run as planned", [plan for plan, run_it in worth.items() if not run_it]))
    return [f"{words}: {listing(plans)}." for words, plans in lists if plans]


def _title(run: RunFolder) -> str:
    worth = _worth(run)
    if len(worth) == 1:
        return "Worth running" if all(worth.values()) else "Not worth running as planned"
    return f"{sum(worth.values())} of {len(worth)} plans are worth running"


def _sentence(run: RunFolder) -> str:
    left = Verdict(tuple(f for f in run.verdict.findings if f.check != "design"))
    simulated = (
        "Power comes from simulated tests and past data; it holds as far as the test's time is like them."
    )
    return f"{simulated} {verdict_sentence(left)}" if left.findings else simulated


def _geo(name: str, frame: pd.DataFrame, numbers: Numbers, currency: str, said: dict[str, str]) -> Section:
    percent = numbers.percent
    columns = [
        Column("Treated geos", number=False),
        Column("Geos"),
        Column("Periods", "test + cool-down"),
        Column("MDE"),
    ]
    columns += [
        Column("Power", "unseen windows, interval"),
        Column("False positives"),
        Column("Budget", currency),
    ]
    columns.append(Column("Run it?", number=False))
    rows = [
        (
            str(r["treated"]) or MISSING,
            numbers.plain(r["geos"]),
            f"{numbers.plain(r['periods'])} + {numbers.plain(r['cooldown'])}",
            percent(r["mde"]) if r["mde"] != float("inf") else "over 100\u00a0%",
            f"{percent(r['power'])} ({percent(r['power_lower'])} to {percent(r['power_upper'])})",
            percent(r["false_positives"]),
            numbers.compact(r["budget"]),
            _advice(r),
        )
        for r in records(frame)
    ]
    advice = {
        True: "Choose the first row that says yes.",
        False: "No row reaches what the plan asks for: none of them is to be run as it stands.",
    }[bool(frame["run"].any())]
    note = (
        "Power is scored on windows that the choice of geos never saw; its interval is wide where they are "
        f"few, and rows whose intervals reach the best power are not ranked by it. {advice}"
    )
    blocks: list[Block] = [Text([said.get(name, "")]), Table("Options", columns, rows, note)]
    return Section("", name[:24], name, blocks)


def _holdout(
    name: str, frame: pd.DataFrame, numbers: Numbers, currency: str, said: dict[str, str]
) -> Section:
    percent = numbers.percent
    columns = [
        Column("Held out"),
        Column("People needed"),
        Column("MDE"),
        Column("Power"),
        Column("Power", "simulated"),
    ]
    columns += [
        Column("Cost of withholding", currency),
        Column("Value", f"{currency} a year"),
        Column("Run it?", number=False),
    ]
    rows = [
        (
            percent(r["holdout_share"]) + (" (best)" if r["best"] else ""),
            numbers.plain(r["users_needed"]),
            percent(r["mde"]),
            percent(r["power"]),
            percent(r["delivered_power"]),
            numbers.compact(r["cost"]),
            numbers.compact(r["value"]),
            _advice(r),
        )
        for r in records(frame)
    ]
    note = "Simulated power comes from tests with skewed orders; cost is expected profit forgone, less media not bought."
    blocks: list[Block] = [Text([said.get(name, "")]), Table("Splits", columns, rows, note)]
    return Section("", name[:24], name, blocks)


def _advice(row: Row) -> str:
    reason = row["reason"] if isinstance(row["reason"], str) else ""
    return "yes" if row["run"] else f"no{': ' + reason if reason else ''}"


def _files(artefacts: Any, inputs: Any) -> Section:
    designs = sorted((name, digest) for name, digest in artefacts.items() if name.startswith("designs/"))
    blocks: list[Block] = [
        Text(
            [
                "A design file names what was planned. Name it under “design” in the experiment, and the analysis says where "
                "the test departs from it."
            ]
        )
    ]
    lists = (("Design files, SHA-256", designs), ("Inputs, SHA-256", sorted(inputs.items())))
    blocks += [Facts(title, pairs, code=True) for title, pairs in lists if pairs]
    return Section("", "Files", "Design files and inputs", blocks)
