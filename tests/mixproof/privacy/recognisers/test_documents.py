"""Specimens of bank accounts, cards and national numbers as authorities publish them, and numbers that break the rules."""

import pytest

from mixproof.privacy.recognisers.documents import BANKS, DOCUMENTS, LETTERED, NUMBERED
from tests.mixproof.privacy.recognised import families_seen

SPECIMENS = {
    "DE89 3704 0044 0532 0130 00": "IBAN",
    "4111 1111 1111 1111": "card or device number",
    "378282246310005": "card or device number",
    "411111******1111": "card or device number",
    "49-015420-323751-8": "card or device number",
    "1M8GDM9AXKP042788": "card or device number",
    "111222333": "national id (Netherlands)",
    "046454286": "national id (Canada, Israel)",
    "046-454-286": "national id (Canada)",
    "9434765919": "national id (United Kingdom)",
    "QQ123456C".replace("QQ", "AB"): "national id (United Kingdom)",
    "44051401359": "national id (Poland)",
    "86095742719": "national id (Germany)",
    "529.982.247-25": "national id (Brazil)",
    "52998224725": "national id (Brazil)",
    "12345678Z": "national id (Spain)",
    "X1234567L": "national id (Spain)",
    "RSSMRA85T10A562S": "national id (Italy)",
    "8112189876": "national id (Sweden)",
    "811218-9876": "national id (Sweden, Finland, Denmark)",
    "756.9217.0769.85": "national id (Switzerland)",
    "11010519491231002X": "national id (China)",
    "987-65-4329": "national id (United States)",
    "1-2345-67890-12-1": "national id (Thailand)",
    "ABCPE1234F": "national id (India)",
    "A123456789": "national id (Taiwan)",
    "S1234567D": "national id (Singapore)",
    "1234567T": "national id (Ireland)",
}
BROKEN = (
    "DE88 3704 0044 0532 0130 00|4111 1111 1111 1112|12345678A|44051401358|86095742718|52998224724|9434765918"
    "|8112189875|046-454-287|1234567A|1M8GDM9A1KP042788|Paid Search 2024|store_0012|DE_Brand_2024Q1"
)


@pytest.fixture(scope="module")
def seen():
    """Families of each specimen, asked for at once."""
    return dict(zip(SPECIMENS, families_seen(DOCUMENTS, list(SPECIMENS)), strict=True))


@pytest.mark.parametrize("number", SPECIMENS)
def test_specimens_are_recognised(number, seen):
    assert SPECIMENS[number] in seen[number]


def test_numbers_with_a_wrong_check_digit_are_none_of_that_country():
    seen = dict(zip(BROKEN.split("|"), families_seen((*BANKS, *LETTERED), BROKEN.split("|")), strict=True))
    assert {text: families for text, families in seen.items() if families} == {}
    wrong = families_seen(NUMBERED, ["44051401358", "86095742718", "52998224724", "9434765918"])
    for families, country in zip(wrong, ("Poland", "Germany", "Brazil", "United Kingdom"), strict=True):
        assert f"national id ({country})" not in families


def test_one_number_of_goods_or_campaigns_never_is_enough():
    by_chance = [row for row in DOCUMENTS if row.digits is not None]
    assert by_chance and all(row.share >= 0.5 and row.least >= 4 for row in by_chance)
