"""Model and draws over the periods after a panel: what the calendar decides goes on by it, what chance decides by chance.

A run's posterior is about the panel alone. Its level, slopes, seasons, effects and responses hold for later periods as they
are. The drift and the shocks that geos share are processes: they go on from the path so far with the scatter they have, and
holidays that were never seen have their prior.
"""

from dataclasses import dataclass, replace

import numpy as np

from mmm.components import ComponentInput, Design
from mmm.forecast.future import Future
from mmm.problem.draws import Draws
from mmm.problem.problem import Problem


@dataclass(frozen=True, slots=True)
class Ahead:
    """The model from as many periods before the first forecast as still act, to the end of the future.

    Parameters
    ----------
    problem : Problem
        Its units are those of the panel; it has no vector of its own and cannot be fitted.
    first : int
        Place of the first period that is forecast.
    start : int
        Place of the first period that is asked about.
    """

    problem: Problem
    first: int
    start: int


def look_ahead(problem: Problem, future: Future) -> Ahead:
    """Return the model over the periods after its panel.

    Parameters
    ----------
    problem : Problem
        Of the panel that was fitted.
    future : Future
        That panel with the periods after it.

    Returns
    -------
    Ahead
    """
    longest = max((way.carryover.lags for way in problem.pathways), default=0)
    # The last known outcome is held against its own expectation, to which media as long before it belong.
    kept = slice(max(0, future.known - 1 - longest), None)
    longer: dict[str, Design] = {}
    for component, design in problem.designs:
        given = ComponentInput(future.panel, future.config, dict(longer))
        longer[component.name] = component.ahead(design, given, future.known)
    data = future.panel.data.isel(date=kept)
    exposure = data["exposure"].transpose("geo", "date", "channel").values
    frequency = data["frequency"].transpose("geo", "date", "channel").values
    outcome = np.full(exposure.shape[:2], np.nan)
    own = problem.model_outcome[:, kept][:, : future.known - kept.start]
    outcome[:, : own.shape[1]] = own
    media = replace(
        problem.media,
        exposure=exposure / problem.scaling.exposure[:, None, :],
        frequency=frequency / problem.scaling.frequency,
        window=np.ones(exposure.shape[:2], bool),
        weight=np.zeros(exposure.shape),
    )
    ahead = replace(
        problem,
        panel=replace(future.panel, data=data),
        config=future.config,
        media=media,
        designs=tuple(
            (part, replace(longer[part.name], matrix=longer[part.name].matrix[:, kept]))
            for part, _ in problem.designs
        ),
        model_outcome=outcome,
        replay=None,
    )
    return Ahead(ahead, future.known - kept.start, future.start - kept.start)


def draws_ahead(draws: Draws, ahead: Ahead, rng: np.random.Generator) -> Draws:
    """Return the draws with coefficients of what only later periods have, drawn from their prior given everything else.

    Parameters
    ----------
    draws : Draws
        Of the model of the panel.
    ahead : Ahead
    rng : numpy.random.Generator

    Returns
    -------
    Draws
    """
    arrays = dict(draws.arrays)
    for component, design in ahead.problem.designs:
        name = f"{component.name}_coefficient"
        known = arrays[name]
        new = design.scale[len(known) :, None] * rng.standard_normal(
            (len(design.scale) - len(known), draws.count)
        )
        if design.size is not None:
            new = new * draws.values(f"{component.name}_size")
        arrays[name] = np.concatenate([known, new])
    return replace(draws, arrays=arrays)
