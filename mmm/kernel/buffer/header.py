"""Where everything lies in the one buffer that the kernel reads: a header of whole numbers, then the data.

Cells. All series of a model lie in one row of ``CELLS`` cells: geo after geo, each ``STRIDE`` cells long, of which the
first ``DATES`` are its dates and the others are empty: unobserved, no exposure, no weight. There are at least as many
empty cells behind a geo as any carryover has lags, so that all geos are carried over in one long loop and none reaches
the next; and ``CELLS`` is a multiple of `VECTOR`, so that such loops have no rest to be done one by one. What a loop
leaves in the empty cells is never read as anything but a factor of zero. Behind the last geo lie the paths of exposure
that experiments ask about, each channel's own, one behind the other.
"""

from enum import IntEnum

VECTOR = 32
"""Doubles that the compiler takes at a time at most: eight to a register, four registers."""


class Head(IntEnum):
    """Positions in the header: sizes, then positions of parameters in the vector (``AT_``), of data in the buffer
    (``OF_``) and of results in the working memory (``IN_``), whose length is ``WORK``.

    ``CALL_`` are addresses of C functions of this process (`mmm.kernel.entries`), those of the steps in their order; 0 is
    none. ``FACTOR`` is how many numbers the factor of the coordinates has (`mmm.kernel.entries.coordinates`), 0 where the
    point is the model's own."""

    SIZE = 0
    PARAMETERS = 1
    GEOS = 2
    DATES = 3
    STRIDE = 4
    CELLS = 5
    CHANNELS = 6
    TAPS = 7
    SHARED_FEATURES = 8
    FEATURES_STORED = 9
    GEO_FEATURES = 10
    POOLING = 11
    HALF_NORMALS = 12
    WORK = 13
    AT_LEVEL = 14
    AT_COEFFICIENTS = 15
    AT_MEDIA = 16
    AT_GEO_SPREAD = 17
    AT_GEO_SCORE = 18
    AT_NOISE = 19
    AT_AUTOCORRELATION = 20
    AT_TAIL = 21
    OF_PRIOR_MEAN = 22
    OF_PRIOR_PRECISION = 23
    OF_PRIOR_CONSTANT = 24
    OF_HALF_NORMAL = 25
    OF_LEVEL_PRIOR = 26
    OF_OUTCOME = 27
    OF_OBSERVED = 28
    OF_FOLLOWED = 29
    OF_KNOWN = 30
    OF_SHARED_DESIGN = 31
    OF_GEO_DESIGN = 32
    OF_FEATURE_SCALE = 33
    OF_FEATURE_SIZE = 34
    OF_FEATURE_INFORMATION = 35
    OF_EXPOSURE = 36
    OF_WEIGHT = 37
    OF_TARGET = 38
    OF_FIXED = 39
    OF_VALUE_LAW = 40
    OF_CHANNEL = 41
    IN_SIZE = 42
    IN_EXPECTED = 43
    IN_COMMON = 44
    IN_FEATURES = 45
    IN_MEDIA = 46
    IN_LEVEL = 47
    IN_NOISE = 48
    IN_BY_EXPECTED = 49
    IN_BY_GEO = 50
    IN_COEFFICIENT = 51
    IN_KERNEL = 52
    IN_BY_WEIGHT = 53
    IN_ADJOINT = 54
    IN_CHANNEL = 55
    IN_WEIGHT_SPACE = 56
    FACTOR = 57
    OF_COORDINATES = 58
    EXPERIMENTS = 59
    READOUTS = 60
    CHANGES = 61
    LOG_LINK = 62
    OF_PIECE = 63
    OF_PIECE_START = 64
    OF_CHANGE_WEIGHT = 65
    OF_CHANGE_CELL = 66
    OF_CHANGE_LEVEL = 67
    OF_READOUT_START = 68
    OF_READOUT = 69
    OF_WHITENING = 70
    OF_EXPERIMENT = 71
    IN_CHANGE = 72
    IN_BY_CHANGE = 73
    IN_READOUT = 74
    IN_BY_SECOND = 75
    IN_COUNTED = 76
    IN_VARIANCE = 77
    CALL_PRIORS = 78
    CALL_MEDIA = 79
    CALL_EXPECTATION = 80
    CALL_LIKELIHOOD = 81
    CALL_EVIDENCE = 82
    CALL_EXPECTATION_BACK = 83
    CALL_MEDIA_BACK = 84
    CALL_LOG_DENSITY = 85
    LENGTH = 86


class ChannelHead(IntEnum):
    """Positions in a channel's record: its families (addresses of `mmm.kernel.entries.parts`), window, where its parameters
    lie in the vector (-1: none), and which series, times which factor, turns its response into the quantity of its prior.

    ``TO_LINK`` behind where a parameter lies stands its link: 0 for the log, 1 for the logit."""

    CALL_WEIGHTS = 0
    LAGS = 1
    CALL_SATURATE = 2
    SATURATION_FIRST = 3
    AT_ADSTOCK = 4
    AT_ADSTOCK_SECOND = 5
    AT_SATURATION = 6
    AT_SATURATION_SECOND = 7
    TO_LINK = 4
    WEIGHT = 12
    WEIGHT_FACTOR = 13
    CALL_SATURATE_BACK = 14
    LENGTH = 15


class PieceHead(IntEnum):
    """Positions in the record of a piece of an experiment: whose coefficient, which cells of the response, which changes."""

    GEO = 0
    FIRST = 1
    CELLS = 2
    INTO = 3
    SIGN = 4
    LENGTH = 5


class ExperimentHead(IntEnum):
    """Positions in an experiment's record: its readouts, what makes their residuals independent, the law of its errors,
    and where its bias and the size of it lie in the vector (-1: none)."""

    FIRST = 0
    COUNT = 1
    WHITENING = 2
    FREEDOM = 3
    CONSTANT = 4
    AT_BIAS = 5
    AT_SIZE = 6
    AGE_VARIANCE = 7
    LENGTH = 8


POOLED, PARTIAL, SEPARATE = 0, 1, 2

WEIGHTS_AT_ONCE = 7
"""Weights that a loop takes at a time: the 14 of the usual weekly window are two such loops."""
FEATURES_AT_ONCE = 4
"""Features that a loop takes at a time; the design is filled up with zeros to a multiple of it."""
NOISE_SPACE = 3
"""Series of one more than the cells that the likelihood needs as working memory."""
