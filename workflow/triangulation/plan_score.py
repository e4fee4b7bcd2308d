"""A plan of record: made from the folder of a plan, and scored against a run that has read what came."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mixproof.aggregates.panel import Panel
from mixproof.errors import ConfigError, Fault
from mixproof.records.plan_record import FAULTS, PlanRecord, rows_of
from mixproof.records.run import Run
from mixproof.records.run_folder.files import sha256
from mixproof.records.run_folder.manifest import FILE_NAME
from mixproof.records.table import Column, TableSpec
from workflow.triangulation.statements import EXPERIMENT

ENDS = ("mean", "median", "lower_50", "upper_50", "lower_90", "upper_90")
DELIVERED = 0.02
"""Share of the money planned up to which spend counts as delivered."""

PLAN_SCORE = TableSpec(
    "plan_score",
    "a channel in a geo and a period of a plan of record: money planned and money spent",
    (
        Column("channel", "text", "", "name of the channel"),
        Column("geo", "text", "", "name of the geo"),
        Column("period", "date", "", "first day of the period"),
        Column("planned", "number", "currency", "money of the plan"),
        Column("spent", "number", "currency", "money that was spent"),
        Column("difference", "number", "currency", "spent less planned"),
        Column("share", "number", "fraction", "spent over planned; empty where nothing was planned"),
    ),
)
PLAN_SCORE_OUTCOME = TableSpec(
    "plan_score_outcome",
    "the outcome of a period of a plan of record, or of its whole window, against its forecast",
    (
        Column("geo", "text", "", "name of the geo, or 'all geos'"),
        Column("start", "date", "", "first day of the period or window"),
        Column("periods", "integer", "periods", "1, or the periods of the window"),
        Column("actual", "number", "outcome", "outcome that came; empty where a part of it is unknown"),
        *(
            Column(name, "number", "outcome", f"{name.replace('_', ' ')} of the forecast that was sealed")
            for name in ENDS
        ),
        Column(
            "inside_50",
            "text",
            "",
            "'yes' or 'no': whether it lies in the 50 % interval; empty where unknown",
        ),
        Column(
            "inside_90",
            "text",
            "",
            "'yes' or 'no': whether it lies in the 90 % interval; empty where unknown",
        ),
    ),
)
PLAN_SCORE_CHANNELS = TableSpec(
    "plan_score_channels",
    "a channel of a plan of record over its window: delivery, and what an experiment says of its return",
    (
        Column("channel", "text", "", "name of the channel"),
        Column("planned", "number", "currency", "money of the plan"),
        Column("spent", "number", "currency", "money that was spent"),
        Column("delivered", "number", "fraction", "spent over planned; empty where nothing was planned"),
        Column(
            "promised",
            "number",
            "outcome per currency",
            "mean outcome in the window that was promised, per planned money",
        ),
        Column("promised_lower", "number", "outcome per currency", "lower end of its 90 % interval"),
        Column("promised_upper", "number", "outcome per currency", "upper end of its 90 % interval"),
        Column(
            "experiment",
            "text",
            "",
            "experiment in the window that tells of the channel; empty where there is none",
        ),
        Column("measured", "number", "outcome per currency", "what it measured per unit of its spend"),
        Column("measured_lower", "number", "outcome per currency", "lower end of its interval"),
        Column("measured_upper", "number", "outcome per currency", "upper end of its interval"),
        Column("sentence", "text", "", "in words"),
    ),
)
TABLES = (PLAN_SCORE, PLAN_SCORE_OUTCOME, PLAN_SCORE_CHANNELS)


@dataclass(frozen=True, slots=True)
class Score:
    """What came of a plan of record.

    Parameters
    ----------
    record : PlanRecord
    tables : mapping of str to pandas.DataFrame
    """

    record: PlanRecord
    tables: Mapping[str, pd.DataFrame]

    def text(self) -> str:
        """Return in lines what came of the plan."""
        outcome, channels = self.tables[PLAN_SCORE_OUTCOME.name], self.tables[PLAN_SCORE_CHANNELS.name]
        weeks, total = outcome[outcome["periods"] == 1], outcome[outcome["periods"] > 1].iloc[0]
        unit = self.record.outcome_unit
        lines = [f"plan:     {self.record.plan} of {self.record.run_id}, sealed {self.record.seal[:16]}"]
        lines += [f"spend:    {row['channel']}: {row['sentence']}" for row in channels.to_dict("records")]
        place = {"yes": "inside", "no": "outside", "": "not known against"}[str(total["inside_90"])]
        lines.append(
            f"outcome:  {total['actual']:,.0f} {unit}, {place} its 90 % interval from {total['lower_90']:,.0f}"
            f" to {total['upper_90']:,.0f} (forecast {total['mean']:,.0f})"
        )
        if ((channels["spent"] - channels["planned"]).abs() > DELIVERED * channels["planned"]).any():
            lines.append("note:     the forecast is for the spend that was planned; another was spent")
        own = weeks[(weeks["geo"] == total["geo"]) & (weeks["inside_90"] != "")]
        for level in (50, 90):
            inside = int((own[f"inside_{level}"] == "yes").sum())
            lines.append(f"periods:  {inside} of {len(own)} in their {level} % interval")
        return "\n".join(lines)


def record_of(run: Run, plan: str) -> PlanRecord:
    """Return the plan of record that a plan's folder holds.

    Parameters
    ----------
    run : Run
        Folder with the tables ``plan_budget``, ``forecast``, ``forecast_total`` and ``forecast_channels``.
    plan : str
        Which of its plans was decided.

    Returns
    -------
    PlanRecord

    Raises
    ------
    ConfigError
        ``plan-record-incomplete``: a table is missing, or has nothing of this plan.
    """
    wanted = ("plan_budget", "forecast", "forecast_total", "forecast_channels")
    missing = [name for name in wanted if name not in run.tables]
    if missing:
        raise ConfigError(_fault("plan-record-incomplete", str(run.path), f"It lacks {', '.join(missing)}."))
    budget, weeks, total, channels = (run.table(name) for name in wanted)
    told = sorted(set(weeks["plan"]) & set(budget.columns))
    if plan not in told:
        what = f"There is no forecast of a plan called {plan}; there are {', '.join(told)}."
        raise ConfigError(_fault("plan-record-incomplete", str(run.path), what))
    facts = run.manifest["panel"]
    money = budget.assign(money=budget[plan])
    return PlanRecord(
        name=run.path.resolve().parent.name,
        plan=plan,
        run_id=str(run.manifest["run_id"]),
        run_seal=sha256(run.path / FILE_NAME),
        currency=facts["currency"],
        outcome=facts["outcome_name"],
        outcome_unit=facts["outcome_unit"],
        frequency=facts["frequency"],
        spend=rows_of(money, ("geo", "channel", "period", "money")),
        outcomes=rows_of(weeks[weeks["plan"] == plan], ("geo", "date", *ENDS)),
        totals=rows_of(total[total["plan"] == plan], ("geo", "start", "periods", *ENDS)),
        channels=rows_of(
            channels[channels["plan"] == plan],
            ("channel", "contribution_mean", "contribution_lower", "contribution_upper"),
        ),
    )


def score(
    record: PlanRecord, panel: Panel, triangulation: pd.DataFrame | None = None, run: str = "the run"
) -> Score:
    """Return what came of a plan of record.

    Parameters
    ----------
    record : PlanRecord
    panel : Panel
        That holds the window.
    triangulation : pandas.DataFrame, optional
        The table ``triangulation`` of the same run, whose experiments are told.
    run : str, optional
        What the run that gave the panel is called in messages.

    Returns
    -------
    Score

    Raises
    ------
    ConfigError
        ``plan-record-unlike``: the panel is of something else, or does not reach the end of the window.
    """
    _raise_if_unlike(record, panel, run)
    data = panel.data
    spend = data["spend"].to_series().rename("spent").reset_index().rename(columns={"date": "period"})
    planned = pd.DataFrame(list(record.spend)).rename(columns={"money": "planned"})
    planned["period"] = pd.to_datetime(planned["period"])
    both = planned.merge(spend, on=["geo", "channel", "period"], how="left")
    both["difference"] = both["spent"] - both["planned"]
    both["share"] = both["spent"] / both["planned"].where(both["planned"] > 0)
    by_channel = both.groupby("channel", sort=False)[["planned", "spent"]].sum()
    outcome = data["outcome"].to_series().unstack("geo")
    rows = [*_outcomes(record.outcomes, outcome, "date"), *_outcomes(record.totals, outcome, "start")]
    told = _experiments(record, triangulation)
    channels = [
        _channel(record, str(name), float(row["planned"]), float(row["spent"]), told)
        for name, row in by_channel.iterrows()
    ]
    return Score(
        record,
        {
            PLAN_SCORE.name: PLAN_SCORE.frame(both),
            PLAN_SCORE_OUTCOME.name: PLAN_SCORE_OUTCOME.frame(rows),
            PLAN_SCORE_CHANNELS.name: PLAN_SCORE_CHANNELS.frame(channels),
        },
    )


def _raise_if_unlike(record: PlanRecord, panel: Panel, run: str) -> None:
    """Raise with everything by which a panel cannot tell what came of a plan."""
    own = {
        "currency": panel.currency,
        "outcome": panel.outcome_name,
        "outcome_unit": panel.outcome_unit,
        "frequency": panel.frequency,
    }
    odd = [
        f"The plan's {key} is {getattr(record, key)}, the run's is {now}."
        for key, now in own.items()
        if getattr(record, key) != now
    ]
    for key, names in (("geo", panel.geos), ("channel", panel.channels)):
        gone = sorted({str(row[key]) for row in record.spend} - set(names))
        odd += [f"The run has no {key} called {', '.join(gone)}."] if gone else []
    periods = {str(row["period"]) for row in record.spend}
    known = {str(day)[:10] for day in panel.data["date"].values[panel.observed.any(axis=0)]}
    missing = sorted(periods - known)
    if missing:
        odd.append(
            f"{len(missing)} of the plan's {len(periods)} periods have no outcome in the run, from {missing[0]} on."
        )
    if odd:
        raise ConfigError([_fault("plan-record-unlike", run, what) for what in odd])


def _outcomes(
    rows: Iterable[Mapping[str, Any]], outcome: pd.DataFrame, key: str
) -> Iterator[dict[str, object]]:
    """Yield what came in each period or window, and whether the forecast held it."""
    for row in rows:
        start, periods = pd.Timestamp(row[key]), int(row.get("periods", 1))
        place = int(np.searchsorted(outcome.index.to_numpy(), start.to_datetime64()))
        cells = outcome.iloc[place : place + periods]
        own = cells[[row["geo"]]] if row["geo"] in cells else cells
        actual = float(np.sum(own.to_numpy()))
        inside = {
            f"inside_{level}": ""
            if np.isnan(actual)
            else ("yes" if row[f"lower_{level}"] <= actual <= row[f"upper_{level}"] else "no")
            for level in (50, 90)
        }
        ends = {name: row[name] for name in ENDS}
        yield {"geo": row["geo"], "start": start, "periods": periods, "actual": actual, **ends, **inside}


def _experiments(record: PlanRecord, table: pd.DataFrame | None) -> dict[str, Mapping[str, Any]]:
    """Return the experiment that tells of each channel: one in the window, in the unit of the outcome."""
    if table is None:
        return {}
    days = sorted(str(row["period"]) for row in record.spend)
    inside = table[
        (table["source"] == EXPERIMENT)
        & (table["start"] >= days[0])
        & (table["start"] <= days[-1])
        & (table["unit"] == record.outcome_unit)
    ]
    rows = inside.to_dict("records")
    return {str(row["channel"]): {str(key): value for key, value in row.items()} for row in rows}


def _channel(
    record: PlanRecord, name: str, planned: float, spent: float, told: Mapping[str, Mapping[str, Any]]
) -> dict[str, object]:
    """Return the row of one channel."""
    share = spent / planned if planned > 0 else np.nan
    delivered = "delivered" if abs(share - 1) <= DELIVERED else "not delivered as planned"
    if planned == 0:
        delivered = "as planned, nothing" if spent == 0 else "not planned"
    sentence = f"{spent:,.0f} of {planned:,.0f} {record.currency} spent, {delivered}"
    own = next((row for row in record.channels if row["channel"] == name), None)
    part = {"promised": "mean", "promised_lower": "lower", "promised_upper": "upper"}
    promised = {
        column: own[f"contribution_{end}"] / planned if own is not None and planned > 0 else np.nan
        for column, end in part.items()
    }
    row = told.get(name)
    measured = {
        f"measured{end}": np.nan if row is None else row[f"per_spend{end}"]
        for end in ("", "_lower", "_upper")
    }
    if row is not None:
        kept = promised["promised_lower"] <= row["per_spend"] <= promised["promised_upper"]
        sentence += f"; {row['detail']} measured a return {'inside' if kept else 'outside'} what was promised"
    return {
        "channel": name,
        "planned": planned,
        "spent": spent,
        "delivered": share,
        **promised,
        "experiment": "" if row is None else row["detail"],
        **measured,
        "sentence": sentence,
    }


def _fault(code: str, where: str, what: str) -> Fault:
    return Fault(code, where, what, FAULTS[code][2])
