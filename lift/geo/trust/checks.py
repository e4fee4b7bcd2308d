"""What must be known before a geo experiment is believed: one finding each, in plain words."""

from collections.abc import Sequence

import numpy as np

from lift.geo.answers.cell_answer import AnalysedCell, CellAnswer
from lift.geo.config import Cell
from lift.geo.data.experiment_data import GeoTest
from lift.geo.data.setting import Setting
from lift.holdout.methods.several import holm
from mixproof.records.verdict import Finding, Status

CONTROL_SPEND = 0.1
"""Relative change of spend in control geos that is worth a warning."""
POOR_FIT = 0.1
"""Pre-test error as a share of the treated geos' outcome above which the counterfactual is doubtful."""


def findings(found: AnalysedCell) -> tuple[Finding, ...]:
    """Return the findings about one cell."""
    test, setting, answer = found.test, found.setting, found.answer
    items = [
        _certificate(answer),
        _own_windows(answer),
        _shape(answer),
        _fit(found),
        _length(setting),
        _assignment(answer),
        _control_spend(setting),
        _dose(setting, answer),
        *_design(test, found.cell),
        *(("left_out", "warning", notice, None, None) for notice in test.series.notices),
        _unused(test),
    ]
    label = f"cell {found.cell.name}: " if len(test.section.cells) > 1 else ""
    return tuple(
        Finding(name, status, f"{label}{sentence}", value, threshold, test.section.name)
        for item in items
        if item is not None
        for name, status, sentence, value, threshold in [item]
    )


def multiplicity(cells: Sequence[AnalysedCell]) -> list[Finding]:
    """Return what Holm's correction over cells leaves of the p-values; nothing where there is one cell."""
    if len(cells) < 2:
        return []
    p = [found.answer.effect.p_value for found in cells]
    adjusted = holm(p)
    parts = [f"{cells[i].cell.name} {adjusted[i]:.3g}" for i in np.argsort(p, kind="stable")]
    text = f"{len(p)} cells were tested; p-values for all together (Holm): {', '.join(parts)}."
    return [Finding("several_cells", "pass", text, min(adjusted), None, cells[0].test.section.name)]


_Item = tuple[str, Status, str, float | None, float | None]


def _certificate(answer: CellAnswer) -> _Item:
    certificate = answer.certificate
    if not certificate.pseudo_tests:
        return ("coverage", "warning", certificate.sentence, None, None)
    # What pseudo-tests ask for has been put on the interval; only what no width can mend is refused.
    few = not certificate.full or certificate.widen > 1
    status: Status = "failure" if not certificate.mendable else "warning" if few else "pass"
    return ("coverage", status, certificate.sentence, certificate.coverage_printed, certificate.level)


def _own_windows(answer: CellAnswer) -> _Item | None:
    certificate = answer.certificate
    if certificate.own_windows < 3:
        return None
    share = certificate.own_covered / certificate.own_windows
    text = (
        f"In {certificate.own_covered} of {certificate.own_windows} windows before the test the interval of the treated "
        "geos themselves held the truth."
    )
    return (
        "treated_geos_before_test",
        "pass" if share >= certificate.level - 0.25 else "warning",
        text,
        share,
        None,
    )


def _shape(answer: CellAnswer) -> _Item:
    words, declared = answer.effect.words, answer.effect.one_sided
    return (
        "interval_shape",
        "failure" if answer.effect.says_nothing else "warning" if words and not declared else "pass",
        (words or "The interval is bounded.").capitalize() + ("." if words else ""),
        None,
        None,
    )


def _fit(found: AnalysedCell) -> _Item:
    before = slice(found.setting.split)
    actual = found.actual[before]
    error = float((found.gap[before] ** 2).mean() ** 0.5)
    relative = error / abs(float(actual.mean())) if actual.mean() else float("inf")
    text = f"Before the test the counterfactual misses the treated geos' outcome by {relative:.1%} in a typical period."
    return ("pre_test_fit", "warning" if relative > POOR_FIT else "pass", text, relative, POOR_FIT)


def _length(setting: Setting) -> _Item:
    ratio = setting.split / setting.periods
    text = (
        f"The data have {setting.split} periods before the test; test and cool-down take {setting.periods}, and at least four "
        f"times as many ({4 * setting.periods}) are advised before."
    )
    if ratio < 1:
        text += (
            " The test is longer than its history: it holds because the geos were drawn, and nothing before the test can show "
            "how the analysis fares."
        )
    return ("time_before_test", "pass" if ratio >= 4 else "warning", text, ratio, 4.0)


def _assignment(answer: CellAnswer) -> _Item:
    smallest = f"the smallest p-value {answer.effect.references} references can give is {answer.effect.minimum_p:.3g}"
    factor = answer.effect.widened / answer.certificate.widen
    if factor > 1:
        smallest += f"; their spread is taken {factor:.3g} times, because so few control geos understate it"
    words = {
        "randomisation": "The geos were drawn; the treated set is compared with others that the draw could have given "
        f"({smallest}).",
        "placebo": (
            "The geos were not drawn at random; the treated set is compared with other sets of its size as if it had been "
            f"({smallest})."
        ),
        "conformal": f"Too few sets of geos for a placebo test, or as asked: stretches of time are compared ({smallest}).",
        "sign flips": f"Within each pair the treated geo is taken as drawn ({smallest}).",
    }
    return ("assignment", "pass", words[answer.inference], answer.effect.minimum_p, None)


def _control_spend(setting: Setting) -> _Item | None:
    if setting.spend is None:
        return None
    control = setting.spend[~setting.treated].sum(axis=0)
    before = float(control[: setting.split].mean())
    if not before:
        return None
    change = float(control[setting.split :].mean()) / before - 1
    text = f"Spend in the control geos was {change:+.1%} against the time before the test."
    return (
        "control_spend",
        "warning" if abs(change) > CONTROL_SPEND else "pass",
        text,
        change,
        CONTROL_SPEND,
    )


def _dose(setting: Setting, answer: CellAnswer) -> _Item | None:
    if setting.spend is None:
        return None
    spend = answer.joint.combination(0.0, 1.0)
    if spend.covers(0.0):
        text = "The test did not change spend by more than chance would, so no return on spend can be stated."
        return ("dose", "warning", text, spend.point, None)
    return ("dose", "pass", f"The test changed spend by {spend.point:,.0f}.", spend.point, None)


def _design(test: GeoTest, cell: Cell) -> list[_Item]:
    """Return how the test departs from its design file."""
    design = test.design
    if design is None:
        return []
    gone = []
    if set(design.treated) != set(cell.geos):
        gone.append("other geos were treated than planned")
    if (design.periods, design.cooldown) != (test.test, test.cooldown):
        gone.append(
            f"it ran {test.test} + {test.cooldown} periods, planned were {design.periods} + {design.cooldown}"
        )
    if design.method != test.section.method:
        gone.append(f"it is analysed by {test.section.method}, planned was {design.method}")
    if set(design.excluded) != set(test.section.excluded):
        gone.append("other geos are excluded than planned")
    if not design.run:
        gone.append("the design said: do not run")
    text = (
        f"The test departs from its design: {'; '.join(gone)}."
        if gone
        else "The test was run and analysed as designed."
    )
    return [("design", "warning" if gone else "pass", text, float(len(gone)), None)]


def _unused(test: GeoTest) -> _Item | None:
    if not test.unused:
        return None
    text = f"{test.unused} periods after the cool-down are in the table and are not read."
    return ("unused_periods", "pass", text, float(test.unused), None)
