"""The question, what was withheld, and the answer with its interval."""

from reports.context import capital
from reports.experiment_inputs import ExperimentPage, Row
from reports.page import Block, Section, Text, Tile, Tiles
from reports.wording.experiment import ESTIMANDS, answer, no_ratio, question, withheld

_TILES = ("relative_lift", "incremental_outcome", "iroas", "incremental_profit")
_MOST_TILES = 8
_AMOUNTS = {"incremental_outcome", "incremental_profit"}
"""Their unit stands in the label: a large number with a long unit would not fit its tile."""


def build(page: ExperimentPage) -> Section:
    """Return question, treatment, the large numbers, and the answer in sentences."""
    outcome = page.outcomes[0]
    tiles = [
        Tile(
            page.value({**row, "unit": ""}) if estimand in _AMOUNTS else page.value(row),
            _label(page, arm, row),
            f"{row['outcome']}, {page.level(row)} interval {page.interval(row)}",
        )
        for arm in page.arms
        for estimand in _TILES
        if (row := page.primary(arm, estimand, outcome)) is not None and not no_ratio(row)
    ]
    said = [answer(page, arm, name) for name in page.outcomes for arm in page.arms]
    blocks: list[Block] = [
        Text([question(page)], lead=True),
        Text(withheld(page)),
        Tiles(tiles[:_MOST_TILES]),
        Text([words for words in said if words], bullets=True),
    ]
    return Section("answer", "Answer", "The question and the answer", blocks)


def _label(page: ExperimentPage, arm: str, row: Row) -> str:
    """Return what a tile shows, with the arm where there are several."""
    what = ESTIMANDS[str(row["estimand"])] + (f" ({row['unit']})" if row["estimand"] in _AMOUNTS else "")
    return f"{arm}: {what}" if len(page.arms) > 1 else capital(what)
