"""Credit over time and between systems: what chance does is no alarm, what a change does is."""

import numpy as np
import pandas as pd
import pytest

from lift.attribution.config import Stability
from lift.attribution.stability import divergence, largest_shift, stability_findings, stability_rows
from lift.attribution.tables import STABILITY
from tests.lift.attribution.factors.evidence_cases import rows

SHARES = {"search": 0.4, "social": 0.3, "video": 0.2, "(unattributed)": 0.1}


def simulated(
    seed: int, size: float, changed: dict[str, float] | None = None, system: str = "ads"
) -> pd.DataFrame:
    """Return twelve weeks of counts; from the seventh on shares are `changed`."""
    rng = np.random.default_rng(seed)
    frame = rows(SHARES, weeks=12).assign(system=system)
    weeks = sorted(frame["start"].unique())
    for number, week in enumerate(weeks):
        shares = changed if changed and number >= 6 else SHARES
        for channel, share in shares.items():
            place = (frame["start"] == week) & (frame["channel"] == channel)
            frame.loc[place, "attributed"] = float(rng.poisson(size * share))
    return frame


def test_divergence_and_shift_by_hand() -> None:
    now, before = np.array([300.0, 100.0]), np.array([200.0, 200.0])
    shift, chance = largest_shift(now, before)
    assert shift == pytest.approx(0.25)
    assert chance == pytest.approx(2 * (0.625 * 0.375 * (1 / 400 + 1 / 400)) ** 0.5)
    value, by_chance = divergence(now, before)
    assert value == pytest.approx(0.75 * np.log(1.5) + 0.25 * np.log(0.5), abs=2e-3)
    assert by_chance == pytest.approx((1 + 2 * 2**0.5) * 0.5 * (1 / 400 + 1 / 400))


@pytest.mark.parametrize("size", [50.0, 2000.0])
def test_chance_is_no_alarm(size: float) -> None:
    found = [stability_rows(simulated(seed, size), Stability()) for seed in range(20)]
    alarms = [row["alarm"] for rows_ in found for row in rows_]
    assert np.mean(alarms) <= 0.03


CHANGES = {
    "a window that favours video": (
        {"search": 0.2, "social": 0.3, "video": 0.4, "(unattributed)": 0.1},
        {"share_shift", "divergence"},
    ),
    "identity that is lost": (
        {"search": 0.28, "social": 0.21, "video": 0.14, "(unattributed)": 0.37},
        {"credited_to_nobody"},
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_named_once_in_its_period(name: str) -> None:
    changed, measures = CHANGES[name]
    found = STABILITY.frame(stability_rows(simulated(1, 2000.0, changed), Stability()))
    alarms = found[found["alarm"]]
    assert set(alarms["measure"]) == measures
    assert set(alarms["period"]) == {"2025-02-17"}
    said = list(stability_findings(stability_rows(simulated(1, 2000.0, changed), Stability())))
    assert len(said) == len(measures)
    assert all("2025-02-17" in finding.sentence for finding in said)


def test_two_systems_that_divide_credit_otherwise() -> None:
    other = {"search": 0.1, "social": 0.3, "video": 0.5, "(unattributed)": 0.1}
    both = pd.concat([simulated(1, 2000.0), simulated(2, 2000.0, other, "meta")], ignore_index=True)
    found = STABILITY.frame(stability_rows(both, Stability()))
    between = found[found["other"] == "meta"]
    assert len(between) == 12
    assert between["alarm"].tolist() == [False] * 6 + [True] * 6
    assert any("ads and meta" in finding.sentence for finding in stability_findings(found.to_dict("records")))


def test_rows_of_arms_and_gaps_are_not_compared() -> None:
    frame = pd.concat([simulated(1, 2000.0), rows({"search": 9e5}, arm="held")], ignore_index=True)
    assert stability_rows(frame, Stability()) == stability_rows(simulated(1, 2000.0), Stability())
