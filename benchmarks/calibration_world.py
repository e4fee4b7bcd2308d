"""The data of ``configs/calibration.yaml``: a market whose spend chases demand that nobody measured, two experiments, and
what an attribution system claims.

    python -m benchmarks.calibration_world

In four weeks social is switched off in four of sixteen regions; later a tenth of all people see no search for four weeks.
Both leave their mark on the national table. Media act as the world's own mechanism says, in every region and head alike.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from mixproof.aggregates.simulate import simulate_world
from mixproof.aggregates.simulate.scene import Medium, Scene
from mixproof.aggregates.simulate.writing import rounded

FOLDER = Path(__file__).parent.parent / "configs" / "data"
SEED = 4
REGIONS, DARK = 16, ("region_03", "region_06", "region_11", "region_14")
GEO_TEST, HOLDOUT = slice(100, 104), slice(124, 128)
SEEN = slice(40, 112)
"""Weeks that the table of regions covers."""
TREATED, CONTROL = 0.3, 0.1
"""Shares of all people in the holdout's arms; the others are as everybody."""
AFTER = 3
"""Weeks after the holdout that are counted."""
ERROR = 0.1
"""Standard error of the holdout as a share of its effect."""
CLAIMED = {"search": 2.5, "social": 1.25, "video": 0.5}
"""Credit that the attribution system gives, over what each channel brings in the same week; it does not see the others."""
CREDITED, ORDER, UNSEEN = slice(80, None), 60.0, 0.5
"""Weeks of its export, value of an order, and share of all orders for which it has no touch."""


def without(medium: Medium, weeks: slice) -> np.ndarray:
    """Return what a channel brings by week, shape (period,), where it is off in `weeks`.

    Parameters
    ----------
    medium : Medium
    weeks : slice

    Returns
    -------
    numpy.ndarray, shape (period,)
    """
    exposure = medium.exposure.copy()
    exposure[:, weeks] = 0.0
    return medium.response.effect(exposure)[0]


def main() -> None:
    """Write the tables, and print the money of the holdout."""
    world, rng = simulate_world("chasing", SEED), np.random.default_rng(SEED)
    scene = world.scene
    media = {medium.name: medium for medium in scene.media}
    share = rng.dirichlet(np.full(REGIONS, 12.0))
    names = [f"region_{number + 1:02d}" for number in range(REGIONS)]
    dark = np.isin(names, DARK)
    lost = {
        name: media[name].response.effect(media[name].exposure)[0] - without(media[name], weeks)
        for name, weeks in (("social", GEO_TEST), ("search", HOLDOUT))
    }
    regions(scene, share, names, dark, lost["social"], rng).to_csv(
        FOLDER / "calibration_regions.csv", index=False, lineterminator="\n"
    )
    table = world.tables["chasing.csv"].copy()
    revenue = table["revenue"] - share[dark].sum() * lost["social"] - CONTROL * lost["search"]
    table["revenue"] = revenue.round(2)
    for name, weeks, part in (("social", GEO_TEST, share[dark].sum()), ("search", HOLDOUT, CONTROL)):
        spend = table[f"{name}_spend"].to_numpy().copy()
        spend[weeks] *= 1 - part
        table[f"{name}_spend"] = spend.round(2)
    table.to_csv(FOLDER / "calibration.csv", index=False, date_format="%Y-%m-%d", lineterminator="\n")
    rounded(world.truth).to_csv(FOLDER / "calibration_truth.csv", index=False, lineterminator="\n")
    people(scene, lost["search"], rng).to_csv(
        FOLDER / "calibration_people.csv", index=False, lineterminator="\n"
    )
    brought = {
        name: media[name].response.effect(media[name].exposure)[0]
        - {"social": share[dark].sum(), "search": CONTROL}.get(name, 0.0) * lost.get(name, 0.0)
        for name in CLAIMED
    }
    credit(scene, brought).to_csv(FOLDER / "calibration_credit.csv", index=False, lineterminator="\n")
    spent = media["search"].spend
    assert spent is not None
    print("population", round(scene.population[0]), "spend", round(TREATED * spent[0, HOLDOUT].sum(), 2))
    print("starts", scene.dates[GEO_TEST.start].date(), scene.dates[HOLDOUT.start].date())


def regions(
    scene: Scene,
    share: np.ndarray,
    names: list[str],
    dark: np.ndarray,
    lost: np.ndarray,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return revenue and social spend by region and week.

    Parameters
    ----------
    scene : Scene
    share : numpy.ndarray, shape (region,)
        Of all people.
    names : list of str
    dark : numpy.ndarray of bool, shape (region,)
    lost : numpy.ndarray, shape (period,)
        What the nation would lose if social were off everywhere.
    rng : numpy.random.Generator

    Returns
    -------
    pandas.DataFrame
    """
    social = next(medium.spend for medium in scene.media if medium.name == "social")
    assert social is not None
    rows = []
    for number, name in enumerate(names):
        outcome = share[number] * (scene.outcome()[0] - dark[number] * lost)
        outcome = outcome * (1 + 0.012 * rng.standard_normal(outcome.size))
        spend = share[number] * social[0].copy()
        if dark[number]:
            spend[GEO_TEST] = 0.0
        frame = pd.DataFrame({"region": name, "date": scene.dates.strftime("%Y-%m-%d")})
        rows.append(frame.assign(revenue=outcome.round(2), social_spend=spend.round(2)).iloc[SEEN])
    return pd.concat(rows, ignore_index=True)


def people(scene: Scene, lost: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Return the sums of both arms of the holdout.

    Parameters
    ----------
    scene : Scene
    lost : numpy.ndarray, shape (period,)
        What the nation would lose if search were off for everybody.
    rng : numpy.random.Generator

    Returns
    -------
    pandas.DataFrame
    """
    weeks = slice(HOLDOUT.start, HOLDOUT.stop + AFTER)
    mean = scene.outcome()[0, weeks].sum() / scene.population[0]
    gap = lost[weeks].sum() / scene.population[0]
    users = {"as usual": TREATED * scene.population[0], "no search": CONTROL * scene.population[0]}
    sd = ERROR * gap / np.sqrt(sum(1 / count for count in users.values()))
    rows = []
    for arm, count in users.items():
        own = mean - gap * (arm == "no search") + sd / np.sqrt(count) * rng.standard_normal()
        rows.append(
            {"arm": arm, "users": round(count), "converters": round(count * own / 60), "revenue": round(count * own, 2),
             "revenue_squared": round(count * (sd**2 + own**2), 2)}
        )  # fmt: skip
    return pd.DataFrame(rows)


def credit(scene: Scene, brought: dict[str, np.ndarray]) -> pd.DataFrame:
    """Return what the attribution system exports: orders and their value by week and channel.

    Parameters
    ----------
    scene : Scene
    brought : dict of str to numpy.ndarray, shape (period,)
        What each channel that the system sees brings, as run.

    Returns
    -------
    pandas.DataFrame
    """
    rng, weeks = np.random.default_rng([SEED, 1]), scene.dates[CREDITED].strftime("%Y-%m-%d")
    count = {
        name: rng.poisson(CLAIMED[name] * np.maximum(value[CREDITED], 0.0) / ORDER)
        for name, value in brought.items()
    }
    count["(unattributed)"] = np.round(UNSEEN * scene.outcome()[0, CREDITED] / ORDER)
    frames = [pd.DataFrame({"week": weeks, "channel": name, "orders": each}) for name, each in count.items()]
    table = pd.concat(frames, ignore_index=True).sort_values(["week", "channel"], kind="stable")
    return table.assign(orders=table["orders"].astype(int), revenue=table["orders"] * ORDER)


if __name__ == "__main__":
    main()
