"""Numbers that a state or a bank gives to one person: bank accounts, cards, national and tax numbers, passports."""

from mixproof.privacy.recognisers.check_digits import (
    complement_digit,
    digit,
    iban,
    iso_7064_mod_11_10,
    letter,
    luhn,
    remainder_digit,
    verhoeff,
    weighted,
)
from mixproof.privacy.recognisers.recogniser import Recogniser

_SHARE, _LEAST = 0.6, 4


def _number(
    family: str, about: str, length: int, pattern: str, check: str, share: float = _SHARE
) -> Recogniser:
    """Return the row of a number of so many digits: one in ten or eleven fulfils its rule by chance, so most must."""
    digits = (length, length)
    return Recogniser(family, about, compact=pattern, digits=digits, check=check, share=share, least=_LEAST)


def _written(
    country: str, about: str, pattern: str, check: str | None = None, share: float = 0.5
) -> Recogniser:
    """Return the row of a number whose separators or letters tell it apart."""
    return Recogniser(
        f"national id ({country})",
        about,
        written=pattern,
        check=check,
        share=share,
        least=_LEAST,
        fewest_digits=6,
    )


def _lettered(
    country: str,
    about: str,
    pattern: str,
    check: str | None = None,
    share: float = 0.5,
    fewest_digits: int = 4,
) -> Recogniser:
    """Return the row of a number with letters among its digits, whatever its separators."""
    return Recogniser(
        f"national id ({country})",
        about,
        compact=pattern,
        check=check,
        share=share,
        least=_LEAST,
        fewest_digits=fewest_digits,
    )


_DAY, _MONTH = r"(?:0[1-9]|[12]\d|3[01])", r"(?:0[1-9]|1[0-2])"
_YMD, _DMY = rf"\d{{2}}{_MONTH}{_DAY}", rf"{_DAY}{_MONTH}\d{{2}}"
_ISSUERS = (
    r"4\d{15}|4\d{18}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}"
    r"|6(?:011|4[4-9]\d|5\d\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}|(?:50|5[6-9]|6\d)\d{10,17}"
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_SUM = " + ".join(  # the place of a character in this text, modulo 10, is its value
    f"{w} * ((strpos('0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ', substr(u, {i}, 1)) - 1) % 10)"
    for i, w in enumerate(_VIN_WEIGHTS, start=1)
    if w
)


BANKS = (
    Recogniser(
        "IBAN",
        "Two letters, two check digits, 11 to 30 letters and digits; remainder by 97 (ISO 13616), any grouping.",
        fewest_digits=2,
        compact="[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}",
        check=iban(),
    ),
    Recogniser(
        "card or device number",
        "Payment cards of 12 to 19 digits with an issuer's first digits and Luhn's check digit.",
        compact=_ISSUERS,
        digits=(14, 19),
        check=luhn(),
        share=_SHARE,
        least=_LEAST,
    ),
    Recogniser(
        "card or device number",
        "Cards with most digits hidden: 4111******1111, **** **** **** 1234.",
        fewest_digits=4,
        written=r"(?:\d{4,6}|[*xX•]{4})[ -]?(?:[*xX•]{4,8}[ -]?){1,3}\d{2,4}|[*xX•]{4,}[ -]?\d{4}",
        share=0.2,
    ),
    Recogniser(
        "card or device number",
        "Payment cards in groups: 4111 1111 1111 1111, 3782-822463-10005, with Luhn's check digit.",
        fewest_digits=15,
        written=r"\d{4}([ -])\d{4}[ -]\d{4}[ -]\d{4}|3\d{3}[ -]\d{6}[ -]\d{5}",
        check=luhn("regexp_replace(t, '[^0-9]', '', 'g')"),
    ),
    _number("card or device number", "IMEI of a telephone: 15 digits with Luhn's check digit.", 15, r"[0-9]{15}", luhn()),
    Recogniser(
        "card or device number",
        "IMEI with dashes: 35-209900-176148-1, or with the version of the software.",
        fewest_digits=14,
        written=r"\d{2}-\d{6}-\d{6}-\d{1,2}|\d{6}-\d{2}-\d{6}-\d",
        share=0.2,
    ),
    Recogniser(
        "card or device number",
        "SIM card (ICCID): 89, 17 or 18 digits more.",
        compact=r"89\d{17,18}F?",
        share=0.5,
        least=_LEAST,
    ),
    Recogniser(
        "card or device number",
        "Vehicle (VIN): 17 letters and digits with its check digit.",
        compact=r"[A-HJ-NPR-Z0-9]{17}",
        check=f"regexp_matches(u, '[A-Z]') AND substr('0123456789X', ({_VIN_SUM}) % 11 + 1, 1) = substr(u, 9, 1)",
        share=_SHARE,
        least=_LEAST,
    ),
    _number("bank account", "Mexican CLABE: 18 digits with its check digit.", 18, r"[0-9]{18}",
            f"(10 - (({' + '.join(f'({w} * {digit(i)}) % 10' for i, w in enumerate((3, 7, 1) * 6, start=1) if i < 18)}) % 10)) % 10 = {digit(18)}"),
)  # fmt: skip

NUMBERED = (
    _number("national id (Netherlands)", "BSN: nine digits, eleven-proof.", 9, r"[0-9]{9}",
            f"u <> '000000000' AND {weighted((9, 8, 7, 6, 5, 4, 3, 2, -1))} % 11 = 0"),
    _number("national id (Portugal)", "NIF: nine digits, mod 11.", 9, r"[1-35689][0-9]{8}",
            complement_digit((9, 8, 7, 6, 5, 4, 3, 2), 9, high=0)),
    _number("national id (Canada, Israel)", "SIN and teudat zehut: nine digits, Luhn.", 9, r"[0-9]{9}",
            f"u <> '000000000' AND {luhn()}"),
    _number("national id (Australia)", "TFN: nine digits, mod 11.", 9, r"[0-9]{9}",
            f"u <> '000000000' AND {weighted((1, 4, 3, 7, 5, 8, 6, 9, 10))} % 11 = 0"),
    _number("national id (Hungary)", "TAJ: nine digits, mod 10.", 9, r"[0-9]{9}",
            f"u <> '000000000' AND {weighted((3, 7, 3, 7, 3, 7, 3, 7))} % 10 = {digit(9)}"),
    _number("national id (United Kingdom)", "NHS number: ten digits, mod 11.", 10, r"[0-9]{10}",
            complement_digit((10, 9, 8, 7, 6, 5, 4, 3, 2), 10)),
    _number("national id (Czechia, Slovakia)", "Birth number: ten digits that eleven divides, with a date.", 10,
            rf"\d{{2}}(?:[0257][1-9]|[1368][0-2]|[1368][0-2]|[27]0){_DAY}\d{{4}}", "TRY_CAST(u AS BIGINT) % 11 = 0"),
    _number("national id (Bulgaria)", "EGN: ten digits, mod 11, with a date.", 10, rf"\d{{2}}[0-5]\d{_DAY}\d{{4}}",
            remainder_digit((2, 4, 8, 5, 10, 9, 7, 3, 6), 10)),
    _number("national id (Austria)", "Social insurance: ten digits, mod 11, with a date.", 10, rf"[1-9]\d{{3}}{_DMY}",
            f"{weighted((3, 7, 9, 0, 5, 8, 4, 2, 1, 6))} % 11 = {digit(4)}"),
    _number("national id (Sweden)", "Personnummer: ten digits, Luhn, with a date.", 10, rf"{_YMD}\d{{4}}", luhn()),
    _number("national id (Sweden)", "Personnummer with the century.", 12, rf"(?:19|20){_YMD}\d{{4}}",
            luhn("substr(u, 3)")),
    _number("national id (Denmark)", "CPR: ten digits that begin with a date.", 10, rf"{_DMY}\d{{4}}", "TRUE", 0.9),
    _number("national id (Germany)", "Tax number: eleven digits, ISO 7064.", 11, r"[1-9][0-9]{10}", iso_7064_mod_11_10(11)),
    _number("national id (Croatia)", "OIB: eleven digits, ISO 7064.", 11, r"[0-9]{11}", iso_7064_mod_11_10(11)),
    _number("national id (Poland)", "PESEL: eleven digits, mod 10, with a date.", 11, rf"\d{{2}}[0-38]\d{_DAY}\d{{5}}",
            complement_digit((1, 3, 7, 9, 1, 3, 7, 9, 1, 3), 11, 10)),
    _number("national id (Norway)", "Fodselsnummer: eleven digits, two mod 11, with a date.", 11, r"[0-7]\d[04]?\d\d{2}\d{5}|\d{11}",
            f"{weighted((3, 7, 6, 1, 8, 9, 4, 5, 2, 1))} % 11 = 0 AND {weighted((5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1))} % 11 = 0"),
    _number("national id (Estonia, Lithuania)", "Personal code: eleven digits, mod 11, with a date.", 11, rf"[1-6]{_YMD}\d{{4}}",
            f"CASE WHEN {weighted((1, 2, 3, 4, 5, 6, 7, 8, 9, 1))} % 11 < 10 THEN {weighted((1, 2, 3, 4, 5, 6, 7, 8, 9, 1))} % 11 "
            f"ELSE {weighted((3, 4, 5, 6, 7, 8, 9, 1, 2, 3))} % 11 % 10 END = {digit(11)}"),
    _number("national id (Belgium)", "Register number: eleven digits, 97 less the remainder, with a date.", 11, r"\d{11}",
            "TRY_CAST(substr(u, 10, 2) AS INTEGER) IN (97 - TRY_CAST(substr(u, 1, 9) AS BIGINT) % 97, "
            "97 - TRY_CAST('2' || substr(u, 1, 9) AS BIGINT) % 97)"),
    _number("national id (Turkey)", "TCKN: eleven digits, two check digits.", 11, r"[1-9]\d{10}",
            f"((7 * {weighted((1, 0, 1, 0, 1, 0, 1, 0, 1))} - {weighted((0, 1, 0, 1, 0, 1, 0, 1))}) % 10 + 10) % 10 = {digit(10)} "
            f"AND {weighted((1,) * 10)} % 10 = {digit(11)}"),
    _number("national id (Brazil)", "CPF: eleven digits, two mod 11.", 11, r"\d{11}",
            f"{weighted((10, 9, 8, 7, 6, 5, 4, 3, 2))} * 10 % 11 % 10 = {digit(10)} AND "
            f"{weighted((11, 10, 9, 8, 7, 6, 5, 4, 3, 2))} * 10 % 11 % 10 = {digit(11)}"),
    _number("national id (Russia)", "SNILS: eleven digits, mod 101.", 11, r"\d{11}",
            f"{weighted((9, 8, 7, 6, 5, 4, 3, 2, 1))} % 101 % 100 = TRY_CAST(substr(u, 10, 2) AS INTEGER)"),
    _number("national id (Russia)", "INN of a person: twelve digits, two mod 11.", 12, r"\d{12}",
            f"{remainder_digit((7, 2, 4, 10, 3, 5, 9, 4, 6, 8), 11)} AND {remainder_digit((3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8), 12)}"),
    _number("national id (India)", "Aadhaar: twelve digits, Verhoeff.", 12, r"[2-9]\d{11}", verhoeff(12)),
    _number("national id (Japan)", "My Number: twelve digits, mod 11.", 12, r"\d{12}",
            complement_digit((6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), 12, high=0)),
    _number("national id (Romania)", "CNP: thirteen digits, mod 11, with a date.", 13, rf"[1-9]{_YMD}\d{{6}}",
            remainder_digit((2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9), 13)),
    _number("national id (former Yugoslavia)", "JMBG, EMSO: thirteen digits, mod 11, with a date.", 13, rf"{_DAY}{_MONTH}\d{{9}}",
            complement_digit((7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), 13, high=0)),
    _number("national id (South Africa)", "Thirteen digits, Luhn, with a date.", 13, rf"{_YMD}\d{{4}}[01]\d\d", luhn()),
    _number("national id (South Korea)", "RRN: thirteen digits, mod 11, with a date.", 13, rf"{_YMD}[1-8]\d{{6}}",
            f"(11 - {weighted((2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5))} % 11) % 10 = {digit(13)}"),
    _number("national id (Thailand)", "Thirteen digits, mod 11.", 13, r"[1-8]\d{12}",
            f"(11 - {weighted((13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2))} % 11) % 10 = {digit(13)}"),
    _number("national id (Switzerland)", "AHV number: 756 and ten digits, check digit as of EAN.", 13, r"756\d{10}",
            f"(10 - {weighted((1, 3) * 6)} % 10) % 10 = {digit(13)}"),
    _number("national id (Egypt)", "Fourteen digits with century and date.", 14, rf"[23]{_YMD}(?:0[1-4]|1[1-9]|2[1-9]|3[1-5]|88)\d{{5}}", "TRUE", 0.9),
    _number("national id (France)", "NIR with its key: fifteen digits, 97 less the remainder.", 15,
            rf"[12]\d{{2}}(?:{_MONTH}|[2-9]\d)\d{{10}}", "97 - TRY_CAST(substr(u, 1, 13) AS BIGINT) % 97 = TRY_CAST(substr(u, 14, 2) AS INTEGER)"),
    _number("national id (Indonesia)", "NIK: sixteen digits with a date.", 16, rf"[1-9]\d{{5}}[0-7]\d{_MONTH}\d{{6}}", "TRUE", 0.9),
    _number("national id (China)", "Eighteen digits, ISO 7064, with a date.", 18, rf"[1-9]\d{{5}}(?:19|20){_YMD}\d{{4}}",
            f"substr('10X98765432', {weighted((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2))} % 11 + 1, 1) = substr(u, 18, 1)"),
)  # fmt: skip

LETTERED = (
    _lettered("China", "Seventeen digits and X.", rf"[1-9]\d{{5}}(?:19|20){_YMD}\d{{3}}X", share=0.05),
    _lettered("France", "NIR of Corsica: 2A or 2B among its digits.", rf"[12]\d{{2}}{_MONTH}2[AB]\d{{6}}(?:\d{{2}})?"),
    _lettered("Spain", "DNI and NIE: the letter that the number's remainder by 23 gives.", r"[0-9XYZ]\d{7}[A-HJ-NP-TV-Z]",
              letter("TRY_CAST(replace(replace(replace(substr(u, 1, 8), 'X', '0'), 'Y', '1'), 'Z', '2') AS BIGINT)", "TRWAGMYFPDXBNJZSQVHLCKE", 9)),
    _lettered("Italy", "Codice fiscale: six letters, year, month, day, place.", r"[A-Z]{6}[0-9LMNP-V]{2}[ABCDEHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]", share=0.2, fewest_digits=0),
    _lettered("United Kingdom", "NINO: two letters, six digits, A to D.", r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]"),
    _lettered("Germany", "Pension insurance: area, date of birth, first letter of the name.", rf"\d{{2}}{_DMY}[A-Z]\d{{3}}"),
    _lettered("Germany", "Identity card: nine characters of its alphabet with a check digit.", r"[CFGHJKLMNPRTVWXYZ][0-9CFGHJKLMNPRTVWXYZ]{8}[0-9]?D?",
              "len(regexp_replace(u, '[^0-9]', '', 'g')) >= 3 AND len(regexp_replace(u, '[0-9]', '', 'g')) >= 2", 0.8, fewest_digits=3),
    _lettered("India", "PAN: five letters, four digits, a letter; the fourth tells the kind of holder.", r"[A-Z]{3}[ABCFGHLJPTK][A-Z]\d{4}[A-Z]"),
    _lettered("Taiwan", "A letter, 1 or 2, eight digits.", r"[A-Z][1289]\d{8}", share=0.8),
    _lettered("Singapore", "NRIC and FIN: a letter, seven digits, a letter.", r"[STFGM]\d{7}[A-Z]", share=0.8),
    _lettered("Mexico", "CURP: four letters, date of birth, sex, state.", rf"[A-Z]{{4}}{_YMD}[HMX][A-Z]{{5}}[0-9A-Z]\d"),
    _lettered("Mexico", "RFC of a person: four letters, date of birth, three characters.", rf"[A-Z&]{{4}}{_YMD}[0-9A-Z]{{3}}", share=0.8),
    _lettered("Ireland", "PPS: seven digits, one or two letters.", r"\d{7}[A-W][A-IW]?",
              f"substr('WABCDEFGHIJKLMNOPQRSTUV', {weighted((8, 7, 6, 5, 4, 3, 2))} % 23 + 1, 1) = substr(u, 8, 1) OR n = 9"),
    _lettered("Chile", "RUN with K.", r"\d{7,8}K", share=0.05),
    _lettered("any country", "Machine-readable line of a passport.", r"P[A-Z<][A-Z]{3}[A-Z<]+<<[A-Z0-9<]+", fewest_digits=0),
    _lettered("any country", "Passport: one or two letters and seven digits, another in every row.", r"[A-Z]{1,2}\d{7}", share=0.9),
    _written("United States", "SSN and ITIN: 123-45-6789.", r"(?:[0-8]\d{2}|9\d{2})[- ]\d{2}[- ]\d{4}"),
    _written("Sweden, Finland, Denmark", "Date of birth, a dash, plus or letter, three or four characters.",
             rf"(?:(?:19|20)?{_YMD}|{_DMY})[-+A-FU-Y]\d{{3}}[0-9A-Y]"),
    _written("Latvia", "Six digits, a dash, five digits.", r"\d{6}-[0-2]\d{4}"),
    _written("Czechia, Slovakia", "Six digits, a stroke, three or four digits.", rf"\d{{2}}[0-8]\d{_DAY}/\d{{3,4}}", share=0.2),
    _written("Belgium", "85.07.30-033.28.", r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}", share=0.2),
    _written("Switzerland", "756.1234.5678.97.", r"756\.\d{4}\.\d{4}\.\d{2}", share=0.2),
    _written("Brazil", "CPF: 123.456.789-09.", r"\d{3}\.\d{3}\.\d{3}-\d{2}", share=0.2),
    _written("Chile", "RUN: 12.345.678-5.", r"\d{1,2}\.?\d{3}\.?\d{3}-[\dkK]"),
    _written("Argentina", "CUIL: 20-12345678-6.", r"2[0347]-\d{8}-\d"),
    _written("Russia", "SNILS: 112-233-445 95.", r"\d{3}-\d{3}-\d{3}[ -]\d{2}"),
    _written("South Korea", "RRN: 900101-1234567, also with its end hidden.", rf"{_YMD}-[1-8][\d*]{{6}}"),
    _written("Malaysia", "NRIC: 900101-14-1234.", rf"{_YMD}-\d{{2}}-\d{{4}}"),
    _written("Hong Kong", "Letters, six digits, a digit in brackets.", r"[A-Z]{1,2}\d{6} ?\([0-9A]\)", share=0.2),
    _written("India", "Aadhaar: 1234 5678 9012.", r"[2-9]\d{3}[ -]\d{4}[ -]\d{4}", verhoeff(12)),
    _written("Thailand", "1-2345-67890-12-1.", r"\d-\d{4}-\d{5}-\d{2}-\d"),
    _written("Turkey, Pakistan", "CNIC: 12345-1234567-1.", r"\d{5}-\d{7}-\d"),
    _written("Canada", "SIN: 046-454-286.", r"\d{3}[- ]\d{3}[- ]\d{3}", luhn()),
)  # fmt: skip

DOCUMENTS = (*BANKS, *NUMBERED, *LETTERED)
