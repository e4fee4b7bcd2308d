"""Exponential and logarithm that a compiler can turn into vector instructions, right to about two units in the last place.

The library's own are calls, one number at a time; of polynomials and bit patterns, loops become eight at a time. Written in
plain Python, which `mmm.kernel.maths.families` compiles; where rounding itself is made use of, nothing may be reordered.
"""

import struct

LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
"""log 2 in two parts; the first has room for whole multiples without rounding."""
LARGEST = 690.0
"""Arguments of `exp` are held within it, so that products with what it returns stay finite."""
_INVERSE_LN2 = 1.4426950408889634
_ROUNDING = (
    6755399441055744.0  # 1.5 * 2^52: added to a number below 2^51, its last bits hold that number rounded
)
_ONE_HALF_ROOT = 0x3FE6A09E667F3BCD  # bits of sqrt(1/2)
_BIAS = 1023 << 52
_EXPONENT_AS_FLOAT = 0x4330000000000000  # bits of 2^52: its last bits hold a whole number
_TWO_52_AND_BIAS = 4503599627370496.0 + 1023.0


def bits_of(number: float) -> int:
    """Return the bit pattern of a double as a 64-bit integer; compiled, one instruction."""
    return int(struct.unpack("<q", struct.pack("<d", number))[0])


def double_of(bits: int) -> float:
    """Return the double that a 64-bit integer is the bit pattern of; compiled, one instruction."""
    return float(struct.unpack("<d", struct.pack("<Q", bits % (1 << 64)))[0])


def exp(x: float) -> float:
    """Return e^x for x held within `LARGEST` of zero.

    Notes
    -----
    x = k log 2 + r with |r| <= log(2) / 2; the series of e^r to its twelfth power is right to 2e-16, and adding k to
    the exponent of its bits multiplies it by 2^k.
    """
    shifted, r = reduce_argument(x)
    value = 1.0 + rise(r)
    return double_of(bits_of(value) + (bits_of(shifted) << 52))


def expm1(x: float) -> float:
    """Return e^x - 1 for x held within `LARGEST` of zero, right also where x is small.

    Notes
    -----
    e^x - 1 = 2^k (e^r - 1) + (2^k - 1), where nothing cancels: for k = 0 the second part is zero, and for others it is
    larger than the first.
    """
    shifted, r = reduce_argument(x)
    power = double_of(_BIAS + (bits_of(shifted) << 52))
    return power * rise(r) + (power - 1.0)


def reduce_argument(x: float) -> tuple[float, float]:
    """Return k, in the last bits of a number, and r of x = k log 2 + r; x is held within `LARGEST` of zero."""
    # Written so that a NaN stays one.
    x = -LARGEST if x < -LARGEST else (LARGEST if x > LARGEST else x)
    shifted = x * _INVERSE_LN2 + _ROUNDING
    whole = shifted - _ROUNDING
    return shifted, (x - whole * LN2_HIGH) - whole * LN2_LOW


def rise(r: float) -> float:
    """Return e^r - 1 for |r| <= log(2) / 2 by its series."""
    value = 1.0 / 479001600
    value = value * r + 1.0 / 39916800
    value = value * r + 1.0 / 3628800
    value = value * r + 1.0 / 362880
    value = value * r + 1.0 / 40320
    value = value * r + 1.0 / 5040
    value = value * r + 1.0 / 720
    value = value * r + 1.0 / 120
    value = value * r + 1.0 / 24
    value = value * r + 1.0 / 6
    value = value * r + 0.5
    value = value * r + 1.0
    return value * r


def log(x: float) -> float:
    """Return the natural logarithm of a positive normal number.

    Notes
    -----
    x = 2^k m with m from sqrt(1/2) to sqrt(2), and log m = 2 artanh((m - 1) / (m + 1)), whose series converges by a
    factor of 34 a term.
    """
    bits = bits_of(x)
    exponent = (bits - _ONE_HALF_ROOT + _BIAS) >> 52
    k = double_of(exponent | _EXPONENT_AS_FLOAT) - _TWO_52_AND_BIAS
    m = double_of(bits - (exponent << 52) + _BIAS)
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    value = 1.0 / 19
    value = value * z + 1.0 / 17
    value = value * z + 1.0 / 15
    value = value * z + 1.0 / 13
    value = value * z + 1.0 / 11
    value = value * z + 1.0 / 9
    value = value * z + 1.0 / 7
    value = value * z + 1.0 / 5
    value = value * z + 1.0 / 3
    return k * LN2_HIGH + (k * LN2_LOW + 2.0 * (s + s * z * value))


def log1p(x: float) -> float:
    """Return log(1 + x) for x >= 0, right also where x is small: what rounding took from 1 + x is put back."""
    whole = 1.0 + x
    return log(whole) + (x - (whole - 1.0)) / whole
