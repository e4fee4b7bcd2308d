"""Controls and treatments that are the outcome: refused; what only moves with it is not."""

import numpy as np
import pytest

from mixproof.aggregates.contract.outcomes import names_an_outcome
from mixproof.errors import DataError

NOISE = np.random.default_rng(8).normal(0, 1, (4, 60))

CONTROLS = [
    ("orders times a constant", "price", lambda y: y / 31, True),
    ("orders beside revenue", "Orders", lambda y: y / 31 * (1 + 0.03 * NOISE[0]), True),
    ("half of it, by its name", "new_customers", lambda y: y / 90 + 4 * NOISE[1], True),
    ("the same without the name", "weather", lambda y: y / 90 + 4 * NOISE[1], False),
    ("a competitor's sales that run against it", "competitor_sales", lambda y: 9000 - 0.8 * y, False),
    ("a price", "price", lambda y: 1 + 0.1 * NOISE[2], False),
    ("orders that have nothing of it", "Orders", lambda y: 400 + 9 * NOISE[3], False),
]


@pytest.mark.parametrize(
    ("column", "make", "refused"), [row[1:] for row in CONTROLS], ids=[r[0] for r in CONTROLS]
)
@pytest.mark.parametrize("role", ["controls", "treatments"])
def test_a_regressor_that_is_the_outcome_is_refused(build, good, role, column, make, refused):
    frame = good.weekly()
    frame = frame.drop(columns="price").assign(**{column: make(frame["revenue"])})
    section = good.section(controls=[]) | {role: [{"name": "it", "column": column}]}
    if not refused:
        build(frame, section)
        return
    with pytest.raises(DataError) as raised:
        build(frame, section)
    assert {fault.code for fault in raised.value.faults} == {"control-is-outcome"}
    assert any(
        "control-is-outcome" in s for s in build(frame, section | {"accept": ["control-is-outcome"]}).notices
    )


def test_parts_that_add_up_to_the_outcome_are_refused(build, good):
    frame = good.weekly()
    online = (frame["revenue"] * (0.5 + 0.1 * NOISE[0])).round(2)
    frame = frame.assign(web=online, shops=frame["revenue"] - online)
    controls = [{"name": name, "column": name} for name in ("web", "shops", "price")]
    with pytest.raises(DataError) as raised:
        build(frame, good.section(controls=controls))
    assert {fault.where for fault in raised.value.faults} == {"t.csv: web", "t.csv: shops"}


NAMES = {
    True: (
        "orders",
        "newCustomers",
        "Web Sessions",
        "add_to_cart",
        "Bestellungen",
        "sign-ups",
        "pedidos",
        "ventes",
        "units_sold",
    ),
    False: (
        "competitor_sales_B",
        "price_index",
        "temperature",
        "holiday",
        "sales_price",
        "sentiment_score",
        "conversion_rate",
    ),
}


@pytest.mark.parametrize(("outcome", "name"), [(key, name) for key, names in NAMES.items() for name in names])
def test_names_of_outcomes(outcome, name):
    assert names_an_outcome(name) is outcome
