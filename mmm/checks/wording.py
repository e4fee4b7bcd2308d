"""What the checks say: one sentence a finding, filled with its numbers by ``str.format``."""

DRAFT_CLOSE = (
    "This is a draft: a normal approximation of the posterior, not a sample of it. Its importance weights mend it (Pareto k"
    " {k:.2f}, at most {limit:.1f} can be mended; worth {draws:.0f} draws), but only sampling tells: set mmm.fit.mode: sample"
    " before anything is reported."
)
DRAFT_FAR = (
    "This is a draft: a normal approximation of the posterior, and not a close one. Pareto k of its importance weights is"
    " {k:.2f}, and above {limit:.1f} they cannot mend it (worth {draws:.0f} draws): intervals are too narrow, and returns may"
    " lie elsewhere. Set mmm.fit.mode: sample before anything is decided or reported."
)
STOPPED = (
    "Sampling was stopped at {draws} draws a chain, since more would not help: every chain has found an answer of its own (the"
    " largest R-hat is {r_hat:.1f}, and should be at most 1.01). What the chains disagree about most: {subjects}."
)
CONTROLS_SWALLOW = (
    "The cause is most likely a control with most of the outcome's variation beyond trend and season: {controls}. It leaves"
    " media nothing to explain. Leave {them} out."
)
NOTHING_SWALLOWS = (
    "No control has {limit:.0%} of the outcome's variation beyond trend and season. Look at these first: give their channels"
    " fewer lags or a simpler saturation, merge channels that are bought together, or leave the component out."
)
AGREE = "All chains agree about the {what}: the largest R-hat is {r_hat:.3f} ({parameter})."
DISAGREE = (
    "The chains do not agree about the {what}: R-hat of {parameter} is {r_hat:.3f}, and should be at most {limit:.2f}."
    " Let it sample longer (mmm.fit.max_draws) or simplify the model."
)
ENOUGH = (
    "There are enough draws for the {what}: the smallest effective sample size is {ess:.0f} ({parameter})."
)
TOO_FEW = (
    "There are too few independent draws for the {what}: the effective sample size of {parameter} is {ess:.0f}, and"
    " should be at least {limit:.0f}. Let it sample longer (mmm.fit.max_draws)."
)
NO_DIVERGENCES = "The sampler met no region it could not explore: no divergent transitions in {draws} draws."
DIVERGENCES = (
    "The sampler met regions it could not explore: {count} of {draws} transitions ({share:.2%}) diverged."
    " Raise mmm.fit.target_accept or simplify the model."
)
ENERGY_FINE = (
    "The sampler moves freely between likely and unlikely regions: the smallest E-BFMI is {bfmi:.2f}."
)
ENERGY_LOW = (
    "The sampler moves slowly between likely and unlikely regions, so that interval ends are uncertain:"
    " the smallest E-BFMI is {bfmi:.2f}, and should be at least {limit:.1f}."
)
COVERED = "{covered:.0%} of the {cells} observed outcomes lie in their {level:.0%} one-step-ahead intervals."
NOT_COVERED = (
    "Only {covered:.0%} of the {cells} observed outcomes lie in their {level:.0%} one-step-ahead intervals:"
    " the model is surer of itself than it should be."
)
BARELY_COVERED = (
    "{covered:.0%} of the {cells} observed outcomes lie in their {level:.0%} one-step-ahead intervals, fewer than should:"
    " the intervals are a little too narrow."
)
MORE_THAN_COVERED = (
    "{covered:.0%} of the {cells} observed outcomes lie in their {level:.0%} one-step-ahead intervals, more than should:"
    " the intervals are wider than they need to be."
)
OVER_COVERED = (
    "{covered:.0%} of the {cells} observed outcomes lie in their {level:.0%} one-step-ahead intervals:"
    " the model is less sure of itself than it could be, and its intervals are too wide."
)
RESIDUALS_FINE = "Residuals show no pattern: neighbouring ones correlate by {correlation:.2f}, Ljung-Box {p} over {lags} lags."
RESIDUALS_APART = (
    "Residuals are not independent{where} (Ljung-Box {p} over {lags} lags), but neighbouring ones {how} (correlation"
    " {correlation:.2f}): that does not make intervals too narrow."
)
RESIDUALS_RELATED = (
    "Residuals follow a pattern that the model does not have{where}: neighbouring ones correlate by {correlation:.2f}"
    " (Durbin-Watson {watson:.2f}, Ljung-Box {p} over {lags} lags). Intervals may be too narrow;"
    " look for a missing event, control or seasonality."
)
NO_RESIDUALS = "There are too few neighbouring outcomes to say whether residuals follow a pattern."
INFLUENCE_FINE = (
    "No single outcome decides the result: leaving out any one of {cells} would change it little (Pareto k at most"
    " {k:.2f}, limit {limit:.2f})."
)
INFLUENCE_FEW = (
    "{count} of {cells} outcomes decide more than their share of the result (Pareto k above {limit:.2f}, {largest} at {place});"
    " leaving out any other would change it little."
)
INFLUENCE = (
    "{count} of {cells} outcomes ({share:.1%}) decide more than their share of the result: Pareto k is above"
    " {limit:.2f}, {largest} at {place}. Check these periods; name an event where something special happened."
)
DATA_SPEAK = "The result for {channel} is not merely its prior: posterior and prior overlap by {overlap:.0%}."
PRIOR_SPEAKS = (
    "The return of {channel} is mostly its prior, what was believed before the data: the two overlap by {overlap:.0%}."
    " An experiment would tell; until then this number is an opinion."
)
PRIOR_CONFLICT = (
    "The data contradict what was believed of {channel} beforehand: without the prior they say {side} than it reaches to (it"
    " gave {tail:.1%} to what they say or {side}; limit {limit:.1%}). The answer is a compromise between the two, and neither:"
    " its interval may hold no truth at all. One of the two is wrong: check the unit of spend, a missing control or event, and"
    " the prior itself (mmm.channels.{channel}.prior), and let an experiment decide before this number is used."
)
DUPLICATES = (
    "The data cannot tell {members} apart: their exposure moves together (correlation {collinear:.2f}), so that how their"
    " effect is shared between them is what was believed beforehand. Only their sum is a result;"
    " the numbers of its members are not."
)
TOLD_APART = (
    "The data can tell all channels apart: no two contributions trade off by more than {correlation:.2f}."
)
NOT_TOLD_APART = (
    "The data cannot tell {members} apart: their exposure moves together (correlation {collinear:.2f}) and what one"
    " gains the other loses (posterior correlation {correlation:.2f}). Only their sum is a result;"
    " the numbers of its members are not."
)
BASELINE_FINE = "The baseline is negative in {share:.1%} of draws and periods."
BASELINE_NEGATIVE = (
    "The baseline is negative in {share:.1%} of draws and periods: media and treatments are given more outcome than there was."
    " Lower the priors on media or check the outcome."
)
SEEN_LOW_AND_HIGH = "Nine periods in ten had {channel} between {low:.0%} and {high:.0%} of its usual level."
MOSTLY_OBSERVED = (
    "Of what {channel} brought, {share:.0%} ({low:.0%} to {high:.0%}) lies below its lowest observed level, where no data can"
    " tell it from the baseline."
)
MOSTLY_ASSUMED = (
    "What {channel} brought may be mostly assumed: {share:.0%} of it ({low:.0%} to {high:.0%}) lies below the lowest level that"
    " it was ever at, and no data can tell that part from the baseline (probability that it is more than half: {likely:.0%})."
    " There the answer is what the prior and the form of the curve say; the return of the observed part is given beside, and"
    " plans keep the channel at its lowest observed level or above. A dark period of some weeks, in some regions or in all, or"
    " an experiment would show the rest."
)
NEVER_HIGH = (
    "{channel} was above {high:.0%} of its usual level in only one period in twenty: what more spend would bring is read off a"
    " part of the curve that was hardly observed."
)
SELDOM = (
    "{channel} ran in fewer than one period in twenty, so that there is no usual level of it: what it brings rests on"
    " {count} of {cells} periods."
)
NO_CHASING = (
    "No channel's spend is seen to follow demand: the probability that any does is {probability:.0%}, starting from even odds"
    " (a warning is given above {limit:.0%}; closest is {channel}). That does not exclude it: it cannot see demand that comes"
    " and goes within a few"
    " weeks, or that moves sales by no more and no sooner than media could; it warned of 91 % of simulated chases, and of"
    " about half of weak ones and of those of a single channel in flights. Only an experiment, or a control that measures"
    " demand, can settle it."
)
CHASING = (
    "Spend on {channel} {verb} demand: it moves with sales sooner, or by more, than what it buys could make them"
    " (probability {probability:.0%}, starting from even odds)."
    " Of {worlds} simulated worlds {like} in which spend ignores demand, {alarm:.0%} are told so too; {marked:.0%} of channels"
    " whose spend ignores demand{found} are marked there. If it is true, its"
    " return is mixed up with that demand, and no model of these data can separate them: only an"
    " experiment, or a control that measures demand, can settle it. If its spend was fixed ahead of time, without looking at"
    " demand, say so (mmm.channels.{channel}.planned: true)."
)
CHASING_BESIDE = (
    "Spend on {channel} may follow demand: that any channel's does has a probability of {overall:.0%}, its own alone only"
    " {probability:.0%}, starting from even odds, but where one follows, others often do. In simulated worlds {like},"
    " {marked:.0%} of channels whose spend ignores demand{found} are marked. If it is true, its return is mixed"
    " up with that demand, and no model of these data can separate them: only an experiment, or a control that measures"
    " demand, can settle it. If its spend was fixed ahead of time, without looking at demand, say so"
    " (mmm.channels.{channel}.planned: true)."
)
CHASING_PLANNED = (
    "Spend on {channel} was fixed ahead of time, the YAML says (mmm.channels, planned): it is not asked whether it follows"
    " demand. Money that was planned for a demand that was foreseen follows it all the same."
)
CHASING_OPEN = (
    "Spend may follow demand, most likely that on {channel}: the probability that any channel's does is {probability:.0%},"
    " starting from even odds; a warning is given above {limit:.0%}. In simulated worlds in which spend ignores demand, 36 to"
    " 65 % are told so or warned; of 120 in which two channels follow demand that lasts, all were. If it is true, the"
    " channel's return is mixed up with that demand, and no model of these data can separate them: only an experiment, or a"
    " control that measures demand, can settle it."
)
CHASING_CERTAIN = "follows"
CHASING_POSSIBLE = "may follow"
CHASING_UNKNOWN = "There are too few periods, or no channel, to ask whether spend follows demand."
CONTROLS_STAND = (
    "No control is seen to be moved by media: beyond trend and season they explain {share:.0%} of one at most (a warning needs"
    " {limit:.0%}, and more than chance explains)."
)
CONTROLS_MATTER_LITTLE = (
    "Media seem to move {controls} ({share:.0%} explained beyond trend and season), but without the control the answer would be"
    " nearly the same."
)
CONTROLS_MOVED = (
    "Media seem to move {controls}: beyond trend and season they explain {shares} of the control, more than chance would."
    " Such a control takes part of their effect away; without {it}, {answers}. Leave {it} out, unless the control stands for"
    " demand that is there before the money is spent: then it belongs in the model."
)
CONTROLS_UNKNOWN = "There are too few periods to ask whether media move the controls."


def p_words(p: float) -> str:
    """Return a p-value in words that never say more than it does, for example ``p = 0.012`` or ``p < 0.001``."""
    return "p < 0.001" if p < 0.0005 else f"p = {p:.3f}"
