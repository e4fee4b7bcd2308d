"""The bridge adds up exactly, lands on the causes that are there, and costs the fits that it must."""

from collections.abc import Collection
from itertools import combinations
from typing import Any

import pytest

from tests.workflow.compare.made_sides import effects, level, side
from workflow.compare.bridge import Bridge, Vertex, build_bridge
from workflow.compare.causes import APPENDED, CONFIG, NOISE, PACKAGE, REFITTED, RESTATED

REFITS = {0: 0, 1: 0, 2: 2, 3: 6}


def built(changed: frozenset[str], noise: float = 0.0, package: float = 0.0) -> tuple[Bridge, list[Vertex]]:
    a, b = side("a"), side("b", changed)
    fitted: list[Vertex] = []

    def fit(vertex: Vertex) -> Any:
        fitted.append(vertex)
        return "new"

    def read(posterior: Any, panel: Any, of: Any) -> Any:
        old = posterior == "kept" and of is a
        return effects(panel, of, noise=noise, package=0.0 if old or not package else package)

    return build_bridge(a, b, fit, read), fitted


def parts(bridge: Bridge, channel: str = "tv", measure: str = "roi") -> dict[str, float]:
    rows = bridge.table[(bridge.table["channel"] == channel) & (bridge.table["measure"] == measure)]
    return dict(zip(rows["cause"], rows["change"], strict=True))


def named(changed: Collection[str]) -> str:
    """Return the name of a case, the same in every process."""
    return ", ".join(sorted(changed)) or "nothing"


@pytest.mark.parametrize(
    "changed", [frozenset(c) for size in range(4) for c in combinations(REFITTED, size)], ids=named
)
def test_parts_add_up_and_land_on_the_causes_that_are_there(changed: frozenset[str]) -> None:
    bridge, fitted = built(changed)
    assert bridge.refits == len(fitted) == REFITS[len(changed)]
    for measure in ("roi", "contribution", "share"):
        for channel in ("tv", "search"):
            found = parts(bridge, channel, measure)
            total = found.pop("total")
            assert sum(found.values()) == pytest.approx(total, abs=1e-9 * max(1, abs(total)))
    found = parts(bridge)
    assert found["total"] == pytest.approx(level(changed) - 1.0)
    assert set(found) - {"total", "new window"} == (set(changed) or {NOISE})


def test_a_part_is_the_mean_step_over_all_orders() -> None:
    found = parts(built(frozenset({RESTATED, CONFIG}))[0])
    one, both = (
        {cause: level(frozenset({cause})) - 1 for cause in (RESTATED, CONFIG)},
        level(frozenset({RESTATED, CONFIG})) - 1,
    )
    for cause, other in ((RESTATED, CONFIG), (CONFIG, RESTATED)):
        assert found[cause] == pytest.approx((one[cause] + both - one[other]) / 2)


def test_combinations_are_fitted_to_their_panel_with_their_model_from_the_nearer_run() -> None:
    _, fitted = built(frozenset(REFITTED))
    seen = {(len(v.panel.data["date"]), str(v.model_of.run.path), str(v.warm.run.path)) for v in fitted}
    assert (80, "b", "a") in seen and (88, "a", "a") in seen and (88, "b", "b") in seen


def test_a_new_package_takes_one_fit_more_and_has_its_own_part() -> None:
    bridge, fitted = built(frozenset({APPENDED, RESTATED, PACKAGE}), package=0.2)
    found = parts(bridge)
    assert bridge.refits == len(fitted) == 3 and found[PACKAGE] == pytest.approx(0.2)
    assert sum(v for k, v in found.items() if k != "total") == pytest.approx(found["total"])
    alone = parts(built(frozenset({PACKAGE}), package=0.2)[0])
    assert alone[PACKAGE] == pytest.approx(0.2) and set(alone) == {"total", PACKAGE}


def test_what_may_be_noise_is_not_called_clear() -> None:
    bridge, _ = built(frozenset(), noise=0.3)
    rows = bridge.table[bridge.table["cause"] == NOISE]
    assert len(rows) == 6 and not rows["clear"].any() and not bridge.causes
    changed, _ = built(frozenset({CONFIG}), noise=0.01)
    rows = changed.table[(changed.table["cause"] == CONFIG) & (changed.table["measure"] == "roi")]
    assert rows["clear"].all() and (rows["error"] > 0).all()
