"""Where everything lies in the one buffer that the kernel reads: a header of whole numbers, then the data.

Cells. All series of a model lie in one row of ``CELLS`` cells: geo after geo, each ``STRIDE`` cells long, of which the
first ``DATES`` are its dates and the others are empty: unobserved, no exposure, no weight. There are at least as many
empty cells behind a geo as any carryover has lags, so that all geos are carried over in one long loop and none reaches
the next; and ``CELLS`` is a multiple of `VECTOR`, so that such loops have no rest to be done one by one. What a loop
leaves in the empty cells is never read as anything but a factor of zero.
"""

from enum import IntEnum

VECTOR = 32
"""Doubles that the compiler takes at a time at most: eight to a register, four registers."""


class Head(IntEnum):
    """Positions in the header: sizes, then positions of parameters in the vector (``AT_``), of data in the buffer
    (``OF_``) and of results in the working memory (``IN_``), whose length is ``WORK``."""

    SIZE = 0
    GEOS = 1
    DATES = 2
    STRIDE = 3
    CELLS = 4
    CHANNELS = 5
    TAPS = 6
    SHARED_FEATURES = 7
    FEATURES_STORED = 8
    GEO_FEATURES = 9
    POOLING = 10
    HALF_NORMALS = 11
    WORK = 12
    AT_LEVEL = 13
    AT_COEFFICIENTS = 14
    AT_MEDIA = 15
    AT_GEO_SPREAD = 16
    AT_GEO_SCORE = 17
    AT_NOISE = 18
    AT_AUTOCORRELATION = 19
    AT_TAIL = 20
    OF_PRIOR_MEAN = 21
    OF_PRIOR_PRECISION = 22
    OF_PRIOR_CONSTANT = 23
    OF_HALF_NORMAL = 24
    OF_LEVEL_PRIOR = 25
    OF_OUTCOME = 26
    OF_OBSERVED = 27
    OF_FOLLOWED = 28
    OF_KNOWN = 29
    OF_SHARED_DESIGN = 30
    OF_GEO_DESIGN = 31
    OF_FEATURE_SCALE = 32
    OF_FEATURE_SIZE = 33
    OF_EXPOSURE = 34
    OF_WEIGHT = 35
    OF_TARGET = 36
    OF_FIXED = 37
    OF_VALUE_LAW = 38
    OF_CHANNEL = 39
    IN_EXPECTED = 40
    IN_COMMON = 41
    IN_FEATURES = 42
    IN_MEDIA = 43
    IN_LEVEL = 44
    IN_NOISE = 45
    IN_BY_EXPECTED = 46
    IN_BY_GEO = 47
    IN_COEFFICIENT = 48
    IN_KERNEL = 49
    IN_BY_WEIGHT = 50
    IN_ADJOINT = 51
    IN_CHANNEL = 52
    LENGTH = 53


class ChannelHead(IntEnum):
    """Positions in a channel's record: families, window, where its parameters lie in the vector (-1: none), and which
    series, times which factor, turns its response into the quantity of its prior."""

    ADSTOCK = 0
    LAGS = 1
    SATURATION = 2
    SATURATION_FIRST = 3
    AT_ADSTOCK = 4
    AT_ADSTOCK_SECOND = 5
    AT_SATURATION = 6
    AT_SATURATION_SECOND = 7
    LOGIT_SATURATION = 8
    WEIGHT = 9
    WEIGHT_FACTOR = 10
    LENGTH = 11


POOLED, PARTIAL, SEPARATE = 0, 1, 2
NORMAL, HALF_NORMAL, LEVEL = 0, 1, 2
