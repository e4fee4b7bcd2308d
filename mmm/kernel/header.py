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
    DRIFT_START = 10
    DRIFT_STOP = 11
    AT_INTERCEPT = 12
    AT_INTERCEPT_COMMON = 13
    AT_COEFFICIENTS = 14
    AT_DRIFT_SIZE = 15
    AT_MEDIA = 16
    AT_GEO_SPREAD = 17
    AT_GEO_SCORE = 18
    AT_NOISE = 19
    AT_NOISE_GEO = 20
    AT_AUTOCORRELATION = 21
    AT_TAIL = 22
    OF_PRIOR_KIND = 23
    OF_PRIOR_MEAN = 24
    OF_PRIOR_SD = 25
    OF_OUTCOME = 26
    OF_OBSERVED = 27
    OF_FOLLOWED = 28
    OF_SHARED_DESIGN = 29
    OF_GEO_DESIGN = 30
    OF_FEATURE_SCALE = 31
    OF_EXPOSURE = 32
    OF_WEIGHT = 33
    OF_TARGET = 34
    OF_FIXED = 35
    OF_VALUE_LAW = 36
    OF_CHANNEL = 37
    LENGTH = 38


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
