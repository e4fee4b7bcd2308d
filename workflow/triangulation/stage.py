"""The stages that triangulate, what all sources say of each channel side by side, and that book it by fiscal quarter."""

from collections.abc import Sequence

import numpy as np

from mixproof.records.verdict import Verdict
from workflow.config import RunConfig
from workflow.stages.stage import Stage, has_model
from workflow.stages.state import RunState
from workflow.triangulation.booking import Known, disagreements, to_book
from workflow.triangulation.claims import ATTRIBUTED_BY_QUARTER, claims
from workflow.triangulation.fiscal_quarters import FINANCE_BOOKING, Terms, book
from workflow.triangulation.sources import (
    Common,
    of_attribution,
    of_experiments,
    of_model,
    of_rules,
    periods_of,
    spend_of,
)
from workflow.triangulation.statements import TRIANGULATION, rows


def triangulate_reads(state: RunState) -> Sequence[str]:
    """Return the stages whose tables are compared, and at which quantile is booked."""
    return [*state.read_by("lift", "attribution", "effects"), state.config.booking.model_dump_json()]


def triangulate(state: RunState) -> None:
    """Put all sources side by side, say where they disagree, and keep the table."""
    config, tables = state.config, state.tables
    panel = state.panel if "effects" in state.keys else None
    common = _common(state)
    spend = spend_of(panel)
    said = list(of_experiments(tables, state.evidence, common.unit))
    if panel is not None:
        window = _window(state)
        said += of_model(tables, window, state.mmm.interval.level)
    said += of_attribution(tables, common, spend)
    if config.attribution is not None and config.attribution.paths is not None:
        days = (config.attribution.paths.start, config.attribution.paths.end)
        first, last = ("" if day is None else day.isoformat() for day in days)
        said += of_rules(tables, common, (first, last), spend)
    if panel is not None and len(tables.get("attributed", ())):
        state.tables[ATTRIBUTED_BY_QUARTER.name] = claims(
            tables["attributed"], spend, state.mmm.fiscal_year_starts, state.fiscal
        )
    calibrated = set(tables["calibration"]["channel"]) if "calibration" in tables else set()
    known = Known(state.verdict, calibrated, config.booking.quantile)
    state.tables[TRIANGULATION.name] = rows([*said, *to_book(said, known)], common.unit)
    state.verdicts.append(Verdict(tuple(disagreements(said, known))))


def _common(state: RunState) -> Common:
    """Return the unit that all sources are compared in."""
    if "effects" not in state.keys:
        section = state.config.lift or state.config.attribution
        if section is None:
            raise RuntimeError("this run has neither experiments nor attribution: the stage is not wanted")
        return Common(section.currency, money=True)
    panel = state.panel
    value = float(np.nanmean(panel.data["outcome_value"].values)) if "outcome_value" in panel.data else np.nan
    if not np.isfinite(value):
        return Common(panel.outcome_name, money=False)
    worth = {} if panel.outcome_kind == "revenue" else {panel.outcome_name: value}
    return Common(panel.currency, money=True, worth=worth)


def _window(state: RunState) -> tuple[str, str]:
    """Return first and last day of the modelled outcome; the panel's facts name first days of periods."""
    start, end = (str(state.facts[name]) for name in ("start", "end"))
    first, last = periods_of(state.panel)
    place = int(np.searchsorted(first, int(np.datetime64(end, "D").astype(int))))
    return start, str(np.datetime64(int(last[place]), "D"))


def has_several_sources(config: RunConfig) -> bool:
    """Return whether a config has two of model, experiments and attribution."""
    return sum([has_model(config), config.lift is not None, config.attribution is not None]) > 1


TRIANGULATE = Stage(
    "triangulate", "holding sources against each other", triangulate_reads, triangulate, has_several_sources
)


def book_reads(state: RunState) -> Sequence[str]:
    """Return the stages whose tables are booked from, the margin, and the quantile."""
    terms = [str(state.mmm.margin), state.config.booking.model_dump_json()]
    return [*state.read_by("reconcile", "effects", "triangulate"), *terms]


def book_quarters(state: RunState) -> None:
    """Say what may be booked of each channel in each fiscal quarter."""
    terms = Terms(
        state.verdict,
        state.config.booking.quantile,
        float(state.mmm.margin or 0.0),
        state.mmm.interval.level,
        state.panel.outcome_kind == "revenue",
    )
    frame = book(state.tables, state.ties, terms)
    state.tables[FINANCE_BOOKING.name] = frame
    state.display.say(
        f"          {int((~frame['blocked']).sum())} of {len(frame)} channels and quarters may be booked"
    )


def has_ledger(config: RunConfig) -> bool:
    """Return whether a config has a ledger to book by."""
    return config.finance is not None and config.finance.ledger is not None and has_model(config)


BOOK = Stage("book", "saying what may be booked", book_reads, book_quarters, has_ledger)
