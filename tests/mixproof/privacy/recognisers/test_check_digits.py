"""Numbers from the standards that define the rules, and the same with one digit changed."""

import duckdb
import pytest

from mixproof.privacy.recognisers.check_digits import (
    complement_digit,
    goods,
    iban,
    iso_7064_mod_11_10,
    letter,
    luhn,
    remainder_digit,
    verhoeff,
)
from mixproof.privacy.recognisers.recogniser import shaped

RULES = {
    # rule: condition, numbers that fulfil it
    "Luhn": (luhn(), ["4111111111111111", "79927398713", "490154203237518"]),
    "GTIN": (goods(), ["4006381333931", "036000291452", "96385074", "10614141000415"]),
    "ISO 7064, 11 digits": (iso_7064_mod_11_10(11), ["86095742719", "47036892816", "94577403194"]),
    "IBAN": (iban(), ["DE89370400440532013000", "GB82WEST12345698765432", "FR1420041010050500013M02606"]),
    "Verhoeff, 4 digits": (verhoeff(4), ["2363"]),
    "Verhoeff, 7 digits": (verhoeff(7), ["1428570"]),
    "modulo 11, complement": (
        complement_digit((10, 9, 8, 7, 6, 5, 4, 3, 2), 10),
        ["9434765919", "4505577104"],
    ),
    "modulo 11, high digit": (complement_digit((9, 8, 7, 6, 5, 4, 3, 2), 9, high=0), ["123456789"]),
    "modulo 11, remainder": (remainder_digit((2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9), 13), ["1800101221144"]),
}


def holds(condition: str, texts: list[str]) -> list[bool]:
    given = "(SELECT unnest($texts) AS v, unnest(range(len($texts))) AS k)"
    asked = f"SELECT {condition} FROM {shaped(given)} ORDER BY k"
    return [row[0] for row in duckdb.execute(asked, {"texts": texts}).fetchall()]


@pytest.mark.parametrize("rule", RULES)
def test_numbers_of_the_standards_and_their_neighbours(rule):
    condition, numbers = RULES[rule]
    assert all(holds(condition, numbers))
    for number in numbers:
        last = int(number[-1])
        neighbours = [number[:-1] + str((last + step) % 10) for step in range(1, 10)]
        assert not any(holds(condition, neighbours)), number


def test_the_letter_of_a_remainder():
    condition = letter("substr(u, 1, 8)", "TRWAGMYFPDXBNJZSQVHLCKE", 9)
    assert holds(condition, ["12345678Z", "12345678A"]) == [True, False]
