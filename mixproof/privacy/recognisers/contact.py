"""Where people can be reached: e-mail addresses and telephone numbers."""

import json
from importlib.resources import files

from mixproof.privacy.recognisers.recogniser import LETTER, Recogniser

_AT = r"(?:@|＠|%40|\s?[(\[{]\s?(?i:at|ät)\s?[)\]}]\s?)"
_DOT = r"(?:\.|。|%2E|\s?[(\[{]\s?(?i:dot|punkt|point)\s?[)\]}]\s?)"
_LOCAL = r"[^\s@\"'<>=&?/:;,|()\[\]{}]+"
_DOMAIN = rf"[{LETTER}\d](?:[{LETTER}\d_-]|{_DOT})*{_DOT}[{LETTER}][{LETTER}\d-]+"

# Made from the metadata of the library `phonenumbers` by `python .ci/phone_forms.py`; a test holds it current.
FORMS: dict[str, str] = json.loads(files("mixproof.privacy").joinpath("phone_forms.json").read_text("utf-8"))
_EXTENSION = r"\s*(?:,|;)?\s*(?:(?i:ext\.?|extension|x|#|;ext=|durchwahl|poste)\s*[:=]?\s*\d{1,6})?"
_BARE = (
    r"regexp_replace(t, '(?i)^tel:|[,;\s]*(?:ext\.?|extension|x|#|durchwahl|poste)[\s:=]*\d{1,6}$', '', 'g')"
)
_INTERNATIONAL = " OR ".join(
    f"regexp_full_match(ltrim(regexp_replace({_BARE}, '{taken}', '', 'g'), '0'), '{FORMS['international']}')"
    for taken in (r"\D", r"\(0\)|\D")  # +49 (0)151: the 0 is not dialled from abroad
)

CONTACT = (
    Recogniser(
        "e-mail address",
        "Any local part before @, %40, (at) or [at], any domain, internationalised ones too; also inside longer texts.",
        written=rf"(?:(?i:mailto:)?{_LOCAL}\s{{0,3}}{_AT}\s{{0,3}}{_DOMAIN}|\S+\s+(?i:at)\s+\S+\s+(?i:dot)\s+[{LETTER}]+)",
        inside=rf"{_LOCAL}{_AT}{_DOMAIN}",
    ),
    Recogniser(
        "phone number",
        "International numbers with + or 00 that a country's numbering plan allows, with extensions and `tel:`.",
        fewest_digits=6,
        written=rf"(?i:tel:|phone:|mobile:|whatsapp:)?\s*(?:\+|00)\s?\(?[1-9][\d ()./ -]{{5,22}}\d{_EXTENSION}",
        check=_INTERNATIONAL,
    ),
    Recogniser(
        "phone number",
        "Ten digits as in North America: (212) 555-0147, 212-555-0147, 212.555.0147.",
        fewest_digits=10,
        written=rf"(?:\+?1[ .-]?)?(?:\(?[2-9]\d{{2}}\)\s?|[2-9]\d{{2}}[-. /])[2-9]\d{{2}}[-. ]\d{{4}}{_EXTENSION}",
        share=0.8,
    ),
    Recogniser(
        "phone number",
        "National numbers that begin with 0 and have separators: 0151/2345678, 020 7946 0958, 06 12 34 56 78.",
        fewest_digits=8,
        written=rf"\(?0\d{{1,5}}\)?(?:[ /.-]{{1,3}}\d{{1,9}}){{1,5}}{_EXTENSION}",
        check="len(regexp_replace(u, '\\D', '', 'g')) BETWEEN 8 AND 14",
        share=0.2,
    ),
    Recogniser(
        "phone number",
        "National numbers without a leading 0, in groups: 612 345 678, 98765 43210, (11) 91234-5678, 8 (912) 345-67-89.",
        fewest_digits=8,
        written=(
            r"[5-9]\d{2}[ .-]\d{3}[ .-]\d{3}|[5-9]\d{2}[ .-]?\d{2}[ .-]\d{2}[ .-]\d{2}|3\d{2}[ .-]\d{3}[ .-]?\d{4}"
            r"|[6-9]\d{4}[ -]\d{5}|\(\d{2}\) ?9?\d{4}-\d{4}|\d{2} 9\d{4}-\d{4}|[2-9]\d(?: \d{2}){3}|1[3-9]\d[ -]\d{4}[ -]\d{4}"
            r"|[78] ?\(?9\d{2}\)?[ -]?\d{3}[ -]\d{2}[ -]\d{2}|\d{2} \d{4} \d{4}|9\d{3} \d{4}|9\d{2} \d{3} \d{2} \d{2}"
        ),
        share=0.8,
        least=4,
    ),
    Recogniser(
        "phone number",
        "Digits alone that nearly all are numbers of a numbering plan, with the country's code: 4915123456789.",
        digits=(10, 15),
        compact=FORMS["international"],
        share=0.9,
        least=10,
    ),
    Recogniser(
        "phone number",
        "Digits alone that nearly all are national numbers with a leading 0: 015123456789.",
        digits=(9, 13),
        compact=FORMS["national"],
        share=0.9,
        least=10,
    ),
    Recogniser(
        "phone number",
        "Ten digits alone of which nearly all have an area code of North America.",
        digits=(10, 10),
        compact=FORMS["america"],
        share=0.9,
        least=10,
    ),
)  # fmt: skip
