"""The question, what was withheld, and the answer with its interval."""

from reports.context import capital
from reports.experiment_inputs import ExperimentPage
from reports.page import Block, Section, Text, Tile, Tiles
from reports.wording_experiment import ESTIMANDS, answer, question, withheld

_TILES = ("relative_lift", "incremental_outcome", "iroas", "incremental_profit")
_MOST_TILES = 8


def build(page: ExperimentPage) -> Section:
    """Return question, treatment, the large numbers, and the answer in sentences."""
    outcome = page.outcomes[0]
    tiles = [
        Tile(
            page.value(row),
            f"{arm}: {ESTIMANDS[estimand]}" if len(page.arms) > 1 else capital(ESTIMANDS[estimand]),
            f"{row['outcome']}, {page.level(row)} interval {page.interval(row)}",
        )
        for arm in page.arms
        for estimand in _TILES
        if (row := page.primary(arm, estimand, outcome)) is not None
    ]
    said = [answer(page, arm, name) for name in page.outcomes for arm in page.arms]
    blocks: list[Block] = [
        Text([question(page)], lead=True),
        Text(withheld(page)),
        Tiles(tiles[:_MOST_TILES]),
        Text([words for words in said if words], bullets=True),
    ]
    return Section("answer", "Answer", "The question and the answer", blocks)
