"""How the model was built, in words made from the configuration."""

from collections.abc import Mapping
from typing import Any

from reports.context import Context
from reports.inputs import records
from reports.page import Column, Facts, Section, Table
from reports.wording.model import (
    adstock_words,
    baseline_words,
    equation_words,
    geo_words,
    likelihood_words,
    prior_words,
    saturation_words,
    stopping_words,
)


def build(context: Context) -> Section:
    """Return the parts of the model in words, and how each channel acts."""
    mmm: Mapping[str, Any] = context.inputs.config.get("mmm") or {}
    panel = context.inputs.panel
    pairs = [
        ("Outcome", equation_words(panel.outcome_name, mmm.get("likelihood") or {})),
        *baseline_words(mmm.get("baseline") or {}, panel.period),
        ("Noise", likelihood_words(mmm.get("likelihood") or {})),
        *([("Geos", geo_words(mmm.get("geo") or {}))] if len(panel.geos) > 1 else []),
        ("Sampling", stopping_words(mmm.get("fit") or {}, context.inputs.provenance.seed)),
        ("Intervals", context.inputs.interval.name),
    ]
    return Section(
        "model", "Model", "How the model was built", [Facts("The model", pairs), _channels(context, mmm)]
    )


def _channels(context: Context, mmm: Mapping[str, Any]) -> Table:
    """Return one row a channel: carryover, saturation, their order, and what was believed beforehand."""
    columns = [
        Column(head, number=False)
        for head in ("Channel", "Carryover", "Saturation", "Order", "Believed beforehand")
    ]
    families = context.inputs.families
    default, named = mmm.get("default") or {}, mmm.get("channels") or {}
    rows = []
    for row in records(context.inputs.channels):
        if row["kind"] == "treatment":
            continue
        chosen = named.get(row["channel"]) or default
        order = (
            "saturation, then carryover"
            if chosen.get("order") == "saturation_first"
            else "carryover, then saturation"
        )
        rows.append(
            (
                str(row["channel"]),
                adstock_words(
                    chosen.get("adstock") or {}, context.inputs.panel.period, families.get("adstock", {})
                ),
                saturation_words(chosen.get("saturation") or {}, families.get("saturation", {})),
                order,
                prior_words(chosen.get("prior"), row["kind"] == "paid", context.inputs.panel.currency),
            )
        )
    return Table(
        "How each channel acts",
        columns,
        rows,
        "Priors are combined with the data; the page's numbers are the result.",
    )
