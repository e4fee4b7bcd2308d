"""What is asked of a cell: its answers, the test without its cool-down, and further outcomes, judged with the first."""

from collections.abc import Sequence
from dataclasses import replace

from lift.experiment import Context
from lift.geo.answers.cell_answer import AnalysedCell
from lift.geo.answers.rows import Row, lift_rows
from lift.geo.cell import analyse_cell, effect_of_test_alone
from lift.geo.config import Cell, Geo
from lift.geo.data.experiment_data import GeoTest, cell_setting, cell_test, read_test
from lift.geo.trust.checks import findings
from lift.holdout.methods.several import holm
from mixproof.records.verdict import Finding


def analysed(test: GeoTest, cell: Cell, level: float, seed: int) -> AnalysedCell:
    """Return one cell with its answers.

    Parameters
    ----------
    test : GeoTest
    cell : Cell
    level : float
    seed : int

    Returns
    -------
    AnalysedCell
    """
    own = cell_test(test, cell)
    geos, setting = cell_setting(own, cell, level, seed)
    return AnalysedCell(own, cell, geos, setting, analyse_cell(setting))


def without_cooldown(found: AnalysedCell) -> list[Row]:
    """Return the increment of the test alone, where a cool-down is part of the main answer."""
    test, setting = found.test, found.setting
    if not test.cooldown:
        return []
    last = test.split + test.test
    effect = effect_of_test_alone(setting, found.answer, test.test)
    if effect is None:
        spend = None if setting.spend is None else setting.spend[:, :last]
        shorter = replace(setting, outcome=setting.outcome[:, :last], spend=spend, compare=False)
        effect = analyse_cell(shorter).effect
    first = lift_rows(found, effect)[0]
    return [{**first, "method": f"{first['method']}, test without cool-down"}]


def secondary_outcomes(
    experiment: Geo, context: Context, cells: Sequence[AnalysedCell]
) -> tuple[list[Row], tuple[Finding, ...]]:
    """Return rows of further outcomes, at a level that holds for all of them, and Holm's p-values in words.

    They are the same cells on other series; no evidence and no pool holds them, for they are no tests of their own.

    Parameters
    ----------
    experiment : Geo
    context : Context
    cells : sequence of AnalysedCell
        Of the first outcome.

    Returns
    -------
    rows : list of Row
        With role ``secondary``.
    findings : tuple of Finding

    Raises
    ------
    DataError
        A column lacks, or its values are faulty.
    """
    outcomes = 1 + len(experiment.secondary)
    # Judged each at the level of all of them, an error among the outcomes is no likelier than the stated level allows.
    level = 1 - (1 - context.level_of(experiment)) / outcomes
    asked = []
    for outcome in experiment.secondary:
        data = experiment.data.model_copy(update={**outcome.model_dump(), "spend": None})
        section = experiment.model_copy(update={"data": data, "secondary": ()})
        test = read_test(section, context.folder, context.currency)
        asked += [analysed(test, cell, level, context.seed) for cell in experiment.cells]
    if not asked:
        return [], ()
    adjusted = holm([found.answer.effect.p_value for found in (*cells, *asked)])
    words = f"judged at the level at which {outcomes} outcomes together err as seldom as stated"
    rows = [
        {**row, "role": "secondary", "note": "; ".join(filter(None, (words, row["note"])))}
        for found in asked
        for row in lift_rows(found)
        if row["role"] == "primary" and row["estimand"] in ("incremental_outcome", "relative_lift")
    ]
    parts = [
        f"{found.test.units.outcome}{f' in {found.cell.name}' if len(experiment.cells) > 1 else ''} {p:.3g}"
        for found, p in zip((*cells, *asked), adjusted, strict=True)
    ]
    text = f"{outcomes} outcomes were tested; p-values for all together (Holm): {', '.join(parts)}."
    finding = Finding("several_outcomes", "pass", text, min(adjusted), None, experiment.name)
    return rows, (finding, *_poor_fits(asked))


def _poor_fits(asked: Sequence[AnalysedCell]) -> list[Finding]:
    """Return the warnings of further outcomes that their answers need, each with the name of its outcome."""
    kept = ("coverage", "interval_shape", "pre_test_fit")
    return [
        replace(item, status="warning", sentence=f"{found.test.units.outcome}: {item.sentence}")
        for found in asked
        for item in findings(found)
        if item.check in kept and item.status != "pass"
    ]
