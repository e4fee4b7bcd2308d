"""Draws from the prior of the model, all variables of it."""

import logging

import pymc as pm

from mixlift.aggregates.panel import Panel
from mmm.config import MmmConfig
from mmm.effects.draws import Draws, thin
from mmm.model import build_model

DRAWS = 1000


def prior_draws(panel: Panel, config: MmmConfig, seed: int) -> Draws:
    """Return draws of every variable of the model from the prior."""
    logging.getLogger("pymc.sampling.forward").setLevel(logging.WARNING)  # it lists every variable otherwise
    model = build_model(panel, config)
    names = [variable.name for variable in (*model.free_RVs, *model.deterministics)]
    # A thousand draws are sooner made step by step than compiled for.
    tree = pm.sample_prior_predictive(
        DRAWS, model=model, var_names=names, random_seed=seed, compile_kwargs={"mode": "FAST_COMPILE"}
    )
    return thin(tree["prior"].to_dataset(), DRAWS)
