"""What may be booked of each channel in each fiscal quarter: a stated quantile of its increment, times the margin, or nothing.

Nothing is booked of a quarter of which a month does not tie, whatever the model says, and nothing of a channel whose answer the
triangulation does not book. The reason stands in the row.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pandas as pd

from mixproof.aggregates.finance.tables import TABLES as LEDGER
from mixproof.aggregates.finance.ties import Tie
from mixproof.records.table import Column, TableSpec
from mixproof.records.verdict import Grade, Verdict
from workflow.triangulation.statements import BOOK, MODEL, NAN, Statement

CENT = Decimal("0.01")
NOTHING = "nothing"

FINANCE_BOOKING = TableSpec(
    "finance_booking",
    "a channel in a fiscal quarter: what attribution counts, what it brought, and what of that may be booked",
    (
        Column("channel", "text", "", "channel, or several that the data cannot tell apart, joined by ' + '"),
        Column("period", "text", "", "fiscal quarter"),
        Column("start", "text", "", "first day of the quarter, ISO"),
        Column("end", "text", "", "last day of the quarter, ISO"),
        Column("spend", "number", "currency", "spend of the panel", "cents"),
        Column(
            "attributed",
            "number",
            "currency",
            "value that the attribution system counts; empty without one",
            "cents",
        ),
        Column("attributed_by", "text", "", "that system"),
        Column(
            "factor", "number", "fraction", "calibrated over attributed credit; empty without one", "ratio"
        ),
        Column("factor_lower", "number", "fraction", "lower end of its prediction interval", "ratio"),
        Column("factor_upper", "number", "fraction", "upper end of its prediction interval", "ratio"),
        Column("evidence", "text", "", "experiments of the channel"),
        Column(
            "source",
            "text",
            "",
            "what the increment is of: model, experiment or calibrated attribution; nothing",
        ),
        Column("incremental", "number", "currency", "what came of the channel, in money", "cents"),
        Column("incremental_lower", "number", "currency", "lower end of its interval", "cents"),
        Column("incremental_upper", "number", "currency", "upper end of its interval", "cents"),
        Column("quantile", "number", "fraction", "quantile of the increment that is booked"),
        Column(
            "at_quantile", "number", "currency", "the increment at that quantile, not below zero", "cents"
        ),
        Column("margin", "number", "fraction", "profit of a unit of money of the outcome", "ratio"),
        Column("bookable", "number", "currency", "at_quantile times margin", "cents"),
        Column(
            "booked", "number", "currency", "what may be booked: bookable, or 0 where it is blocked", "cents"
        ),
        Column("blocked", "flag", "", "whether it is blocked"),
        Column("reason", "text", "", "why it is booked, or why it is blocked"),
    ),
)
TABLES = (*LEDGER, FINANCE_BOOKING)
"""Every table about the ledger and what is booked by it, in the order of docs/tables.md."""


@dataclass(frozen=True, slots=True)
class Terms:
    """By which terms a run books.

    Parameters
    ----------
    verdict : Verdict
    quantile, margin, level : float
        Quantile that is booked, profit of a unit of money, level of the model's intervals.
    revenue : bool
        Whether the outcome is money itself.
    """

    verdict: Verdict
    quantile: float
    margin: float
    level: float
    revenue: bool


Tables = Mapping[str, pd.DataFrame]


def book(tables: Tables, ties: Sequence[Tie], terms: Terms) -> pd.DataFrame:
    """Return the table ``finance_booking``: each channel in each quarter that the ledger has periods of.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Of the run: ``paid_media_by_period`` and ``triangulation``, and those of attribution where there are any.
    ties : sequence of Tie
    terms : Terms

    Returns
    -------
    pandas.DataFrame
    """
    spans = quarters(ties)
    media = tables["paid_media_by_period"]
    media = media[(media["grain"] == "fiscal_quarter") & (media["kind"] != "total")]
    decided = _decided(tables)
    rows = []
    for quarter, (start, end) in spans.items():
        untied = list(_untied(ties, quarter))
        for row in media[media["period"] == quarter].to_dict("records"):
            if str(row["channel"]) not in decided:
                continue
            keys = {"channel": str(row["channel"]), "period": quarter, "start": start, "end": end}
            rows.append(keys | _row(row, decided[str(row["channel"])], untied, terms) | _credit(tables, keys))
    return FINANCE_BOOKING.frame(rows)


def quarters(ties: Sequence[Tie]) -> dict[str, tuple[str, str]]:
    """Return the fiscal quarters that a tie-out has periods of, with first and last day of those periods."""
    found: dict[str, tuple[str, str]] = {}
    for period in dict.fromkeys(tie.period for tie in ties):
        start = found.get(period.quarter, (period.start.isoformat(), ""))[0]
        found[period.quarter] = (start, period.end.isoformat())
    return found


def _decided(tables: Tables) -> dict[str, dict[Any, Any]]:
    """Return by channel what the triangulation books; a run with one source alone has its model's answers."""
    if "triangulation" in tables:
        frame = tables["triangulation"]
        booked = frame[frame["source"] == BOOK].to_dict("records")
        return {str(row["channel"]): row | {"middle": _middle(frame, row)} for row in booked}
    rows = tables["channels"].to_dict("records")
    decided: dict[str, dict[Any, Any]] = {}
    for row in rows:
        alone = str(row["reported_as"]) in ("alone", "sum")
        note = "The model; the channel has no experiment."
        if row["caution"]:
            note, alone = f"It is {row['caution']}, and no experiment has measured it.", False
        elif not alone:
            note = f"The model cannot tell the channel apart from others ({row['reported_as']})."
        decided[str(row["channel"])] = {"detail": MODEL if alone else NOTHING, "note": note, "per_spend": NAN}
    return decided


def _middle(frame: pd.DataFrame, booked: Mapping[Any, Any]) -> float:
    """Return the return that the source of a booked amount states; where several were pooled, that of the booked amount."""
    same = frame[(frame["channel"] == booked["channel"]) & (frame["source"] == booked["detail"])]
    return float(same["per_spend"].iloc[0]) if len(same) == 1 else float(booked["per_spend"])


def _row(
    row: Mapping[Any, Any], decided: Mapping[Any, Any], untied: Sequence[tuple[Tie, str]], terms: Terms
) -> dict[str, Any]:
    """Return what came of a channel in a quarter, what of it could be booked, and whether it may."""
    source, spend = str(decided["detail"]), float(row["spend"])
    said = _model(row, terms)
    if source not in (MODEL, NOTHING):
        per = [float(decided[name]) * spend for name in ("middle", "per_spend_lower", "per_spend_upper")]
        said = (per[0], per[1], per[2])
    statement = Statement("", source, "", ("", ""), spend, said, terms.level)
    # an experiment's or a factor's booked return is at the quantile already
    own = source in (MODEL, NOTHING)
    quantile = statement.quantile(terms.quantile) if own else float(decided["per_spend"]) * spend
    reasons = list(_reasons(row, decided, untied, terms))
    if not np.isfinite(quantile):
        reasons.append("The outcome has no value in money.")
    amount = max(_cents(quantile), Decimal(0)) if np.isfinite(quantile) else Decimal(0)
    bookable = (amount * Decimal(repr(terms.margin))).quantize(CENT, ROUND_HALF_UP)
    why = str(decided["note"])
    return {
        "spend": float(_cents(spend)),
        "source": source,
        **dict(zip(_ENDS, said, strict=True)),
        "quantile": terms.quantile,
        "at_quantile": float(amount),
        "margin": terms.margin,
        "bookable": float(bookable),
        "booked": 0.0 if reasons else float(bookable),
        "blocked": bool(reasons),
        "reason": " ".join(reasons) if reasons else why,
        "evidence": "",
    }


_ENDS = ("incremental", "incremental_lower", "incremental_upper")


def _model(row: Mapping[Any, Any], terms: Terms) -> tuple[float, float, float]:
    """Return what the model says a channel brought in a quarter, in money, to the cent."""
    name, times = ("contribution", 1.0) if terms.revenue else ("roi", float(row["spend"]))
    middle, low, high = (float(row[f"{name}_{part}"]) * times for part in ("mean", "lower", "upper"))
    return (middle, low, high)


def _reasons(
    row: Mapping[Any, Any], decided: Mapping[Any, Any], untied: Sequence[tuple[Tie, str]], terms: Terms
) -> Iterator[str]:
    """Yield what keeps a channel's quarter from being booked."""
    if terms.verdict.grade is Grade.NOT_REPORTABLE:
        yield "The run is not reportable."
    elif str(decided["detail"]) == NOTHING:
        yield str(decided["note"])
    if int(row["periods"]) < int(row["periods_in_full"]):
        yield f"The data have {row['periods']} of the quarter's {row['periods_in_full']} periods."
    members = set(str(row["channel"]).split(" + ")) | {str(row["channel"])}
    for tie, words in untied:
        if not tie.account.channels or members & set(tie.account.channels):
            yield words


def _untied(ties: Sequence[Tie], quarter: str) -> Iterator[tuple[Tie, str]]:
    """Yield each account that is blocked in a period of a quarter, in words; and that no account holds the outcome."""
    mine = [tie for tie in ties if tie.period.quarter == quarter]
    for tie in mine:
        if tie.blocked:
            names = ", ".join(dict.fromkeys(problem.name for problem in tie.problems if problem.blocks))
            account = (
                f"Account {tie.account.account} ({tie.account.what})"
                if tie.account.account
                else tie.account.what
            )
            yield tie, f"{account} in {tie.period.name}: {names}."
    if mine and all(tie.account.channels for tie in mine):
        first = mine[0]
        yield _everyone(first), "No account of the ledger holds the outcome."


def _everyone(tie: Tie) -> Tie:
    """Return a tie that every channel rests on."""
    account = tie.account.model_copy(update={"channels": ()})
    return Tie(account, tie.period, tie.modelled, tie.ledger)


def _credit(tables: Tables, keys: Mapping[str, str]) -> dict[str, Any]:
    """Return what attribution counts for a channel in a quarter, its factor, and the experiments behind it."""
    empty = {"attributed": NAN, "attributed_by": "", "factor": NAN, "factor_lower": NAN, "factor_upper": NAN}
    lift = tables.get("lift", pd.DataFrame())
    tests = lift.loc[lift["channel"] == keys["channel"], "experiment"].tolist() if len(lift) else []
    found: dict[str, Any] = {"evidence": ", ".join(dict.fromkeys(map(str, tests)))}
    counted = tables.get("attributed_by_quarter", pd.DataFrame())
    if len(counted):
        same = counted[(counted["period"] == keys["period"]) & (counted["channel"] == keys["channel"])]
        for row in same.head(1).to_dict("records"):
            found |= {"attributed": float(row["value"]), "attributed_by": str(row["system"])}
            found |= _factor(tables.get("attribution", pd.DataFrame()), keys, str(row["system"]))
    return empty | found


def _factor(weekly: pd.DataFrame, keys: Mapping[str, str], system: str) -> dict[str, float]:
    """Return calibrated over attributed credit of a quarter; its ends are those of sums whose parts err together."""
    if weekly.empty:
        return {}
    mine = weekly[
        (weekly["system"] == system) & (weekly["channel"] == keys["channel"]) & weekly["calibrated"].notna()
    ]
    mine = mine[(mine["period"] >= keys["start"]) & (mine["period"] <= keys["end"])]
    credit = float(mine["attributed"].sum())
    if not credit > 0:
        return {}
    return {
        f"factor{part}": float(mine[f"calibrated{part}"].sum()) / credit for part in ("", "_lower", "_upper")
    }


def _cents(value: float) -> Decimal:
    return Decimal(repr(float(value))).quantize(CENT, ROUND_HALF_UP)
