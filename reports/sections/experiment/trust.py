"""How far the interval may be trusted: the certificate, placebo tests, other methods, and the health of the test."""

from reports.charts import experiment
from reports.charts.palette import ACCENT, FAINT
from reports.context import capital
from reports.experiment_inputs import ExperimentPage
from reports.inputs import records
from reports.page import Block, Column, Figure, Section, Table, Text

_HEALTH = (
    "sample_ratio",
    "assignment",
    "balance",
    "missing_days",
    "arrivals",
    "whales",
    "pre_test_fit",
    "control_spend",
    "left_out",
    "estimands",
    "other_methods",
)


def build(page: ExperimentPage) -> Section:
    """Return certificate, placebo distribution and comparisons of each arm."""
    grounds, *facts = _grounds(page)
    blocks: list[Block] = [Text([grounds]), Text(facts, bullets=True)]
    if len(page.tables["lift_certificate"]):
        blocks.append(_certificate(page))
    for arm in page.arms:
        blocks += [*_placebo(page, arm), *_comparisons(page, arm)]
    blocks += _between_cells(page)
    return Section("trust", "Trust", "How far the interval may be trusted", blocks)


def _grounds(page: ExperimentPage) -> list[str]:
    """Return on what the interval rests, in words, with the findings about it."""
    first = {
        "holdout": "People were assigned by chance, so the interval needs no model of behaviour; it holds as long as the "
        "assignment was carried out as planned:",
        "geo": _geo_grounds(page),
        "imported": "Data and method of this result were not seen here; its interval is taken as it was stated.",
    }[page.kind]
    return [
        first,
        *(capital(finding.sentence) for finding in page.verdict.findings if finding.check in _HEALTH),
    ]


def _geo_grounds(page: ExperimentPage) -> str:
    """Return on what the interval of a geo test rests: pseudo-tests, or nothing where the history is too short."""
    certificates = page.tables["lift_certificate"]
    if len(certificates) and (certificates["pseudo_tests"] == 0).any():
        return "Geos differ, and the history is too short to test the interval before the test: it rests on assumptions."
    if "separate" in certificates and (certificates["separate"] < 2).any():
        return "Geos differ. The history is short, so the interval was tried before the test in little more than one window."
    return "Geos differ, so the interval is tested where the truth is known: on this data, before the test."


def _certificate(page: ExperimentPage) -> Table:
    percent = page.numbers.percent
    columns = [
        Column("Cell", number=False),
        Column("Pseudo-tests", "(independent)"),
        Column("Nominal", "coverage"),
        Column("Found", "coverage"),
        Column("Widened by", "factor"),
        Column("As printed", "coverage"),
        Column("False positives"),
        Column("Bias", "of outcome"),
        Column("RMSE", "of outcome"),
    ]
    rows = [
        (
            str(row["arm"]),
            f"{page.numbers.plain(row['pseudo_tests'])} ({page.numbers.plain(row.get('effective'))})",
            percent(row["level"]),
            percent(row["coverage"]),
            page.numbers.plain(row["widen"], 2),
            percent(row["coverage_printed"]),
            percent(row["false_positives"]),
            percent(row["bias"]),
            percent(row["rmse"]),
        )
        for row in records(page.tables["lift_certificate"])
    ]
    note = (
        "Each pseudo-test pretends that other geos of like size and fit were treated in a window before the test, adds a known "
        "effect, and runs the whole analysis: does the printed kind of interval hold the truth as often as it says? "
        "Windows and sets overlap, so the tests are worth fewer; the interval is widened as far as these support."
    )
    return Table("Coverage certificate", columns, rows, note)


def _placebo(page: ExperimentPage, arm: str) -> list[Block]:
    frame = page.of_arm("lift_placebo", arm)
    if frame.empty:
        return []
    observed = float(frame.loc[frame["observed"], "statistic"].iloc[0])
    others = frame.loc[~frame["observed"], "statistic"].tolist()
    extreme = sum(abs(value) >= abs(observed) for value in others)
    svg = experiment.placebo(others, observed)
    label = f"{arm}: " if len(page.arms) > 1 else ""
    caption = (
        f"The same analysis for {len(others)} other sets of geos that were not treated. {extreme} of them (red) stand as far "
        "from zero as the treated set or farther; if that is common, the effect may be chance. Before widening."
    )
    return [Figure(capital(f"{label}placebo tests"), svg, caption)]


def _comparisons(page: ExperimentPage, arm: str) -> list[Block]:
    """Return the increment by every method, for the first outcome that has more than one."""
    frame = page.of_arm("lift", arm)
    for estimand in ("incremental_outcome", "relative_lift"):
        for outcome in page.outcomes:
            rows = frame[(frame["estimand"] == estimand) & (frame["outcome"] == outcome)]
            if len(rows) > 1:
                return [_methods(page, arm, records(rows))]
    return []


def _between_cells(page: ExperimentPage) -> list[Block]:
    """Return the difference of each pair of cells; nothing where there is one cell."""
    frame = page.tables["lift"]
    found = records(frame[frame["estimand"] == "relative_lift_difference"])
    if not found:
        return []
    columns = [
        Column("Cells", number=False),
        Column("Difference of lifts"),
        Column("Interval"),
        Column("p-value"),
    ]
    rows = [
        (
            str(row["arm"]),
            page.numbers.percent(row["estimate"]),
            page.numbers.percent_span(float(row["lower"]), float(row["upper"])),
            page.numbers.plain(row["p_value"], 3),
        )
        for row in found
    ]
    note = "Cells share controls, so their errors go together in part; that part is not in the interval."
    return [Table("One cell against another", columns, rows, note)]


def _methods(page: ExperimentPage, arm: str, rows: list[dict[str, object]]) -> Figure:
    marks = [
        experiment.Answer(
            str(row["method"]).partition(";")[0].replace("_", " "),
            float(str(row["estimate"])),
            float(str(row["lower"])),
            float(str(row["upper"])),
            page.short(row),
            ACCENT if row["role"] == "primary" else FAINT,
        )
        for row in sorted(rows, key=lambda row: row["role"] != "primary")
    ]
    unit = str(rows[0]["unit"])
    axis = str(rows[0]["outcome"]) if unit == "fraction" else unit
    tick = page.numbers.percent_tick if unit == "fraction" else page.numbers.tick
    svg = experiment.answers(marks, tick, axis)
    label = f"{arm}: " if len(page.arms) > 1 else ""
    caption = "First row, blue: the answer. Grey: the same question by other methods; none was chosen for its result."
    return Figure(capital(f"{label}other methods"), svg, caption)
