"""What is not known: warnings, channels that do not stand alone, effects that may be zero, and parts that the run lacks."""

from collections.abc import Sequence

from reports.context import Context
from reports.inputs import records
from reports.page import Block, Column, Section, Table, Text
from reports.planning.quarter import cautions
from reports.wording.planning import TOTAL
from reports.wording.run import group_sentence, listing, open_sentence


def build(context: Context, absent: Sequence[tuple[str, str]]) -> Section:
    """Return what a reader must not take for known, and what the page lacks with how to get it.

    Parameters
    ----------
    context : Context
    absent : sequence of (str, str)
        Parts of the page that the run has no tables for, and how to get them.

    Returns
    -------
    Section
    """
    said = _sentences(context)
    blocks: list[Block] = [Text(said, bullets=True)] if said else []
    notes = [finding.sentence for finding in context.inputs.verdict.by_gravity if finding.status == "note"]
    if notes:
        columns = [Column("Noted by the run's checks", number=False)]
        blocks.append(Table("Notes", columns, [[note] for note in notes], folded=True))
    if absent:
        columns = [Column("Not on this page", number=False), Column("How to get it", number=False)]
        blocks.append(Table("What is missing here", columns, [list(each) for each in absent]))
    if not blocks:
        blocks.append(
            Text(["Nothing beyond the intervals: every check passed, and no part of the page is missing."])
        )
    return Section("unknown", "Not known", "What is not known", blocks)


def _sentences(context: Context) -> list[str]:
    """Return warnings and failures, then what holds of single channels."""
    grave = [
        finding for finding in context.inputs.verdict.by_gravity if finding.status in ("failure", "warning")
    ]
    said = [finding.sentence for finding in grave]
    rows = context.inputs.reported
    around = (rows["contribution_lower"] <= 0) & (rows["contribution_upper"] >= 0)
    said.append(open_sentence(context, [str(name) for name in rows.loc[around, "channel"]]))
    said += [group_sentence(context, row) for row in records(rows[rows["kind"] == "group"])]
    marked: dict[str, list[str]] = {}
    for name, words in cautions(context.inputs, context.groups).items():
        marked.setdefault(words, []).append(name)
    for words, names in marked.items():
        verb = "is" if len(names) == 1 else "are"
        said.append(
            f"{listing(names)} {verb} {words}: only an experiment can say what {'it' if len(names) == 1 else 'they'} earn."
        )
    planned = records(context.inputs.table("plan_channels"))
    beyond = [row for row in planned if row["beyond_observed"] > 0 and row["channel"] != TOTAL]
    said += [
        f"{row['channel']}: {context.numbers.percent(row['beyond_observed'])} of the plan's money lies above "
        "anything spent so far."
        for row in beyond
    ]
    return [sentence for sentence in said if sentence]
