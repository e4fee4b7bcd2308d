"""Results of other tools as evidence: a point and an interval, checked, brought to a total, and marked as imported."""

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lift.experiment import Context, ExperimentResult, PoolInput
from lift.faults import fault
from lift.holdout.methods.interval import Answer, critical_value, two_sided_p
from lift.imports.config import Imported
from lift.money import cost_per_incremental, economics_of, incremental_profit, return_on_spend
from mixproof.errors import DataError, Fault
from mixproof.records.evidence import ArmPopulation, Evidence, EvidenceEstimand, Readout, SpendPath
from mixproof.records.verdict import Finding

ARM = "treated"
TOOLS = {
    "geolift": "GeoLift",
    "causalimpact": "CausalImpact",
    "meridian_geox": "Meridian GeoX",
    "platform_lift": "platform lift study",
    "other": "another tool",
}


def analyse_import(experiment: Imported, context: Context) -> ExperimentResult:
    """Return a result of another tool as rows, findings and evidence.

    Parameters
    ----------
    experiment : Imported
        Point, interval or standard error, unit and scope, as the other tool printed them.
    context : Context
        Level and currency of the section.

    Returns
    -------
    ExperimentResult
        Rows of the lift tables, one record of evidence, findings, and inputs of the pool.

    Raises
    ------
    DataError
        Spread, interval, unit or scale contradict themselves (every fault at once).
    """
    faults = [*import_faults(experiment, context.currency)]
    if faults:
        raise DataError(faults)
    level = context.level_of(experiment)
    stated = _stated(experiment)
    total = _total(experiment)
    rows = [*_rows(experiment, context, stated, total, level)]
    evidence = (_evidence(experiment, context, stated, total, level),)
    return ExperimentResult(
        rows=rows,
        evidence=evidence,
        findings=tuple(_findings(experiment, total is not None)),
        pool=tuple(_pool(experiment, rows)),
    )


def import_faults(experiment: Imported, currency: str) -> Iterator[Fault]:
    """Yield every contradiction in an imported result.

    Parameters
    ----------
    experiment : Imported
    currency : str
        ISO 4217 code of the section's money.

    Yields
    ------
    Fault
        Nothing where the result is sound.
    """
    where = f"lift.experiments: {experiment.name}"
    if experiment.se is not None and experiment.se <= 0:
        yield fault("import-spread", f"{where}, se", "The standard error is not above zero.")
    lower, upper = experiment.lower, experiment.upper
    if lower is not None and upper is not None:
        if not lower <= experiment.point <= upper:
            yield fault("import-interval", f"{where}, point", "The point lies outside its interval.")
        if lower == upper:
            yield fault("import-spread", f"{where}, lower", "Both ends of the interval are the same.")
    expected = _expected_unit(experiment, currency)
    if experiment.unit != expected:
        scale = f"Scope {experiment.scope} of a {experiment.outcome_kind} in {currency}"
        what = f"{scale} has unit {expected!r}, not {experiment.unit!r}."
        yield fault("import-unit", f"{where}, unit", what)
    missing = {
        "per_user": experiment.users is None and "users",
        "per_period": experiment.periods is None and "periods",
        "cost_per_incremental": experiment.spend is None and "spend",
    }.get(experiment.scope)
    if missing:
        yield fault("import-scale", f"{where}, {missing}", f"Scope {experiment.scope} needs {missing}.")
    if experiment.scope == "cost_per_incremental":
        ends = [value for value in (experiment.point, lower) if value is not None]
        if min(ends) <= 0 or experiment.se is not None:
            what = "A cost per increment is positive and has an interval, for its error is not symmetric."
            yield fault("import-interval", f"{where}, point", what)
    if (
        experiment.scope == "iroas"
        and experiment.spend is not None
        and experiment.spend <= experiment.spend_without
    ):
        yield fault(
            "import-scale", f"{where}, spend", "An iROAS needs more spend than there would have been."
        )


@dataclass(frozen=True, slots=True)
class Stated:
    """What the tool printed, as point, standard error and interval."""

    point: float
    se: float
    lower: float
    upper: float
    level: float
    skewed: bool


def _stated(experiment: Imported) -> Stated:
    """Return the printed numbers with a standard error: the half-width over the normal critical value."""
    if experiment.se is not None:
        return Stated(experiment.point, experiment.se, math.nan, math.nan, math.nan, False)
    assert (
        experiment.lower is not None
        and experiment.upper is not None
        and experiment.interval_level is not None
    )
    width = experiment.upper - experiment.lower
    se = width / (2 * critical_value(experiment.interval_level))
    off_centre = abs((experiment.upper + experiment.lower) / 2 - experiment.point) / width
    return Stated(
        experiment.point, se, experiment.lower, experiment.upper, experiment.interval_level, off_centre > 0.05
    )


def _factor(experiment: Imported) -> float | None:
    """Return what turns the printed scale into a total of the outcome; None where nothing does."""
    if experiment.scope == "total":
        return 1.0
    if experiment.scope == "per_user":
        return experiment.users
    if experiment.scope == "per_period":
        return None if experiment.periods is None else float(experiment.periods)
    if experiment.scope == "relative":
        return experiment.baseline
    if experiment.scope == "iroas" and experiment.spend is not None:
        value = 1.0 if experiment.outcome_kind == "revenue" else experiment.money.value_per_conversion
        return None if value is None else (experiment.spend - experiment.spend_without) / value
    return None


def _total(experiment: Imported) -> Stated | None:
    """Return the printed result as a total increment, None where the YAML does not say enough."""
    stated = _stated(experiment)
    if experiment.scope == "cost_per_incremental":
        assert experiment.spend is not None
        money = experiment.spend - experiment.spend_without
        low = 0.0 if math.isinf(stated.upper) else money / stated.upper
        high = money / stated.lower
        se = (high - low) / (2 * critical_value(stated.level))
        return Stated(money / stated.point, se, low, high, stated.level, True)
    factor = _factor(experiment)
    if factor is None:
        return None
    return Stated(
        point=factor * stated.point,
        se=factor * stated.se,
        lower=factor * stated.lower,
        upper=factor * stated.upper,
        level=stated.level,
        skewed=stated.skewed,
    )


def _expected_unit(experiment: Imported, currency: str) -> str:
    """Return the only unit that scope, outcome and currency allow."""
    outcome = currency if experiment.outcome_kind == "revenue" else experiment.outcome_name
    return {
        "relative": "fraction",
        "iroas": f"{currency} per {currency}",
        "cost_per_incremental": f"{currency} per {outcome}",
        "per_user": f"{outcome} per person",
        "per_period": f"{outcome} per period",
    }.get(experiment.scope, outcome)


def _answer(stated: Stated, level: float, method: str) -> Answer:
    """Return the normal answer at `level`; the printed interval itself where it was printed at that level."""
    half = critical_value(level) * stated.se
    lower, upper = stated.point - half, stated.point + half
    if stated.level == level:
        lower, upper = stated.lower, stated.upper
    p_value = two_sided_p(stated.point / stated.se)
    note = (
        "the printed interval is not symmetric about its point: the standard error is half its width"
        if stated.skewed
        else ""
    )
    if (p_value < 1 - level) == (lower <= 0 <= upper):
        # A skewed printed interval has another p-value than the normal one; its own lies on the side it shows.
        edge = 1 - level
        p_value = max(p_value, edge) if lower <= 0 <= upper else min(p_value, math.nextafter(edge, 0.0))
    return Answer(stated.point, lower, upper, p_value, stated.se, level, method, note)


_ESTIMANDS = {
    "total": "incremental_outcome",
    "per_user": "increment_per_person",
    "per_period": "increment_per_period",
    "relative": "relative_lift",
    "iroas": "iroas",
    "cost_per_incremental": "cost_per_incremental",
}


def _rows(
    experiment: Imported, context: Context, stated: Stated, total: Stated | None, level: float
) -> Iterator[dict[str, Any]]:
    """Yield the printed result, its total and what it means in money."""
    method = f"imported from {TOOLS[experiment.source]}"
    unit = context.currency if experiment.outcome_kind == "revenue" else experiment.outcome_name
    if experiment.scope != "cost_per_incremental":
        yield _row(experiment, _ESTIMANDS[experiment.scope], _answer(stated, level, method), experiment.unit)
    if total is None:
        return
    increment = _answer(total, level, method)
    if experiment.scope != "total":
        yield _row(experiment, "incremental_outcome", increment, unit)
    if experiment.baseline is not None and experiment.scope != "relative":
        yield _row(experiment, "relative_lift", increment.scaled(1 / experiment.baseline), "fraction")
    if experiment.spend is None:
        return
    spend = experiment.spend - experiment.spend_without
    money = economics_of(experiment.money, revenue=experiment.outcome_kind == "revenue", spend=spend)
    cost = cost_per_incremental(increment, money.spend)
    if experiment.outcome_kind == "count" and cost is not None:
        yield _row(experiment, "cost_per_incremental", cost, f"{context.currency} per {unit}")
    if math.isnan(money.value):
        return
    roas = return_on_spend(increment, money)
    if roas is not None and experiment.scope != "iroas":
        yield _row(experiment, "iroas", roas, f"{context.currency} per {context.currency}")
    profit = incremental_profit(lambda at: _answer(total, at, method), money, level)
    if profit is not None:
        yield _row(experiment, "incremental_profit", profit, context.currency)


def _row(experiment: Imported, estimand: str, answer: Answer, unit: str) -> dict[str, Any]:
    """Return one row of `lift.tables.LIFT`."""
    return {
        "experiment": experiment.name,
        "kind": "imported",
        "arm": ARM,
        "channel": " + ".join(experiment.channels),
        "estimand": estimand,
        "outcome": experiment.outcome_name,
        "role": "primary",
        "estimate": answer.point,
        "lower": answer.lower,
        "upper": answer.upper,
        "level": answer.level,
        "interval": "confidence",
        "se": answer.se,
        "p_value": answer.p_value,
        "unit": unit,
        "method": answer.method,
        "note": answer.words,
    }


def _findings(experiment: Imported, whole: bool) -> Iterator[Finding]:
    """Yield what must be known about a result that nobody here can check."""
    words = f"The numbers come from {TOOLS[experiment.source]}; neither data nor method were seen here."
    yield Finding("imported", "warning", words, None, None, experiment.name)
    if not whole or experiment.start is None:
        words = (
            "Window, spend or scale are not stated: only a statement about a steady state can be made of it."
        )
        yield Finding("imported_scope", "warning", words, None, None, experiment.name)
    if _stated(experiment).skewed:
        words = "The interval is not symmetric about its point; calibration takes half its width as the standard error."
        yield Finding("imported_shape", "warning", words, None, None, experiment.name)


def _pool(experiment: Imported, rows: list[dict[str, Any]]) -> Iterator[PoolInput]:
    """Yield what may be pooled: lifts and returns of a test of one channel."""
    if len(experiment.channels) != 1:
        return
    for row in rows:
        if row["estimand"] in ("relative_lift", "iroas") and row["se"] > 0:
            yield PoolInput(
                experiment.name,
                experiment.channels[0],
                row["estimand"],
                row["estimate"],
                row["se"],
                row["unit"],
                experiment.end,
                experiment.outcome_name,
            )


def _evidence(
    experiment: Imported, context: Context, stated: Stated, total: Stated | None, level: float
) -> Evidence:
    """Return the evidence: a total where there is one, else the return on spend or the relative lift as it was printed."""
    estimand = _estimand(experiment, total)
    known = total if total is not None and estimand == "incremental_outcome" else stated
    answer = _answer(known, level, f"imported from {TOOLS[experiment.source]}")
    revenue = experiment.outcome_kind == "revenue"
    notes = ["imported: neither data nor method were seen"]
    notes += [answer.note] if answer.note else []
    return Evidence(
        experiment=experiment.name,
        kind="imported",
        estimand=estimand,
        outcome_kind=experiment.outcome_kind,
        outcome=experiment.outcome_name,
        unit=context.currency if revenue else experiment.outcome_name,
        currency=context.currency,
        readouts=(
            Readout(
                ARM,
                experiment.channels,
                experiment.start,
                experiment.outcome_end,
                answer.point,
                experiment.geos,
            ),
        ),
        covariance=((answer.se**2,),),
        start=experiment.start,
        end=experiment.end,
        outcome_end=experiment.outcome_end,
        treated_share=experiment.treated_share
        if experiment.treated_share
        else (1.0 if experiment.geos else None),
        arms=(ArmPopulation(ARM, "treated", experiment.users),),
        spend=_spend(experiment),
        level=level,
        lower=(answer.lower,),
        upper=(answer.upper,),
        method=answer.method,
        quality="imported",
        measurement="platform_study" if experiment.source == "platform_lift" else "imported_statement",
        in_panel=experiment.in_panel,
        hashes={"config": hashlib.sha256(experiment.model_dump_json().encode()).hexdigest()},
        notes=tuple(notes),
    )


def _estimand(experiment: Imported, total: Stated | None) -> EvidenceEstimand:
    """Return what the evidence states: a return without a window is one on the panel's spend, not a total of no days."""
    if experiment.scope == "iroas" and (total is None or experiment.start is None):
        return "roi"
    return "incremental_outcome" if total is not None else "relative_lift"


def _spend(experiment: Imported) -> tuple[SpendPath, ...]:
    """Return the spend of the one channel over the test as one period; nothing where it is not stated."""
    single = len(experiment.channels) == 1
    if experiment.spend is None or experiment.start is None or experiment.end is None or not single:
        return ()
    days = (experiment.end - experiment.start).days + 1
    rows = ((experiment.spend,),), ((experiment.spend_without,),)
    return (SpendPath(experiment.channels, ARM, (), (experiment.start,), days, *rows),)
