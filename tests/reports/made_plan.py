"""A plan, a forecast and what attribution counted, for a made run: its tables by code, seeded, consistent with each other."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mixproof.records.attribution import ATTRIBUTED
from mixproof.records.table import TableSpec, describe
from tests.reports.made_run import DATES, SPECS, UNKNOWN, FolderOnDisk, World, make_run
from workflow.tables import TABLES
from workflow.triangulation.claims import claims

WEEKS = 13
AHEAD = pd.date_range(DATES[-1] + pd.Timedelta(weeks=1), periods=WEEKS, freq="W-MON")
SHIFT = (0.8, 1.0, 1.3, 1.1, 0.7)
"""Proposed over current money of each paid channel."""


@dataclass(frozen=True)
class Made:
    """What varies between the plans of the tests."""

    recommendation: str = "change"
    bound: bool = True
    mixed: tuple[str, ...] = ()


class TypedFolder(FolderOnDisk):
    """Reads texts as texts, also where a column is empty from top to bottom, as a run folder does."""

    def table(self, name: str) -> pd.DataFrame:
        texts = [column for column, values in self.frames[name].items() if values.map(type).eq(str).all()]
        return pd.read_csv(self.path / "tables" / f"{name}.csv", dtype=dict.fromkeys(texts, str))


def _three(name: str, mean: Any, spread: Any) -> dict[str, Any]:
    return {f"{name}_mean": mean, f"{name}_lower": mean - spread, f"{name}_upper": mean + 1.1 * spread}


def paid_by_period(run: FolderOnDisk, mixed: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return the table ``paid_media_by_period`` from contributions of quarters."""
    rows = run.frames["contributions"]
    rows = rows[(rows["grain"] == "quarter") & (rows["kind"] == "paid")]
    frames = []
    for label, mine in rows.groupby("period", sort=False):
        starts = DATES[[f"{day.year}-Q{day.quarter}" == label for day in DATES]]
        each = mine.rename(columns={"component": "channel"}).drop(columns=["share_mean"])
        group = run.frames["channels"].query("kind == 'group'")["channel"].tolist()
        sums = each[["spend", "contribution_mean"]].sum()
        parts = [each, _together(each, "all paid channels", "total", float(sums["spend"]))]
        if group:
            members = each[each["channel"].isin(group[0].split(" + "))]
            parts.insert(1, _together(members, group[0], "group", float(sums["spend"])))
        frame = pd.concat(parts, ignore_index=True)
        frame["spend_share"] = frame["spend"] / sums["spend"]
        share = frame["contribution_mean"] / sums["contribution_mean"]
        frame = frame.assign(
            start=str(starts[0].date()), last=str(starts[-1].date()), **_three("effect_share", share, 0.04)
        )
        for part in ("mean", "lower", "upper"):
            frame[f"roi_{part}"] = frame[f"contribution_{part}"] / frame["spend"].where(frame["spend"] > 0)
        frame["roi_median"] = frame["roi_mean"]
        for end, of in (("mean", "mean"), ("lower", "upper"), ("upper", "lower")):
            frame[f"cpia_{end}"] = 1 / frame[f"roi_{of}"]
        frames.append(frame)
    whole = pd.concat(frames, ignore_index=True)
    whole["caution"] = np.where(whole["channel"].isin(mixed), "mixed with demand", "")
    names = [column.name for column in SPECS["paid_media_by_period"].columns]
    return SPECS["paid_media_by_period"].frame(whole[names])


def _together(rows: pd.DataFrame, name: str, kind: str, spend: float) -> pd.DataFrame:
    first = rows.iloc[[0]].assign(channel=name, kind=kind, spend=rows["spend"].sum())
    return first.assign(
        **_three("contribution", rows["contribution_mean"].sum(), 0.1 * rows["contribution_mean"].sum())
    )


def plan_tables(run: FolderOnDisk, made: Made) -> dict[str, pd.DataFrame]:
    """Return all tables of a plan: budgets, channels, curves, scenarios, certificate and notes."""
    paid = run.frames["channels"].query("kind == 'paid'")
    rows, curves, budgets = [], [], []
    for (_, channel), shift in zip(paid.iterrows(), SHIFT, strict=True):
        current = round(channel["spend"] / 10, 2)
        proposed = current if made.recommendation == "no change" else round(current * shift, 2)
        brought = {
            name: _brought(channel, money / current)
            for name, money in (("current", current), ("proposed", proposed))
        }
        rows.append(
            {
                "channel": channel["channel"],
                **{
                    "current": current,
                    "optimum": round(current * shift, 2),
                    "proposed": proposed,
                    "change": proposed - current,
                },
                **{"change_share": proposed / current - 1, "lower": 0.5 * current, "upper": 1.5 * current},
                **_three("outcome_current", brought["current"], 0.3 * brought["current"]),
                **_three("outcome_proposed", brought["proposed"], 0.3 * brought["proposed"]),
                **_three("difference", brought["proposed"] - brought["current"], 0.05 * brought["current"]),
                **{
                    key: value
                    for name in ("current", "proposed")
                    for key, value in _returns(name, brought[name], current).items()
                },
                **{"beyond_observed": 0.12 if shift > 1.2 else 0.0},
                "caution": "mixed with demand" if channel["channel"] in made.mixed else "",
            }
        )
        levels = np.unique(np.r_[np.linspace(0, 2, 11) * current, current, proposed])
        for level in levels:
            mean = _brought(channel, level / current)
            marks = [name for name, money in (("current", current), ("proposed", proposed)) if money == level]
            curves.append(
                {
                    "channel": channel["channel"],
                    "spend": level,
                    **_three("outcome", mean, 0.3 * mean),
                    **_three("mroi", 0.8, 0.3),
                }
                | {"observed": bool(level <= 1.4 * current), "plan": ", ".join(marks)}
            )
        budgets += [
            {"geo": "national", "channel": channel["channel"], "period": day, "current": current / WEEKS}
            | {
                "optimum": current * shift / WEEKS,
                "proposed": proposed / WEEKS,
                "change": (proposed - current) / WEEKS,
            }
            | {"lower": 0.5 * current / WEEKS, "upper": 1.5 * current / WEEKS}
            for day in AHEAD
        ]
    frame = pd.DataFrame(rows)
    total = frame.drop(columns=["channel", "caution"]).sum().to_dict() | {
        "channel": "all paid channels",
        "caution": "",
    }
    return {
        "plan_channels": pd.concat([frame, pd.DataFrame([total])], ignore_index=True),
        "plan_curves": pd.DataFrame(curves),
        "plan_budget": pd.DataFrame(budgets),
        "plan_scenarios": _scenarios(total, made),
        "plan_certificate": _certificate(total, made),
        "plan_notes": pd.DataFrame([{"about": "plan", "sentence": "Phasing is that of the current plan."}]),
    }


def _brought(channel: pd.Series, times: float) -> float:
    return float(0.1 * channel["contribution_mean"] * times**0.7)


def _returns(name: str, brought: float, money: float) -> dict[str, Any]:
    roi = brought / money
    return _three(f"roi_{name}", roi, 0.3 * roi) | _three(f"mroi_{name}", 0.7 * roi, 0.3 * roi)


def _scenarios(total: dict[str, Any], made: Made) -> pd.DataFrame:
    rows = []
    names = (
        "current",
        "proposed",
        *(("optimum",) if made.recommendation == "no change" else ()),
        "TV off",
        "a tenth less",
    )
    for place, name in enumerate(names):
        spend = (
            total["proposed"]
            if name in ("proposed", "optimum")
            else total["current"] * (1 - 0.1 * max(place - 2, 0))
        )
        gain = 0.0 if name == "current" else 0.03 * total["outcome_current_mean"] * (2 - place)
        outcome = total["outcome_current_mean"] + gain
        rows.append(
            {
                "scenario": name,
                "spend": spend,
                **_three("outcome", outcome, 0.2 * outcome),
                **_three("value", outcome, 0.2 * outcome),
            }
            | _three("profit", outcome - spend, 0.2 * outcome)
            | _three("roi", outcome / spend, 0.2)
            | {
                "cpia_mean": spend / outcome,
                "cpia_lower": 0.8 * spend / outcome,
                "cpia_upper": 1.3 * spend / outcome,
            }
            | _three("difference", gain, 0.02 * outcome * (name != "current"))
            | _three("profit_difference", gain, 0.02 * outcome * (name != "current"))
            | {
                "better": 0.0 if name == "current" else 0.91 - 0.2 * place,
                "more_profitable": 0.0 if place == 0 else 0.87 - 0.2 * place,
            }
        )
    return pd.DataFrame(rows)


def _certificate(total: dict[str, Any], made: Made) -> pd.DataFrame:
    value, gain = total["outcome_current_mean"], 0.04 * total["outcome_current_mean"]
    sentence = {
        "change": "Change the plan: the gain is shown on draws that the search has not used.",
        "no change": "No change: the gain cannot be told from nothing.",
    }[made.recommendation]
    row = {
        "objective": "expected outcome",
        "unit": "EUR",
        **{
            "start": str(AHEAD[0].date()),
            "end": str((AHEAD[-1] + pd.Timedelta(days=6)).date()),
            "periods": WEEKS,
        },
        **{
            "spend_current": total["current"],
            "spend_optimum": total["optimum"],
            "value_current": value,
            "value": value + gain,
        },
        **{"bound": value + 1.01 * gain if made.bound else np.nan, "gap": 0.0031 if made.bound else np.nan},
        **{
            "bound_kind": "hull of mean curves",
            "marginal_spread": 0.01,
            "free": 4,
            "starts": 10,
            "starts_agree": 10,
        },
        **{
            "starts_spread": 1e-6,
            "draws_used": 1000,
            "draws_unused": 1000,
            **_three("gain", gain, 0.7 * gain),
        },
        **{
            "better": 0.93,
            "by_chance": 0.02,
            "gain_beyond_observed": 0.18,
            "recommendation": made.recommendation,
            "sentence": sentence,
        },
        **{
            "test_channel": "Paid social",
            "test_share": 0.61,
            "test": "A test of Paid social would say most about the gain.",
        },
    }
    return pd.DataFrame([row])


def forecast_tables(run: FolderOnDisk) -> dict[str, pd.DataFrame]:
    """Return a forecast of the weeks after the run, its total, and what it assumes."""
    level = float(run.frames["fit"].groupby("date")["actual"].sum().tail(26).mean())
    middle = level * (1 + 0.05 * np.sin(np.arange(WEEKS) / 3))
    ends = {"lower_50": -0.04, "upper_50": 0.04, "lower_90": -0.1, "upper_90": 0.1}
    parts = {"mean": middle, "median": 0.999 * middle, "baseline": 0.8 * middle, "media": 0.2 * middle}
    rows = pd.DataFrame(
        {
            "plan": "proposed",
            "geo": "national",
            "date": AHEAD,
            **parts,
            **{k: middle * (1 + v) for k, v in ends.items()},
        }
    )
    whole = {name: float(rows[name].sum()) for name in (*parts, *ends)}
    total = {
        "plan": "proposed",
        "geo": "national",
        "start": AHEAD[0],
        "end": AHEAD[-1],
        "periods": WEEKS,
        "spend": 987_654.0,
    }
    return {
        "forecast": rows,
        "forecast_total": pd.DataFrame([total | whole]),
        "forecast_inputs": pd.DataFrame(
            [
                {
                    "plan": "proposed",
                    "kind": "control",
                    "name": "price",
                    "assumed": "as in its last period",
                    "mean": 1.0,
                    "year_before": 0.9,
                }
            ]
        ),
    }


def attribution_tables(run: FolderOnDisk) -> dict[str, pd.DataFrame]:
    """Return what a system counted in the last year, by quarter too, and how stable its shares were."""
    rng, paid = np.random.default_rng(3), run.frames["channels"].query("kind == 'paid'")
    text = {
        "system": "analytics",
        "geo": "",
        "arm": "",
        "campaign": "",
        "window": 0,
        "basis": "any",
        "outcome": "orders",
    }
    rows = []
    for day in DATES[-52:]:
        for place, name in enumerate([*paid["channel"][1:4], "(unattributed)", "(consent-lost)"]):
            count = float(rng.poisson((4000, 1500, 600, 6000, 900)[place]))
            rows.append(
                {**text, "dated_by": "conversion", "channel": name, "start": str(day.date())}
                | {"end": str((day + pd.Timedelta(days=6)).date()), "attributed": count, "value": 55 * count}
            )
    frame = pd.DataFrame(rows)
    missing = {c.name: UNKNOWN[c.kind] for c in ATTRIBUTED.columns if c.name not in frame}
    attributed = ATTRIBUTED.frame(frame.assign(**missing))
    measures = (
        ("share_shift", 0.03, 0.01, 0.05),
        ("divergence", 0.002, 0.001, 0.01),
        ("credited_to_nobody", 0.08, 0.01, 0.05),
    )
    stability = [
        {"system": "analytics", "other": "", "period": str(DATES[-3].date()), "measure": name}
        | {"value": value, "by_chance": chance, "limit": limit, "alarm": value - chance > limit}
        for name, value, chance, limit in measures
    ]
    return {
        "attributed": attributed,
        "attributed_by_quarter": claims(attributed, lambda channel, start, end: 21_345.6, 1),
        "attribution_stability": pd.DataFrame(stability),
    }


def _typed(spec: TableSpec, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame in the columns of its spec; those that no page shows need not be made here."""
    missing = {column.name: UNKNOWN[column.kind] for column in spec.columns if column.name not in frame}
    return spec.frame(frame.assign(**missing)[[column.name for column in spec.columns]])


def make_planned(
    folder: Path, world: World | None = None, made: Made | None = None, **without: bool
) -> FolderOnDisk:
    """Return a run with a plan, a forecast and attribution on disk; ``forecast=False`` leaves one of them out."""
    world, made = world or World(), made or Made()
    run = make_run(folder, world)
    run.frames["channels"]["caution"] = np.where(
        run.frames["channels"]["channel"].isin(made.mixed), "mixed with demand", ""
    )
    tables = {"paid_media_by_period": paid_by_period(run, made.mixed)}
    for name, part in (
        ("plan", lambda: plan_tables(run, made)),
        ("forecast", lambda: forecast_tables(run)),
        ("attribution", lambda: attribution_tables(run)),
    ):
        if without.get(name, True):
            tables |= part()
    specs = {spec.name: spec for spec in TABLES}
    typed = {name: _typed(specs[name], frame) if name in specs else frame for name, frame in tables.items()}
    return TypedFolder(
        run.path, run.manifest, run.config, run.verdict, run.frames | typed | {"columns": describe(TABLES)}
    )
