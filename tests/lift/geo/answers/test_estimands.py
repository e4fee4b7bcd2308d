from dataclasses import replace

import numpy as np
import pytest

from benchmarks.lift_worlds import GeoWorld, simulate_panel
from lift.geo.answers.estimands import between_cells, estimand_findings, mean_log
from lift.geo.data.assignment import complete
from lift.geo.data.setting import Setting
from lift.geo.estimators.rolling import Fits, fit_cell
from lift.geo.inference.placebo import Inference

PANEL = simulate_panel(GeoWorld(14, 56), 2)
TREATED = np.isin(np.arange(14), [1, 6])
SETTING = Setting(PANEL, None, TREATED, 46, 0.9, "difference_in_differences", "auto", complete(14, 2), False)


def fits(setting: Setting) -> Fits:
    return fit_cell(setting)


@pytest.mark.parametrize("randomised", [False, True])
def test_mean_log_is_difference_in_differences_of_logarithms(randomised: bool) -> None:
    raised = PANEL.copy()
    raised[1, 46:] *= 1.2
    raised[6, 46:] *= 1.1
    setting = replace(SETTING, outcome=raised, randomised=randomised)
    found = mean_log(setting, fits(setting))
    assert found is not None
    change = np.log(raised[:, 46:].mean(axis=1) / raised[:, :46].mean(axis=1))
    assert found.point == pytest.approx(np.expm1(change[TREATED].mean() - change[~TREATED].mean()))
    assert found.lower < found.point < found.upper and (found.p_value < 0.1) == (found.lower > 0)


def test_every_geo_counts_alike() -> None:
    """Doubling one of two treated geos is the root of two for their mean logarithm, whatever its size."""
    plain = mean_log(SETTING, fits(SETTING))
    for geo in (1, 6):
        raised = PANEL.copy()
        raised[geo, 46:] *= 2
        setting = replace(SETTING, outcome=raised)
        found = mean_log(setting, fits(setting))
        assert plain is not None and found is not None
        assert (1 + found.point) / (1 + plain.point) == pytest.approx(2**0.5)


def test_no_logarithm_without_outcome() -> None:
    empty = PANEL.copy()
    empty[3, 46:] = 0.0
    assert mean_log(replace(SETTING, outcome=empty), fits(SETTING)) is None


class _Found:
    """What the findings read of a cell."""

    class cell:  # noqa: N801
        name = "more"

    class test:  # noqa: N801
        class section:  # noqa: N801
            name, cells = "test", (1,)


def _row(
    estimand: str, role: str, estimate: float, p: float, method: str, half: float = 1.0
) -> dict[str, object]:
    return {"arm": "more", "estimand": estimand, "role": role, "estimate": estimate, "p_value": p, "level": 0.95,
            "method": method, "lower": estimate - half, "upper": estimate + half}  # fmt: skip


VERDICTS = [
    # p of the total, p of the mean log, status
    (0.008, 0.30, "warning"),
    (0.008, 0.02, "pass"),
    (0.2, 0.3, "pass"),
]


@pytest.mark.parametrize(("total", "log", "status"), VERDICTS)
def test_a_verdict_that_hangs_on_the_estimand_is_said(total: float, log: float, status: str) -> None:
    rows = [
        _row("incremental_outcome", "primary", -18.0, total, "ensemble, placebo"),
        _row("relative_lift", "primary", -0.018, total, "ensemble, placebo"),
        _row("relative_lift", "comparison", -0.006, log, "mean of log differences, placebo"),
        _row("incremental_outcome", "comparison", -17.5, total, "synthetic_control, placebo"),
        _row("incremental_outcome", "comparison", -2.0, 0.4, "block conformal"),
    ]
    found = {item.check: item for item in estimand_findings(_Found(), rows)}  # type: ignore[arg-type]
    assert found["estimands"].status == status
    assert "-1.8%" in found["estimands"].sentence and "-0.6%" in found["estimands"].sentence
    assert (
        found["other_methods"].sentence == "Intervals that do not hold the printed estimate: block conformal."
    )


class _Cell:
    """What the difference of two cells reads of one."""

    def __init__(self, name: str, total: float, half: float) -> None:
        self.cell = type("Cell", (), {"name": name})
        self.setting = type("Setting", (), {"level": 0.95, "split": 0})
        self.actual = np.array([1000.0 + total])
        effect = Inference(total, total - half, total + half, 0.95, 0.5, 0.01, 99, "interval")
        self.answer = type("Answer", (), {"effect": effect})
        section = type("Section", (), {"name": "test", "channels": ("tv",)})
        units = type("Units", (), {"outcome": "orders"})
        self.test, self.channels = type("Test", (), {"section": section, "units": units}), ("tv",)


@pytest.mark.parametrize("correlation", [0.0, 0.5])
def test_a_cell_against_another_shares_what_their_errors_share(correlation: float) -> None:
    cells = [_Cell("high", 80.0, 39.2), _Cell("low", 30.0, 39.2)]
    found = between_cells(cells, [{"low": correlation}, {"high": correlation}])  # type: ignore[arg-type]
    assert [row["arm"] for row in found] == ["high against low"]
    row = found[0]
    assert row["estimate"] == pytest.approx(0.05)
    # Ends of the lift are (effect) / (actual - effect): about .04 on either side, a standard error of .02 each.
    expected = 0.02 * (2 * (1 - correlation)) ** 0.5
    assert row["se"] == pytest.approx(expected, rel=0.08)
    assert (row["p_value"] < 0.05) == (row["lower"] > 0)


def test_no_difference_to_a_cell_without_an_end() -> None:
    cells = [_Cell("high", 80.0, np.inf), _Cell("low", 30.0, 39.2)]
    assert between_cells(cells, [{}, {}]) == []  # type: ignore[arg-type]
