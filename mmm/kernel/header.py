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
    AT_INTERCEPT_COMMON = 11
    AT_COEFFICIENTS = 12
    AT_MEDIA = 13
    AT_GEO_SPREAD = 14
    AT_GEO_SCORE = 15
    AT_NOISE = 16
    AT_NOISE_GEO = 17
    AT_AUTOCORRELATION = 18
    AT_TAIL = 19
    OF_PRIOR_KIND = 20
    OF_PRIOR_MEAN = 21
    OF_PRIOR_SD = 22
    OF_OUTCOME = 23
    OF_OBSERVED = 24
    OF_FOLLOWED = 25
    OF_SHARED_DESIGN = 26
    OF_GEO_DESIGN = 27
    OF_FEATURE_SCALE = 28
    OF_FEATURE_SIZE = 29
    OF_EXPOSURE = 30
    OF_WEIGHT = 31
    OF_TARGET = 32
    OF_FIXED = 33
    OF_VALUE_LAW = 34
    OF_CHANNEL = 35
    LENGTH = 36


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
NORMAL, HALF_NORMAL = 0, 1
