"""A realistic run folder on disk, made from the table specs with a seeded generator, and a reader of it as reports get one."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mixproof.aggregates.calendar import period_labels
from mixproof.records.table import describe
from mixproof.records.verdict import Finding, Verdict
from mmm.config import MmmConfig
from mmm.effects.periods import periods_in_full
from mmm.effects.tables import ASSUMED, MIXED, TABLES

SPECS = {spec.name: spec for spec in TABLES}
UNKNOWN = {"text": "", "number": np.nan, "integer": 0, "flag": False, "date": pd.NaT}


def table(name: str, rows: Any) -> pd.DataFrame:
    """Return rows as the table `name`; columns that no page shows need not be invented here."""
    spec, frame = SPECS[name], pd.DataFrame(rows)
    missing = {c.name: UNKNOWN[c.kind] for c in spec.columns if c.name not in frame}
    return spec.frame(frame.assign(**missing))


ASSUMED_SHARE = 0.3
"""Of what each channel of the tests brought."""
DATES = pd.date_range("2023-01-02", periods=130, freq="W-MON")
MEDIA = ("TV", "Search", "Paid social", "Online video", "Display", "Newsletter", "Promotion")
KINDS = ("paid", "paid", "paid", "paid", "paid", "organic", "treatment")


@dataclass
class FolderOnDisk:
    """Reads a folder's files as `mixproof.records.run.Run` does."""

    path: Path
    manifest: dict[str, Any]
    config: dict[str, Any]
    verdict: Verdict
    frames: dict[str, pd.DataFrame]
    tables: list[str] = field(init=False)

    def __post_init__(self) -> None:
        folder = self.path / "tables"
        folder.mkdir(parents=True, exist_ok=True)
        for name, frame in self.frames.items():
            frame.to_csv(folder / f"{name}.csv", index=False)
        self.tables = list(self.frames)

    def table(self, name: str) -> pd.DataFrame:
        return pd.read_csv(self.path / "tables" / f"{name}.csv", keep_default_na=True)


@dataclass(frozen=True)
class World:
    """What varies between the runs of the tests."""

    names: tuple[str, ...] = MEDIA
    geos: tuple[str, ...] = ("national",)
    kind: str = "revenue"
    valued: bool = True
    grouped: bool = True
    status: str = "warning"
    seed: int = 20
    margin: float | None = None
    fiscal_year_starts: int = 1
    mixed: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()


def _estimate(name: str, mean: Any, spread: Any, median: bool = False) -> dict[str, Any]:
    parts = {f"{name}_mean": mean, f"{name}_lower": mean - spread, f"{name}_upper": mean + 1.15 * spread}
    return parts | ({f"{name}_median": mean - 0.03 * spread} if median else {})


def _weekly(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Return weekly means, one column a component, about 800,000 of outcome a week."""
    t = np.arange(len(DATES))
    size = 1.0 if world.kind == "revenue" else 0.02
    frame = pd.DataFrame(index=DATES)
    frame["intercept"] = 430_000 + 40_000 * np.sin(t / 31) + 350 * t
    frame["seasonality"] = 60_000 * np.cos(2 * np.pi * (t - 47) / 52.18)
    frame["price"] = -12_000 + 5_000 * rng.standard_normal(len(t)).cumsum() / 9
    for i, name in enumerate(world.names):
        flights = np.clip(np.sin(t / (4 + i) + i) + 0.4 * rng.standard_normal(len(t)), 0, None)
        frame[name] = (95_000, 82_000, 41_000, 30_000, 14_000, 16_000, 60_000)[i] * np.convolve(
            flights, (0.5, 0.3, 0.2)
        )[: len(t)]
        if KINDS[i] == "treatment":
            frame[name] *= (t % 13) == 5
    return frame * size


def _channels(world: World, weekly: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    total = float(weekly.to_numpy().sum())
    rows = []
    for i, (name, kind) in enumerate(zip(world.names, KINDS, strict=True)):
        mean = float(weekly[name].sum())
        spend = mean / (0.9, 2.3, 1.35, 1.1, 0.55, 1.0, 1.0)[i] if kind == "paid" else np.nan
        spend *= 1.0 if world.kind == "revenue" else 40.0
        rows.append(_channel(world, (name, kind), mean, 0.13 + 0.09 * i, spend, total, rng))
    if world.grouped:
        members = [world.names[3], world.names[4]]
        group = " + ".join(members)
        both = [row for row in rows if row["channel"] in members]
        for row in both:
            row["reported_as"] = f"only within {group}"
        mean, spend = sum(row["contribution_mean"] for row in both), sum(row["spend"] for row in both)
        rows.append(_channel(world, (group, "group"), mean, 0.16, spend, total, rng) | {"reported_as": "sum"})
    return table("channels", rows)


def _channel(
    world: World,
    who: tuple[str, str],
    mean: float,
    width: float,
    spend: float,
    total: float,
    rng: np.random.Generator,
) -> dict[str, Any]:
    value = np.nan if not world.valued else 1.0 if world.kind == "revenue" else 55.0
    roi = mean * value / spend
    lasting = np.nan if who[1] in {"treatment", "group"} else 0.6 + 3 * rng.random()
    return {
        "channel": who[0],
        "kind": who[1],
        "spend": spend,
        "reported_as": _caution(world, who[0]) if who[1] != "group" and _caution(world, who[0]) else "alone",
        "caution": _caution(world, who[0]),
        "half_life": lasting,
        "half_life_lower": 0.6 * lasting,
        "half_life_upper": 1.7 * lasting,
        "carry_in_mean": 0.01 * mean,
        "carry_out_mean": 0.013 * mean,
        **_estimate("contribution", mean, width * mean * 1.9),
        **_estimate("share", mean / total, width * 1.9 * mean / total),
        **_estimate("roi", roi, width * roi * 1.9, True),
        **_estimate("mroi", 0.62 * roi, width * roi * 1.7),
        **_estimate("contribution_observed", (1 - ASSUMED_SHARE) * mean, width * mean),
        **_estimate("roi_observed", (1 - ASSUMED_SHARE) * roi, width * roi),
        **_estimate("assumed_share", ASSUMED_SHARE, 0.2),
        **_estimate("cpia", spend / mean, width * 1.9 * spend / mean),
    }


def _caution(world: World, name: str) -> str:
    members = set(name.split(" + "))
    marks = {MIXED: world.mixed, ASSUMED: world.assumed}
    return "; ".join(mark for mark, names in marks.items() if members & set(names))


def _paid_media(channels: pd.DataFrame) -> pd.DataFrame:
    """Return each paid channel, then all of them, as a run adds them up."""
    paid = channels[channels["kind"] == "paid"]
    total, spend = paid["contribution_mean"].sum(), paid["spend"].sum()
    rows = [
        {
            **row,
            "spend_share": row["spend"] / spend,
            **_estimate("effect_share", row["contribution_mean"] / total, 0.04),
            "prior_on": "roi",
            "prior_median": 1.0,
            "prior_lower": -0.2,
            "prior_upper": 4.0,
        }
        for row in paid.to_dict("records")
    ]
    roi = float((paid["roi_mean"] * paid["spend"]).sum() / spend)
    whole = {"channel": "all paid channels", "spend": spend, "spend_share": 1.0, "prior_on": ""}
    whole |= _estimate("contribution", total, 0.1 * total) | _estimate("effect_share", 1.0, 0.0)
    rows.append(whole | _estimate("roi", roi, 0.1 * roi, True))
    known = [column.name for column in SPECS["paid_media"].columns]
    return table("paid_media", [{name: row[name] for name in known if name in row} for row in rows])


def _kind(world: World, component: str) -> str:
    return dict(zip(world.names, KINDS, strict=True)).get(component, "baseline")


def _long(world: World, weekly: pd.DataFrame) -> dict[str, pd.DataFrame]:
    tidy = weekly.rename_axis("date").reset_index().melt("date", var_name="component", value_name="mean")
    tidy["kind"] = [_kind(world, name) for name in tidy["component"]]
    over_time = tidy[["date", "component", "kind"]].assign(
        **_estimate("contribution", tidy["mean"], 0.2 * tidy["mean"].abs())
    )
    rows = []
    starts = world.fiscal_year_starts
    for grain in ("quarter", "fiscal_year", *(("fiscal_quarter",) if starts > 1 else ())):
        labels = period_labels(DATES, grain, starts)
        sums = weekly.groupby(np.asarray(labels), sort=False).sum()
        counts = pd.Series(labels).value_counts()
        for period, values in sums.iterrows():
            day = DATES[labels.index(str(period))]
            for name, mean in values.items():
                spend = mean / 1.2 if _kind(world, str(name)) == "paid" else np.nan
                rows.append(
                    {
                        "grain": grain,
                        "period": period,
                        "component": name,
                        "kind": _kind(world, str(name)),
                        "spend": spend,
                        "share_mean": mean / values.sum(),
                        "periods": counts[period],
                        "periods_in_full": periods_in_full(day, grain, "weekly", starts),
                        **_estimate("contribution", mean, 0.22 * abs(mean)),
                    }
                )
    total = weekly.to_numpy().sum()
    steps = [
        {
            "component": name,
            "kind": _kind(world, str(name)),
            **_estimate("contribution", mean, 0.15 * abs(mean)),
            **_estimate("share", mean / total, 0.15 * abs(mean) / total),
        }
        for name, mean in weekly.sum().items()
    ]
    return {
        "decomposition": table("decomposition", over_time),
        "contributions": table("contributions", rows),
        "waterfall": table("waterfall", steps),
    }


def _curves(world: World, channels: pd.DataFrame) -> dict[str, pd.DataFrame]:
    response, carryover = [], []
    known = channels.set_index("channel")
    for i, name in enumerate(world.names[:6]):
        row, levels = known.loc[name], np.linspace(0, 2, 41)
        base = row["spend"] if KINDS[i] == "paid" else 2.4e6
        mean = row["contribution_mean"] * levels**0.8 / (0.6 + 0.4 * levels**0.8)
        response.append(
            pd.DataFrame(
                {
                    "channel": name,
                    "multiplier": levels,
                    "spend": base * levels,
                    "observed": levels <= 1.15 + 0.1 * i,
                    **_estimate("outcome", mean, (0.15 + 0.05 * i) * mean),
                }
            )
        )
        weight = np.exp(-np.arange(14) / row["half_life"]) * (0.4 + np.arange(14)) ** 0.3
        weight /= weight.sum()
        carryover.append(
            pd.DataFrame({"channel": name, "lag": np.arange(14), **_estimate("weight", weight, 0.3 * weight)})
        )
    return {
        "response": table("response", pd.concat(response)),
        "carryover": table("carryover", pd.concat(carryover)),
    }


def _fit(world: World, weekly: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    weights = np.linspace(2, 1, len(world.geos))
    for geo, weight in zip(world.geos, weights / weights.sum(), strict=True):
        expected = weekly.sum(axis=1).to_numpy() * weight
        noise = 0.045 * expected.mean()
        actual = expected + noise * rng.standard_normal(len(expected))
        rows.append(
            pd.DataFrame(
                {
                    "geo": geo,
                    "date": DATES,
                    "actual": actual,
                    "expected_mean": expected,
                    "residual": actual - expected,
                    **_estimate("predicted", expected, 1.64 * noise),
                }
            )
        )
    return table("fit", pd.concat(rows))


def _by_geo(world: World, channels: pd.DataFrame) -> pd.DataFrame:
    columns = [column.name for column in SPECS["channels_by_geo"].columns if column.name != "geo"]
    alone = channels[channels["kind"] != "group"][columns]
    return table("channels_by_geo", pd.concat([alone.assign(geo=geo) for geo in world.geos]))


def _parameters(rng: np.random.Generator) -> pd.DataFrame:
    rows = [
        {
            "parameter": f"beta[{i}]",
            "mean": rng.random(),
            "sd": 0.1,
            "lower": 0.1,
            "upper": 0.9,
            "r_hat": 1.002,
            "ess_bulk": 1234.0,
            "ess_tail": 987.0,
        }
        for i in range(12)
    ]
    return table("parameters", rows)


def _manifest(world: World, verdict: Verdict) -> dict[str, Any]:
    hashes = {name: f"{i:064x}" for i, name in enumerate(("data/media.csv", "data/outcome.csv"), 11)}
    return {
        "name": "Northwind 2025",
        "run_id": "20260105-101500-3f9a2c",
        "seed": 7,
        "config_hash": "ab" * 32,
        "inputs": hashes,
        "artefacts": {},
        "versions": {"mixproof": "0.1.0", "pymc": "6.4.0", "nutpie": "0.16.4"},
        "platform": "Linux x86_64, Python 3.12",
        "timings": {"check": 0.8, "fit": 24.2, "effects": 2.9},
        "verdict": verdict.as_dict(),
        "panel": {
            "currency": "EUR",
            "outcome_name": "revenue" if world.kind == "revenue" else "orders",
            "outcome_kind": world.kind,
            "outcome_unit": "EUR" if world.kind == "revenue" else "orders",
            "frequency": "weekly",
            "geos": list(world.geos),
            "start": "2023-01-02",
            "end": "2025-06-23",
            "ledger": [
                {
                    "table": "data/media.csv",
                    "read": 134,
                    "used": 130,
                    "excluded": 4,
                    "reason": "before the window starts",
                },
                {"table": "data/outcome.csv", "read": 130, "used": 130, "excluded": 0, "reason": ""},
            ],
            "notices": ["missing spend read as zero: Display, 3 weeks (missing: {spend: zero})"],
        },
    }


PASSES = (
    Finding(
        "convergence",
        "pass",
        "R-hat is at most 1.004 and every effective sample size is at least 612.",
        1.004,
        1.01,
    ),
    Finding(
        "residual_autocorrelation", "pass", "Residuals of neighbouring weeks are not alike (0.04).", 0.04, 0.2
    ),
    Finding("baseline", "pass", "The baseline is never negative.", 0.0, 0.05),
)
WARNING = Finding(
    "separability",
    "warning",
    "Online video and Display move together (correlation 0.97); only their sum is reported.",
    0.97,
    0.9,
    "Display",
)
FAILURE = Finding(
    "divergences", "failure", "12 draws diverged; the posterior may be wrong where they happened.", 12.0, 0.0
)


STATUSES = {"pass": PASSES, "warning": (*PASSES, WARNING), "failure": (*PASSES, WARNING, FAILURE)}


def make_run(folder: Path, world: World) -> FolderOnDisk:
    """Return a run folder of `world`, written to `folder`."""
    rng = np.random.default_rng(world.seed)
    weekly = _weekly(world, rng)
    channels = _channels(world, weekly, rng)
    verdict = Verdict(STATUSES[world.status])
    frames = {
        "channels": channels,
        "channels_by_geo": _by_geo(world, channels),
        **_long(world, weekly),
        **_curves(world, channels),
        "paid_media": _paid_media(channels),
        "fit": _fit(world, weekly, rng),
        "fit_quality": table(
            "fit_quality",
            [
                {"geo": geo, "periods": 130, "r2": 0.91, "mape": 0.042, "mape_periods": 130, "wmape": 0.04}
                for geo in ("all geos", *(world.geos if len(world.geos) > 1 else ()))
            ],
        ),
        "parameters": _parameters(rng),
        "verdict": table("verdict", verdict.as_dict()["findings"]),
        "columns": describe(TABLES),
    }
    files = [{"file": "data/media.csv"}, {"file": "data/outcome.csv"}]
    stated = {"margin": world.margin, "fiscal_year_starts": world.fiscal_year_starts}
    config = {"mmm": MmmConfig().model_dump() | stated, "data": {"tables": files}}
    return FolderOnDisk(folder, _manifest(world, verdict), config, verdict, frames)
