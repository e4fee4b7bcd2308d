"""Experiments calibrate the media-mix model: what each one measured is asked of the model itself, in the likelihood.

1. `gather` takes the evidence that the `calibrate:` section names; `checks` refuses what does not fit the panel.
2. `treated` says who was treated, `periods` and `paths` turn spend as run and without the test into exposure that the
   model can replay; `assembly` adds up what counts over which geos and days; `readouts` does it for all
   experiments, once, for `mmm.problem.problem`.
3. `replay` is the result: paths, weights, what was observed. `prior_size` is how large an effect the priors expect.
4. `predicted` gives what draws of a posterior say each readout should have been; ``agreement/`` holds model and
   experiments against each other with it.
"""

from mmm.calibration.calibration import Calibration as Calibration
from mmm.calibration.market import Market as Market
from mmm.calibration.readouts import work_out as work_out
from mmm.calibration.replay import Replay as Replay
