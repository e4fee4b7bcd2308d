"""What every check holds its number against, in one place.

`MAX_R_HAT` and `MIN_ESS` are those at which sampling stops: met by everything, or there is a warning, and a failure
where a reported return misses them.
"""

from mmm.numerics.convergence import MAX_R_HAT as MAX_R_HAT
from mmm.numerics.convergence import MIN_ESS as MIN_ESS

FAILING_R_HAT = 1.05
"""R-hat of any parameter from which the chains have not found the same posterior."""
FAILING_ESS = 100.0
"""Effective sample size of any parameter below which its interval is a guess."""
SWALLOWED = 0.5
"""Share of the outcome's variation beyond trend and season from which a control is named as what media are left nothing by."""
SWALLOWED_WHOLE = 0.9
"""The same from which chains that are far apart at the first look will not come together."""
FAILING_DIVERGENCES = 0.01
"""Share of divergent transitions from which part of the posterior is out of the sampler's reach; any is a warning."""
MIN_BFMI = 0.3
"""Energy Bayesian fraction of missing information below which the tails are explored slowly (Betancourt 2016)."""
FAILING_BFMI = 0.15
"""The same below which they are not explored."""
COVERAGE_SLACK = 0.03
"""How far coverage may lie off its level beyond chance: parameters have seen the data they are judged on."""
COVERAGE_SIGMAS = 3.29
"""Width of chance in standard deviations: one false alarm in a thousand."""
FAILING_COVERAGE = 0.15
"""Shortfall of coverage from which the noise is misjudged altogether."""
AUTOCORRELATION_ALARM = 0.01
"""False-alarm rate of the Ljung-Box test over all geos together."""
MATERIAL_AUTOCORRELATION = 0.2
"""Smallest positive correlation of neighbouring residuals worth a warning."""
MAX_K_HAT = 1.0
"""Pareto k above which the weights of leaving a cell out have no mean: that cell alone decides part of the result.

Between 0.7 and 1 leave-one-out cannot be computed from the draws either (Vehtari et al. 2024), but that is a limit of the
computation and the rule for a flexible baseline, not a fault of the answer.
"""
WARNING_K_SHARE = 0.02
"""Share of cells above it from which it is worth a warning."""
FAILING_K_SHARE = 0.2
"""Share of cells above it from which no draw-based judgement of fit holds."""
MAX_WEIGHT_K = 0.7
"""Pareto k up to which importance weights mend an approximation (Vehtari et al. 2024)."""
PRIOR_OVERLAP = 0.85
"""Overlap of a channel's posterior with its prior from which the prior, not the data, gives the answer."""
CONFLICT_TAIL = 0.01
"""Probability that a prior gives to what the data say without it, or to more on that side, from which the two contradict.

Of 235 channels in 30 kinds of worlds, 6 of 20 whose interval misses the truth are said to (four of five with a return of -1.5),
and 8 of 215 whose interval covers it (``benchmarks/results/kinds.md``); at 0.025 they are 7 and 11.
"""
SEPARABILITY = -0.5
"""Posterior correlation of two contributions below which the data know their sum better than either."""
COLLINEARITY = 0.7
"""Correlation of their carried-over exposures above which that is the data's fault."""
DUPLICATES = 0.9
"""The same above which (variances inflated fivefold) the priors, not the data, share an effect between the two."""
NEGATIVE_BASELINE = 0.05
"""Share of draws and periods with a negative baseline that is worth a warning."""
FAILING_NEGATIVE_BASELINE = 0.25
"""The same that makes the decomposition meaningless."""
MOSTLY = 0.5
"""Share of a channel's contribution below its lowest observed level from which the contribution is mostly assumed."""
ASSUMED_POSSIBLE = 0.2
"""Probability that it is, above which that is said.

Form and carryover, on which the share rests, are hardly known there either: the model puts it too low where curves bend early.
"""
HIGHEST_EXPOSURE = 1.25
"""Highest observed exposure, in times of the usual, below which more spend is out of sight."""
CHASING_POSSIBLE = 0.25
"""Probability that a channel follows demand, as likely as not beforehand, from which it is said that it may.

Detection first: a chase that is not said is worse than a caution that was not needed. In 240 simulated worlds of each kind
it is said in 91 % of those in which spend follows demand, and where it does not in 9 % (demo), 11 % (delayed, worthless),
16 % (national), 21 % (geos) and 29 % (small: two years, four channels that bring a third of sales).
``benchmarks/results/demand_chasing.md`` has other limits, and kinds of chase that are harder to see.
"""
CHASING_NAMED = 0.05
"""Probability of a single channel from which it is named where some channel is said to follow demand.

Where one follows, others often do, and what is shared out between them says little of each. In national worlds that were not
used to choose it, 76 % of chased channels are named and 18 % of honest ones (14 % in worlds without a chase); with 0.25 it
would be 50 % and 8 % (``benchmarks/results/kinds.md``).
"""
CHASING_UNSEEN = 0.1
"""Probability up to which it is said that no spend is seen to follow demand; above it the verdict says that it may.

Of 120 simulated chases none lies below it, and 35 to 64 % of worlds in which spend ignores demand do.
"""
CHASING_CERTAIN = 0.8
"""Probability of one channel from which it is said that it does: in 63 % of those worlds, and in 1 to 9 % of the others."""
MOVED_SHARE = 0.1
"""Share of a control beyond trend and season that media must explain before it is said that they move it."""
MOVED_CHANCE = 0.02
"""How often media at another time may explain as much: one control in fifty that has nothing to do with them is suspected."""
MOVED_ANSWER = 0.1
"""Change of what media brought, as a share of it, below which leaving such a control out does not matter."""
