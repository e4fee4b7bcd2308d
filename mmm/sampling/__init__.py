"""From a problem to draws of its posterior.

1. `engine` chooses what computes the log-density: the kernel, wrapped by `nutpie_model`, or PyMC where the kernel lacks a part;
   `nutpie_import` imports the sampler without what a run does not need.
2. `pilots` are short chains from which `preconditioning` makes coordinates in which the posterior is round; `warm_start`
   makes them from an earlier posterior instead.
3. `chain` is one chain, kept and read back; `chain_set` is all of them; `raw_draws` labels what the sampler drew.
4. `stopping` judges, at each target, whether the draws are enough.

`approximation` is the draft: a normal with importance weights in the place of chains.
"""
