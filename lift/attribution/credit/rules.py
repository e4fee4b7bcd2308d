"""Every credit rule, and the credit that each gives: a new rule is a row here and a name in `RuleName`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from lift.attribution.config import NEED_NULLS, AttributionConfig
from lift.attribution.credit.dividing import (
    divided,
    first_touch,
    last_non_direct_touch,
    last_touch,
    linear,
    linear_distinct,
    position,
    time_decay,
)
from lift.attribution.credit.markov import removal_effects
from lift.attribution.credit.paths import NO_TOUCH, Paths
from lift.attribution.credit.shapley import MOST_CHANNELS, coalition_worth, shapley_values
from lift.attribution.faults import fault
from lift.moments import Array
from mixproof.errors import DataError, Fault


@dataclass(frozen=True, slots=True)
class Credit:
    """What one rule gives.

    Parameters
    ----------
    rule : str
        Its name, with the order for Markov.
    conversions : numpy.ndarray, shape (channel,)
        Adding to the conversions of all paths with a touch.
    value : numpy.ndarray, shape (channel,), or None
        Adding to their value.
    effect : numpy.ndarray, shape (channel,), or None
        What the credit is in proportion to: removal effects, or Shapley values of the rate.
    note : str
        What a reader of the numbers must know.
    """

    rule: str
    conversions: Array
    value: Array | None
    effect: Array | None = None
    note: str = ""


Rule = Callable[[Paths, AttributionConfig], Iterator[Credit]]


def credit_of(paths: Paths, config: AttributionConfig) -> list[Credit]:
    """Return the credit that each rule of the YAML gives.

    Parameters
    ----------
    paths : Paths
    config : AttributionConfig

    Returns
    -------
    list of Credit
        In the order of the YAML; Markov once an order.

    Raises
    ------
    DataError
        Markov or Shapley credit cannot be computed from these paths.
    """
    faults = list(_impossible(paths, config))
    if faults:
        raise DataError(faults)
    return [credit for name in config.rules for credit in RULES[name](paths, config)]


def _impossible(paths: Paths, config: AttributionConfig) -> Iterator[Fault]:
    """Yield why a rule cannot be computed."""
    where = "attribution.rules"
    needy = [name for name in config.rules if name in NEED_NULLS]
    if needy and (paths.nulls is None or not paths.nulls.any()):
        what = f"{', '.join(needy)}: every journey of the table ends in a conversion."
        yield fault("credit-without-nulls", where, what)
    if "shapley" in config.rules and len(paths.channels) > MOST_CHANNELS:
        what = f"The paths have {len(paths.channels)} channels."
        yield fault("credit-too-many-channels", where, what)


def _dividing(name: str, weigh: Callable[[Paths, AttributionConfig], Array]) -> Rule:
    """Return a rule that divides each path over its own touches."""

    def give(paths: Paths, config: AttributionConfig) -> Iterator[Credit]:
        weights = weigh(paths, config)
        value = None if paths.value is None else divided(paths, weights, paths.value)
        steps = name == "time_decay" and paths.ages is None
        note = "ages are steps to the last touch: the paths have no days" if steps else ""
        yield Credit(name, divided(paths, weights, paths.conversions), value, None, note)

    return give


def _markov(paths: Paths, config: AttributionConfig) -> Iterator[Credit]:
    for order in config.markov_orders:
        counts, value = removal_effects(paths, order)
        yield _in_proportion(paths, f"markov order {order}", counts, value)


def _shapley(paths: Paths, config: AttributionConfig) -> Iterator[Credit]:
    """The untouched journeys' own rate is the worth of no channel, where it is known."""
    untouched = next((row for row in paths.outside if row.name == NO_TOUCH), None)
    known = untouched is not None and untouched.nulls > 0
    journeys = untouched.conversions + untouched.nulls if untouched is not None else 0.0
    empty = [untouched.conversions / journeys, untouched.value / journeys] if known and untouched else [0, 0]
    counts = shapley_values(coalition_worth(paths, paths.conversions, empty[0]))
    value = None if paths.value is None else shapley_values(coalition_worth(paths, paths.value, empty[1]))
    yield _in_proportion(paths, "shapley of rates", counts, value)


def _in_proportion(paths: Paths, rule: str, counts: Array, value: Array | None) -> Credit:
    """Return all conversions and all value in proportion to effects; none where effects add to nothing."""
    total = None if paths.value is None or value is None else _shared(value, paths.value)
    credit = _shared(counts, paths.conversions)
    undefined = np.isnan(credit).any() or (total is not None and np.isnan(total).any())
    note = "no credit: the effects of all channels together are not above zero" if undefined else ""
    return Credit(rule, credit, total, counts, note)


def _shared(effects: Array, amounts: Array) -> Array:
    whole = effects.sum()
    return effects / whole * amounts.sum() if whole > 0 else np.full(len(effects), np.nan)


RULES: Mapping[str, Rule] = {
    "first": _dividing("first", lambda paths, _: first_touch(paths)),
    "last": _dividing("last", lambda paths, _: last_touch(paths)),
    "last_non_direct": _dividing(
        "last_non_direct",
        lambda paths, config: last_non_direct_touch(paths, config.paths.direct if config.paths else ""),
    ),
    "linear": _dividing("linear", lambda paths, _: linear(paths)),
    "linear_distinct": _dividing("linear_distinct", lambda paths, _: linear_distinct(paths)),
    "position": _dividing("position", lambda paths, _: position(paths)),
    "time_decay": _dividing("time_decay", lambda paths, config: time_decay(paths, config.half_life_days)),
    "markov": _markov,
    "shapley": _shapley,
}
"""Name in the YAML -> the rule: (paths, config) -> one or several credits."""
