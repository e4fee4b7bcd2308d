"""People by name and number: names, birthdays, user names, numbers of customers, addresses, plates; never complete."""

from importlib.resources import files

from mixproof.privacy.recognisers.recogniser import CAPITAL, LETTER, Recogniser

# Frequent given names of several languages, less those that are places too (Charlotte, Florence, Jackson ...).
GIVEN_NAMES = files("mixproof.privacy").joinpath("given_names.txt").read_text("utf-8").split()

_NAME = rf"[{CAPITAL}][{LETTER}'’-]+"
_BIRTH_YEAR = r"(?:19[1-9]\d|200\d|201[0-2])"
_BIRTHDAY = (
    rf"(?:{_BIRTH_YEAR}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/. ]\d{{1,2}}[-/. ]{_BIRTH_YEAR}|{_BIRTH_YEAR}(?:0[1-9]|1[0-2])[0-3]\d"
    rf"|\d{{1,2}}\.? [{LETTER}]{{3,9}}\.? {_BIRTH_YEAR}|[{LETTER}]{{3,9}} \d{{1,2}}, {_BIRTH_YEAR}|(?:born |geb\. ?|\*|né |née )?{_BIRTH_YEAR})"
)
_GIVEN = f"(?i:{'|'.join(GIVEN_NAMES)})"
_NUMBERED = (
    "cust(?:omer)?|kunden?(?:nr|nummer)?|kd|client|cliente?|klant|klient|user|usr|uid|benutzer|utilisateur|usuario|member|mbr|mitglied"
    "|membre|socio|subscriber|abo(?:nnent)?|patient|lead|contact|kontakt|person|pers|household|haushalt|hh|profile|visitor|session|login"
    "|crm|loyalty|guest|gast|passenger|employee|emp|panelist|respondent|proband|teilnehmer|participant|buyer|shopper|donor|student|policy"
    "|cookie|device|imsi|msisdn|order|bestellung|invoice|rechnung|ticket|booking|txn|transaction"
)
_STREET_BEFORE = "rue|avenue|boulevard|place|chemin|impasse|quai|allée|calle|c/|avenida|plaza|paseo|via|viale|piazza|corso|rua|ulica|ul\\."
_STREET_AFTER = "straße|strasse|str\\.|weg|platz|allee|gasse|ring|damm|ufer|straat|laan|plein|gracht|kade|gatan|vägen|vej|gade|gata|veien"
_STREET = "street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|way|place|pl|terrace|close|square|crescent"

PEOPLE = (
    Recogniser(
        "name with a date of birth",
        "Two or more capitalised words and a date, or a year in brackets or after `born`, between 1910 and 2012.",
        fewest_digits=4,
        written=rf"{_NAME}(?:[ ,._-]+[{CAPITAL}][{LETTER}'’.-]*){{1,3}}[ ,;|/_(*-]+{_BIRTHDAY}\)?",
        check=f"regexp_matches(t, '[0-9]{{1,2}}[^0-9]+[0-9]{{1,2}}|[0-9]{{8}}|born|geb|[*(]|[{LETTER}] [0-9]{{1,2}},?') OR regexp_matches(t, '^{_GIVEN}\\b')",
        share=0.2,
    ),
    Recogniser(
        "name of a person",
        "Full names whose first word is one of some 400 frequent given names, in a third of a column's values.",
        written=rf"(?:(?i:mr|mrs|ms|dr|herr|frau|m\.|mme|sr|sra)\.? )?{_GIVEN}(?: [{CAPITAL}]\.?| {_NAME}){{1,3}}|{_NAME}, {_GIVEN}(?: [{CAPITAL}]\.?)?",
        share=0.34,
        least=5,
        wordy=True,
    ),
    Recogniser(
        "name of a person",
        "Names with a title: Mr., Mrs., Dr., Herr, Frau, Mme.",
        written=rf"(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Frau|Mme|Mlle|M|Sr|Sra|Sig)\.? {_NAME}(?: {_NAME}){{0,2}}",
        share=0.5,
        least=4,
        wordy=True,
    ),
    Recogniser(
        "user name",
        "Letters and at the end some digits, with another word in every value: skater_boy99, anna.schmidt84, @jane_d7.",
        written=rf"@?[{LETTER}]{{2,}}(?:[._-]?[{LETTER}]+){{0,3}}[._-]?\d{{1,4}}",
        check="regexp_matches(t, '[^0-9._@-].*[^0-9._-].*[^0-9._-].*[^0-9._-]') AND NOT regexp_matches(t, '(?i)^(?:jan|feb|m[aä]r|apr|ma[iy]|ju[nl]|aug|sep|o[ck]t|nov|de[cz])')",
        share=0.8,
        least=10,
        varied="regexp_replace(t, '[._-]?[0-9]+$', '')",
    ),
    Recogniser(
        "number of a customer",
        "A word for people, sessions or orders and a number: CUST-0001234, user_4711, Kunde 123456.",
        written=rf"(?i)(?:{_NUMBERED})[ _#:./-]{{0,2}}(?:id|no|nr|number)?[ _#:./-]{{0,2}}[A-Z]{{0,2}}\d[0-9A-Z-]{{2,}}",
        share=0.5,
        least=4,
    ),
    Recogniser(
        "address",
        "House number and street in English, French, German, Spanish, Italian, Dutch and the languages of the North.",
        written=(
            rf"\d{{1,5}}[a-zA-Z]?,? (?:[{LETTER}\d'.-]+ ){{1,4}}(?i:{_STREET})\.?(?:[ ,].*)?|\d{{1,5}}(?: ?(?:bis|ter))?,? (?i:{_STREET_BEFORE}) [{LETTER}].*"
            rf"|(?i:{_STREET_BEFORE}) ?[{LETTER} .'’-]+,? (?:n[ºo°]? ?)?\d{{1,5}}.*|[{LETTER} .'’-]*(?i:{_STREET_AFTER}) \d{{1,4}} ?[a-zA-Z]?(?:[ ,-].*)?"
        ),
        share=0.3,
        least=3,
    ),
    Recogniser(
        "licence plate",
        "Plates of several countries with their blanks and dashes, in nearly all rows, another in each.",
        written=(
            r"[A-ZÄÖÜ]{1,3}[- ][A-Z]{1,2}[- ]?\d{1,4}[EH]?|[A-Z]{2}\d{2} [A-Z]{3}|[A-Z]{2}-\d{3}-[A-Z]{2}|\d{4} [B-DF-HJ-NP-TV-Z]{3}"
            r"|[A-Z]{2} \d{3} ?[A-Z]{2}|[A-Z]{3} ?\d{2}[A-Z0-9]|[A-Z]{2}-\d{2}-\d{2}|[A-Z]{2,3} \d{3,5}[A-Z]?|[A-Z]{2}[ -]?\d{2}[ -]?[A-Z]{1,2}[ -]?\d{4}"
        ),
        share=0.9,
        least=15,
        varied="regexp_replace(t, '[^A-ZÄÖÜ]+', '', 'g')",
    ),
)  # fmt: skip
