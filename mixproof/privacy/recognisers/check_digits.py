"""Check digits as arithmetic in SQL over the compact text ``u``: values are checked where they are, inside the engine."""

from collections.abc import Sequence

_VERHOEFF = (
    "0123456789123406789523401789563401289567401239567859876043216598710432765982104387659321049876543210"
)
_TURNED = (
    "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip


def digit(place: int) -> str:
    """Return the digit at a place, counted from 1."""
    return f"(ascii(substr(u, {place}, 1)) - 48)"


def weighted(weights: Sequence[int], start: int = 1) -> str:
    """Return the sum of digits times weights, from the place `start` on.

    Parameters
    ----------
    weights : sequence of int
        One a place; places of weight 0 are left out.
    start : int, default 1
        Place of the first weight, counted from 1.

    Returns
    -------
    str
        SQL of a whole number.
    """
    terms = [f"{weight} * {digit(start + i)}" for i, weight in enumerate(weights) if weight]
    return f"({' + '.join(terms)})"


def _digit_sum(text: str) -> str:
    return f"list_sum([TRY_CAST(x AS INTEGER) for x in string_split({text}, '')])"


def _by_turns(text: str, places: int) -> tuple[str, str]:
    """Return the first, third ... and the second, fourth ... of digits with zeros before them, to an even number."""
    padded = f"lpad({text}, {places}, '0')"
    first, second = (f"regexp_replace({padded}, '(.)(.)', '\\{i}', 'g')" for i in (1, 2))
    return first, second


def luhn(text: str = "u") -> str:
    """Return whether digits, at most 20 of them, fulfil Luhn's rule (ISO/IEC 7812-1)."""
    doubled, plain = _by_turns(text, 20)
    turned = f"translate({doubled}, '0123456789', '0246813579')"  # the digits' sum of twice the digit
    return f"({_digit_sum(turned)} + {_digit_sum(plain)}) % 10 = 0"


def remainder_digit(weights: Sequence[int], place: int, modulus: int = 11, then: int = 10) -> str:
    """Return whether the weighted sum's remainder (then that of `then`) is the digit at `place`.

    Parameters
    ----------
    weights : sequence of int
        One a place, from the first.
    place : int
        Place of the check digit, counted from 1.
    modulus, then : int, default 11
        Divisors, the second taken of the first one's remainder.

    Returns
    -------
    str
        SQL of a Boolean.
    """
    return f"{weighted(weights)} % {modulus} % {then} = {digit(place)}"


def complement_digit(weights: Sequence[int], place: int, modulus: int = 11, high: int | None = None) -> str:
    """Return whether `modulus` less the weighted sum's remainder is the digit at `place`.

    Parameters
    ----------
    weights : sequence of int
    place : int
        Where the check digit stands, counted from 1.
    modulus : int
    high : int, optional
        Digit that stands for 10 and 11; without it, numbers whose check would be 10 do not exist and 11 is written 0.

    Returns
    -------
    str
        A condition.
    """
    raw = f"({modulus} - {weighted(weights)} % {modulus})"
    if high is None:
        return f"{raw} % {modulus} = {digit(place)}"
    return f"CASE WHEN {raw} >= 10 THEN {high} ELSE {raw} END = {digit(place)}"


def goods() -> str:
    """Return whether up to 14 digits fulfil the rule of GTIN, EAN and UPC: weights 3 and 1 by turns, modulo 10."""
    tripled, plain = _by_turns("u", 14)
    return f"(3 * {_digit_sum(tripled)} + {_digit_sum(plain)}) % 10 = 0"


def iso_7064_mod_11_10(length: int) -> str:
    """Return whether digits fulfil ISO 7064, mod 11, 10, the last one being the check digit."""
    product = "10"
    for place in range(1, length):
        product = f"((({product} + {digit(place)} + 9) % 10 + 1) * 2 % 11)"
    return f"({product} + {digit(length)}) % 10 = 1"


def iban() -> str:
    """Return whether the remainder of an IBAN by 97 is 1 (ISO 13616), in four parts of at most 18 digits."""
    letters = "[CASE WHEN x BETWEEN 'A' AND 'Z' THEN CAST(ascii(x) - 55 AS VARCHAR) ELSE x END"
    text = f"array_to_string({letters} for x in string_split(substr(u, 5) || substr(u, 1, 4), '')], '')"
    rest = "0"
    for start in range(1, 69, 15):
        part = f"substr({text}, {start}, 15)"
        rest = f"(TRY_CAST('0' || CAST({rest} AS VARCHAR) || {part} AS BIGINT) % 97)"
    return f"{rest} = 1"


def verhoeff(length: int) -> str:
    """Return whether digits fulfil Verhoeff's rule (1969), the last one being the check digit."""
    state = "0"
    for i in range(length):
        turned = f"substr('{_TURNED[i % 8]}', {digit(length - i)} + 1, 1)"
        state = (
            f"TRY_CAST(substr('{_VERHOEFF}', 10 * {state} + TRY_CAST({turned} AS INTEGER) + 1, 1) AS INTEGER)"
        )
    return f"{state} = 0"


def letter(number: str, letters: str, place: int) -> str:
    """Return whether the letter at `place` is the one that a number's remainder points at.

    Parameters
    ----------
    number : str
        SQL of the digits.
    letters : str
        The letters that the remainder 0, 1, ... points at.
    place : int
        Place of the letter, counted from 1.

    Returns
    -------
    str
        SQL of a Boolean; unknown where `number` holds no number.
    """
    return (
        f"substr('{letters}', TRY_CAST({number} AS BIGINT) % {len(letters)} + 1, 1) = substr(u, {place}, 1)"
    )
