"""Adstock and saturation: one family a file, and a row for it in one of the two tables here.

`family` says what a family is. From its row come the word of the YAML, what pages call it, its formula, priors, NumPy
reference and PyTensor twin, and the loops that the kernel compiles. `kernel` holds what carryover families share, and
`convolution` and `half_life` use the weights. Reading the YAML needs the rows: nothing heavier than NumPy is imported here.
"""

from collections.abc import Mapping

from mmm.transforms.binomial import BINOMIAL
from mmm.transforms.convolution import convolve, convolve_tensor
from mmm.transforms.delayed_geometric import DELAYED_GEOMETRIC
from mmm.transforms.family import AdstockTransform, ParameterPrior, SaturationTransform
from mmm.transforms.geometric import GEOMETRIC
from mmm.transforms.hill import HILL
from mmm.transforms.kernel import half_life
from mmm.transforms.log import LOG
from mmm.transforms.logistic import LOGISTIC
from mmm.transforms.michaelis_menten import MICHAELIS_MENTEN
from mmm.transforms.no_carryover import NO_CARRYOVER
from mmm.transforms.no_saturation import NO_SATURATION
from mmm.transforms.root import ROOT
from mmm.transforms.tanh import TANH
from mmm.transforms.weibull_cdf import WEIBULL_CDF
from mmm.transforms.weibull_pdf import WEIBULL_PDF

ADSTOCKS: Mapping[str, AdstockTransform] = {
    family.name: family
    for family in (GEOMETRIC, DELAYED_GEOMETRIC, WEIBULL_PDF, WEIBULL_CDF, BINOMIAL, NO_CARRYOVER)
}
SATURATIONS: Mapping[str, SaturationTransform] = {
    family.name: family for family in (LOGISTIC, HILL, MICHAELIS_MENTEN, TANH, ROOT, LOG, NO_SATURATION)
}

__all__ = [
    "ADSTOCKS",
    "SATURATIONS",
    "AdstockTransform",
    "ParameterPrior",
    "SaturationTransform",
    "convolve",
    "convolve_tensor",
    "half_life",
]
