"""Whether a model can be computed from its data at all: what cannot is refused by name before anything is sampled.

The sampler can only say that a log-density is not finite. Every number that the log-density is made of is looked at
here instead, under the name of the geo, channel or control that it belongs to.
"""

from collections.abc import Iterator

import numpy as np

from mixproof.aggregates.panel import Panel
from mixproof.errors import DataError, Fault
from mmm.config import MmmConfig
from mmm.faults import FAULTS
from mmm.problem.implied import share_faults
from mmm.problem.media import outcome_window
from mmm.problem.priors import channel_prior
from mmm.problem.problem import Problem, build_problem

LARGEST = 1e12
"""Beyond this, powers and products of a number in model units, in which 1 is typical, leave double precision."""


def raise_if_not_computable(panel: Panel, config: MmmConfig, accepted: tuple[str, ...] = ()) -> None:
    """Raise what keeps the model of `config` from being computed from `panel`, all of it at once.

    Parameters
    ----------
    panel : Panel
    config : MmmConfig
    accepted : tuple of str
        Codes of doubts that are accepted by name.

    Raises
    ------
    DataError
        A geo has no outcome, a prior on a return meets no spend, the outcome does not suit the likelihood, a number in
        model units is not finite, or the priors make media bring next to nothing or nearly everything.
    """
    faults = [*_without_outcome(panel), *_without_spend(panel, config)]
    if faults:
        raise DataError(faults)
    with np.errstate(all="ignore"):  # what is not finite is named below
        problem = build_problem(panel, config)
        faults = list(_not_finite(problem)) or share_faults(problem, accepted)
    if faults:
        raise DataError(faults)


def _without_outcome(panel: Panel) -> Iterator[Fault]:
    for geo, known in zip(panel.geos, panel.observed.any(axis=1), strict=True):
        if not known:
            yield _fault("outcome-never-known", f"outcome '{panel.outcome_name}', geo {geo}")


def _without_spend(panel: Panel, config: MmmConfig) -> Iterator[Fault]:
    """Yield channels whose return has a prior and cannot be worked out; one that was never on has nothing to work out."""
    spend = panel.data["spend"].transpose("geo", "date", "channel").values
    exposure = panel.data["exposure"].transpose("geo", "date", "channel").values
    in_window = np.where(outcome_window(panel)[..., None], spend, 0.0).sum(axis=(0, 1))
    for number, name in enumerate(panel.channels):
        quantity, _ = channel_prior(name, panel, config)
        if quantity in ("roi", "mroi") and in_window[number] == 0 and np.any(exposure[..., number] > 0):
            yield _fault("prior-without-spend", f"channel {name}", f"Its prior is on {quantity}.")


def _not_finite(problem: Problem) -> Iterator[Fault]:
    """Yield each geo, channel and component with a number that the log-density cannot be computed from."""
    panel, media = problem.panel, problem.media
    for number, geo in enumerate(panel.geos):
        outcome = problem.model_outcome[number][panel.observed[number]]
        if _too_large(problem.scaling.outcome[number]) or _too_large(outcome):
            where = f"outcome '{panel.outcome_name}', geo {geo}"
            yield _fault(
                "not-computable", where, "Its mean is zero or it is not finite beside that of other geos."
            )
    for number, name in enumerate(panel.channels):
        frequency = media.frequency[..., number]
        if _too_large(media.exposure[..., number]) or _too_large(frequency[~np.isnan(frequency)]):
            what = f"Some of its exposure is over {LARGEST:.0e} times that of a typical active period."
            yield _fault("not-computable", f"channel {name}", what)
        elif _too_large(media.weight[..., number]) or _too_large(media.target[:, number]):
            what = "Its spend or the outcome is so small that a return on it is not finite."
            yield _fault("not-computable", f"channel {name}", what)
    for component, design in problem.designs:
        for feature, name in enumerate(design.features):
            if _too_large(design.matrix[..., feature]):
                yield _fault(
                    "not-computable", f"{component.name} {name}", "Its values are not finite once scaled."
                )


def _too_large(values: np.ndarray) -> bool:
    return not bool((np.abs(values) <= LARGEST).all())


def _fault(code: str, where: str, more: str = "") -> Fault:
    _, meaning, remedy = FAULTS[code]
    return Fault(code, where, f"{meaning} {more}".strip(), remedy)
