"""Every answer and every check of an experiment, as tables."""

from mixproof.records.verdict import RESULTS
from reports.experiment_inputs import ExperimentPage
from reports.inputs import records
from reports.page import Block, Column, Section, Table
from reports.wording.experiment import ESTIMANDS


def build(page: ExperimentPage) -> Section:
    """Return checks, all answers, the arms, and the donors of each cell."""
    blocks: list[Block] = [_checks(page), _answers(page)]
    if len(page.tables["lift_arms"]):
        blocks.append(_arms(page))
    if len(page.tables["lift_donors"]):
        blocks.append(_donors(page))
    return Section("numbers", "All numbers", "All checks and all numbers", blocks)


def _checks(page: ExperimentPage) -> Table:
    columns = [Column("Result", number=False), Column("Check", number=False), Column("Finding", number=False)]
    rows = [(RESULTS[f.status], f.check.replace("_", " "), f.sentence) for f in page.verdict.by_gravity]
    return Table("Checks", columns, rows)


def _answers(page: ExperimentPage) -> Table:
    columns = [Column(head, number=False) for head in ("Arm", "Outcome", "What", "Role")]
    columns += [Column("Estimate"), Column("Interval"), Column("p"), Column("Method", number=False)]
    columns.append(Column("Note", number=False))
    rows = [
        (
            str(row["arm"]),
            str(row["outcome"]),
            ESTIMANDS.get(str(row["estimand"]), str(row["estimand"]).replace("_", " ")),
            str(row["role"]),
            page.value(row),
            page.interval(row),
            page.chance(row),
            str(row["method"]).replace("_", " "),
            str(row["note"]),
        )
        for row in records(page.tables["lift"])
    ]
    return Table("All answers", columns, rows, folded=True)


def _arms(page: ExperimentPage) -> Table:
    plain = page.numbers.plain
    columns = [
        Column("Arm", number=False),
        Column("Role", number=False),
        Column("People"),
        Column("Converters"),
    ]
    columns += [Column("Rate"), Column("Revenue", page.currency), Column("Revenue per person", page.currency)]
    rows = [
        (
            str(row["arm"]),
            str(row["role"]),
            plain(row["users"]),
            plain(row["converters"]),
            f"{plain(100 * row['conversion_rate'], 2)}\u00a0%",
            plain(row["revenue"]),
            plain(row["revenue_per_user"], 3),
        )
        for row in records(page.tables["lift_arms"])
    ]
    return Table("Arms as they were counted", columns, rows)


def _donors(page: ExperimentPage) -> Table:
    frame = page.tables["lift_donors"].sort_values(["arm", "weight"], ascending=[True, False], kind="stable")
    columns = [Column("Cell", number=False), Column("Control geo", number=False), Column("Weight")]
    rows = [(str(r["arm"]), str(r["geo"]), page.numbers.percent(r["weight"])) for r in records(frame)]
    return Table("What the counterfactual is made of", columns, rows, folded=True)
