"""A media-mix run of the walk in whose data everything may be doubted that a user can accept."""

from pathlib import Path

import numpy as np
import pandas as pd

from mixproof.aggregates.config import DataConfig
from tests.end_to_end.walk.budgets import plan
from tests.end_to_end.walk.media_mix import MEDIA_MIX
from tests.end_to_end.walk.rows import Row, values

WEEKS = pd.date_range("2022-01-03", periods=24, freq="7D").strftime("%Y-%m-%d")


def doubts(folder: Path, _: int) -> Row:
    """Return a run on data that raise every doubt, all of them accepted."""
    rng, weeks = np.random.default_rng(3), len(WEEKS)
    frames = []
    for geo in ("north", "south"):
        spend = rng.gamma(2.0, 50.0, (3, weeks)).round(2) + 20
        once, units, sent = np.zeros(weeks), spend[2].copy(), rng.integers(50, 90, weeks)
        once[9], units[12:], sent[4:8] = 400.0, units[12:] * 1000, 0
        sales = (900 + spend.sum(axis=0) + rng.normal(0, 20, weeks)).round(2)
        columns = {
            "tv": spend[0],
            "search": spend[1],
            "both": spend[0] + spend[1],
            "units": units,
            "once": once,
        }
        frame = pd.DataFrame(
            {"day": WEEKS, "geo": geo, **columns, "never": 0.0, "sent": sent, "sales": sales}
        )
        paid = np.where(np.arange(weeks) < 6, 0.0, spend[1])
        money = np.where(np.arange(weeks) % 2, "EUR", "USD")
        frames.append(
            frame.assign(paid=paid, seen=rng.integers(100, 200, weeks), share=0.4 * sales, money=money)
        )
    pair = frames[0].select_dtypes("number") + frames[1].select_dtypes("number")
    total = pair.assign(day=WEEKS, geo="total", money="EUR")
    pd.concat([*frames, total]).to_csv(folder / "doubts.csv", index=False)
    return {
        "name": "doubts",
        "data": {
            "frequency": "weekly",
            "currency": "EUR",
            "tables": [{"file": "doubts.csv", "date": "day", "geo": "geo"}],
            "outcome": {"column": "sales", "kind": "revenue"},
            "channels": [
                {"name": "tv", "spend": "tv", "exposure": "sent"},
                {"name": "paid", "spend": "paid", "exposure": "seen"},
                *({"name": name, "spend": name} for name in ("search", "both", "units", "once", "never")),
            ],
            "controls": [{"name": "share", "column": "share"}],
            "accept": list(values(DataConfig, "accept")),
        },
        "plan": plan(MEDIA_MIX + 1, "weekly", ("share",)),
        "mmm": {"fit": {"chains": 2, "draws": 100, "max_draws": 100, "tune": 100}},
    }
