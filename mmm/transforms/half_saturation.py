"""The prior that the curves with a half-saturation point share."""

from mmm.transforms.family import ParameterPrior

# Half of what is possible is reached at one and a half times a typical active period (90 %: 0.6 to 4 times).
HALF_SATURATION = ParameterPrior("half_saturation", 1.5, 0.6)
