"""Where everything lies in the one buffer that the kernel reads: a header of whole numbers, then the data."""

from enum import IntEnum


class Head(IntEnum):
    """Positions in the header; offsets count from the start of the buffer, positions of parameters in the vector."""

    SIZE = 0
    GEOS = 1
    DATES = 2
    CHANNELS = 3
    PARAMETERS = 4
    LAGS = 5
    SHARED_FEATURES = 6
    GEO_FEATURES = 7
    STUDENT_T = 8
    POOLING = 9
    AT_INTERCEPT = 10
    AT_COEFFICIENTS = 11
    AT_MEDIA = 12
    AT_GEO_SPREAD = 13
    AT_GEO_SCORE = 14
    AT_NOISE = 15
    AT_AUTOCORRELATION = 16
    AT_TAIL = 17
    OF_PRIOR_KIND = 18
    OF_PRIOR_MEAN = 19
    OF_PRIOR_SD = 20
    OF_OUTCOME = 21
    OF_OBSERVED = 22
    OF_FOLLOWED = 23
    OF_SHARED_DESIGN = 24
    OF_GEO_DESIGN = 25
    OF_FEATURE_SCALE = 26
    OF_FEATURE_SIZE = 27
    OF_EXPOSURE = 28
    OF_WEIGHT = 29
    OF_TARGET = 30
    OF_FIXED = 31
    OF_VALUE_LAW = 32
    OF_CHANNEL = 33
    LENGTH = 34


class ChannelHead(IntEnum):
    """Positions in a channel's record: families, window, and where its parameters lie in the vector (-1: none)."""

    ADSTOCK = 0
    LAGS = 1
    SATURATION = 2
    SATURATION_FIRST = 3
    AT_ADSTOCK = 4
    AT_ADSTOCK_SECOND = 5
    AT_SATURATION = 6
    AT_SATURATION_SECOND = 7
    LOGIT_SATURATION = 8
    LENGTH = 9


POOLED, PARTIAL, SEPARATE = 0, 1, 2
NORMAL, HALF_NORMAL, LEVEL = 0, 1, 2
