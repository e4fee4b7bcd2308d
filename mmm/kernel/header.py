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
    GEO_FEATURES = 8
    POOLING = 9
    HALF_NORMALS = 10
    WORK = 11
    AT_LEVEL = 12
    AT_COEFFICIENTS = 13
    AT_MEDIA = 14
    AT_GEO_SPREAD = 15
    AT_GEO_SCORE = 16
    AT_NOISE = 17
    AT_AUTOCORRELATION = 18
    AT_TAIL = 19
    OF_PRIOR_MEAN = 20
    OF_PRIOR_PRECISION = 21
    OF_PRIOR_CONSTANT = 22
    OF_HALF_NORMAL = 23
    OF_LEVEL_PRIOR = 24
    OF_OUTCOME = 25
    OF_OBSERVED = 26
    OF_FOLLOWED = 27
    OF_KNOWN = 28
    OF_SHARED_DESIGN = 29
    OF_GEO_DESIGN = 30
    OF_FEATURE_SCALE = 31
    OF_FEATURE_SIZE = 32
    OF_EXPOSURE = 33
    OF_WEIGHT = 34
    OF_TARGET = 35
    OF_FIXED = 36
    OF_VALUE_LAW = 37
    OF_CHANNEL = 38
    IN_EXPECTED = 39
    IN_COMMON = 40
    IN_MEDIA = 41
    IN_LEVEL = 42
    IN_NOISE = 43
    IN_BY_EXPECTED = 44
    IN_BY_GEO = 45
    IN_COEFFICIENT = 46
    IN_KERNEL = 47
    IN_BY_WEIGHT = 48
    IN_ADJOINT = 49
    IN_CHANNEL = 50
    LENGTH = 51


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
