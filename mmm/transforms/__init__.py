"""Adstock and saturation: one family a file, one table of each here; the YAML's words are the keys."""

from collections.abc import Mapping

from mixproof.aggregates.panel import Frequency
from mmm.config import Adstock
from mmm.transforms import carryover
from mmm.transforms.binomial import BINOMIAL
from mmm.transforms.carryover import Carryover
from mmm.transforms.convolution import convolve, convolve_tensor
from mmm.transforms.delayed_geometric import DELAYED_GEOMETRIC
from mmm.transforms.family import AdstockTransform, ParameterPrior, SaturationTransform
from mmm.transforms.geometric import GEOMETRIC
from mmm.transforms.half_life import half_life
from mmm.transforms.hill import HILL
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


def resolve_carryover(adstock: Adstock, frequency: Frequency) -> Carryover:
    """Return family, window and priors of the carryover that `adstock` asks for."""
    return carryover.resolve(adstock, frequency, ADSTOCKS)


__all__ = [
    "ADSTOCKS",
    "SATURATIONS",
    "AdstockTransform",
    "Carryover",
    "ParameterPrior",
    "SaturationTransform",
    "convolve",
    "convolve_tensor",
    "half_life",
    "resolve_carryover",
]
