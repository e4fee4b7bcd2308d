"""Identifiers of many families, made from a seed: nothing here belongs to anyone."""

import base64
import hashlib
import random
import string
import uuid
from collections.abc import Callable
from datetime import date, timedelta

R = random.Random(20)
GIVEN = [
    "Anna",
    "Thomas",
    "Maria",
    "Peter",
    "Julia",
    "Michael",
    "Laura",
    "Andreas",
    "Sofia",
    "Daniel",
    "Elena",
    "Robert",
    "Claire",
    "Pierre",
    "Carlos",
]
FAMILY = [
    "Schmidt",
    "Canary",
    "Keller",
    "Nguyen",
    "Garcia",
    "Rossi",
    "Novak",
    "Dupont",
    "Larsen",
    "Jansen",
    "Kowalski",
    "Silva",
    "Weber",
    "Okafor",
    "Lund",
]
WORDS = [
    "skater",
    "pixel",
    "river",
    "cactus",
    "marble",
    "falcon",
    "velvet",
    "comet",
    "ginger",
    "hazel",
    "lunar",
    "mango",
    "nomad",
    "opal",
    "pepper",
    "quartz",
    "raven",
    "sable",
    "tulip",
    "umber",
]


def digits(n: int, first: str = "123456789") -> str:
    return R.choice(first) + "".join(R.choice(string.digits) for _ in range(n - 1))


def text(n: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    return "".join(R.choice(alphabet) for _ in range(n))


def raw(n: int) -> bytes:
    return R.randbytes(n)


def hexed(n: int) -> str:
    return raw(n).hex()


def grouped(value: str, size: int, mark: str) -> str:
    return mark.join(value[i : i + size] for i in range(0, len(value), size))


def ids(upper: bool = False) -> str:
    value = str(uuid.UUID(int=R.getrandbits(128), version=4))
    return value.upper() if upper else value


def day(low: int = 1930, high: int = 2005) -> date:
    return date(low, 1, 1) + timedelta(days=R.randrange(365 * (high - low)))


def luhn(stem: str) -> str:
    for last in "0123456789":
        doubled = [int(d) * (1 + k % 2) for k, d in enumerate(reversed(stem + last))]
        if sum(d - 9 * (d > 9) for d in doubled) % 10 == 0:
            return stem + last
    raise AssertionError


def completed(make: Callable[[], str], holds: Callable[[list[int]], bool]) -> str:
    """Return a number whose digits fulfil a rule, by trying."""
    while True:
        number = make()
        if holds([int(d) for d in number]):
            return number


def dot(weights: list[int], number: list[int]) -> int:
    return sum(w * d for w, d in zip(weights, number, strict=False))


def iso7064(number: list[int]) -> bool:
    p = 10
    for d in number[:-1]:
        p = ((p + d) % 10 or 10) * 2 % 11
    return (p + number[-1]) % 10 == 1


def verhoeff(number: list[int]) -> bool:
    turned = [list(range(10)), [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
    for _ in range(6):
        turned.append([turned[-1][k] for k in turned[1]])

    def times(a: int, b: int) -> int:
        if a < 5:
            return (a + b) % 5 if b < 5 else 5 + (a + b - 5) % 5
        return 5 + (a - 5 - b) % 5 if b < 5 else (a - b) % 5

    c = 0
    for i, d in enumerate(reversed(number)):
        c = times(c, turned[i % 8][d])
    return c == 0


def iban() -> str:
    account = f"{digits(8)}{digits(10)}"
    return f"DE{98 - int(account + '131400') % 97:02d}{account}"


def gb_iban() -> str:
    bank, account = text(4, string.ascii_uppercase), digits(14)
    number = int("".join(str(int(c, 36)) for c in bank + account + "GB00"))
    return f"GB{98 - number % 97:02d}{bank}{account}"


def nir() -> str:
    stem = (
        f"{R.choice('12')}{R.randrange(100):02d}{R.randrange(1, 13):02d}{R.randrange(1, 96):02d}{digits(6)}"
    )
    return f"{stem}{97 - int(stem) % 97:02d}"


def bare_dni() -> str:
    number = R.randrange(10**7, 10**8)
    return f"{number}{'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23]}"


def person() -> str:
    return f"{R.choice(GIVEN)} {R.choice(FAMILY)}"


def us_phone() -> str:
    return f"{R.choice(['212', '415', '312', '646', '305', '713'])}{R.randrange(200, 990)}{R.randrange(10000):04d}"


def three(value: str, marks: tuple[str, str, str]) -> str:
    return f"{marks[0]}{value[:3]}{marks[1]}{value[3:6]}{marks[2]}{value[6:]}"


IDENTIFIERS: dict[str, Callable[[], str]] = {
    "e-mail": lambda: f"{R.choice(GIVEN)}.{R.choice(FAMILY)}{R.randrange(99)}@example.com".lower(),
    "e-mail in capitals": lambda: f"{R.choice(FAMILY)}{R.randrange(9999)}@EXAMPLE.ORG".upper(),
    "e-mail in quotes": lambda: f'"{text(8)}@example.co.uk"',
    "e-mail with its name": lambda: f"{person()} <{text(8)}@example.net>",
    "e-mail with %40": lambda: f"{text(7)}%40example.com",
    "e-mail with a tag": lambda: f"{text(7)}+shop@mail.example.com",
    "e-mail with blanks": lambda: f"{text(7)} @example.com",
    "e-mail with (at) and (dot)": lambda: f"{text(7)}(at)example(dot)com",
    "e-mail in words": lambda: f"{text(7)} at example dot com",
    "e-mail of an international domain": lambda: f"{text(7)}@bücher.рф",
    "e-mail of a punycode domain": lambda: f"{text(7)}@example.xn--p1ai",
    "e-mail in a URL": lambda: f"https://shop.example/?mail={text(7)}@example.com&a=1",
    "mailto": lambda: f"mailto:{text(9)}@example.com",
    "MD5": lambda: hashlib.md5(raw(5)).hexdigest(),
    "SHA-1": lambda: hashlib.sha1(raw(5)).hexdigest(),
    "SHA-224": lambda: hashlib.sha224(raw(5)).hexdigest(),
    "SHA-256": lambda: hashlib.sha256(raw(5)).hexdigest(),
    "SHA-256 in capitals": lambda: hashlib.sha256(raw(5)).hexdigest().upper(),
    "SHA-384": lambda: hashlib.sha384(raw(5)).hexdigest(),
    "SHA-512": lambda: hashlib.sha512(raw(5)).hexdigest(),
    "SHA-256 with 0x": lambda: "0x" + hexed(32),
    "SHA-256 in a campaign": lambda: f"camp_a|{hexed(32)}",
    "SHA-256 with dashes": lambda: grouped(hexed(32), 8, "-"),
    "SHA-1 with underscores": lambda: grouped(hexed(20), 8, "_"),
    "fingerprint with colons": lambda: grouped(hexed(20), 2, ":"),
    "hash of 8 bytes": lambda: hexed(8),
    "hash of 10 bytes": lambda: hexed(10).upper(),
    "object id of 12 bytes": lambda: hexed(12),
    "hash named by its kind": lambda: f"sha256:{hexed(32)}",
    "bcrypt": lambda: f"$2b$12${text(53)}",
    "base64 of 8 bytes": lambda: base64.b64encode(raw(8)).decode(),
    "base64 of 16 bytes": lambda: base64.b64encode(raw(16)).decode(),
    "base64 of 20 bytes": lambda: base64.b64encode(raw(20)).decode(),
    "base64 of 32 bytes": lambda: base64.b64encode(raw(32)).decode(),
    "base64 of 32 bytes for URLs": lambda: base64.urlsafe_b64encode(raw(32)).decode().rstrip("="),
    "base64 of 64 bytes": lambda: base64.b64encode(raw(64)).decode(),
    "base32 of 16 bytes": lambda: base64.b32encode(raw(16)).decode(),
    "base32 of 20 bytes": lambda: base64.b32encode(raw(20)).decode(),
    "base32 of 32 bytes": lambda: base64.b32encode(raw(32)).decode().rstrip("=").lower(),
    "IDFA": lambda: ids(upper=True),
    "GAID": ids,
    "UUID in braces": lambda: f"{{{ids()}}}",
    "UUID with underscores": lambda: ids().replace("-", "_"),
    "UUID without marks": lambda: ids().replace("-", ""),
    "UUID with a prefix": lambda: f"urn:uuid:{ids()}",
    "ULID": lambda: "01H" + text(23, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"),
    "ULID in small letters": lambda: "01h" + text(23, "0123456789abcdefghjkmnpqrstvwxyz"),
    "KSUID": lambda: "2" + text(26),
    "nano id": lambda: text(21),
    "CUID": lambda: "c" + text(24, string.ascii_lowercase + string.digits),
    "IPv4": lambda: f"{R.randrange(1, 224)}.{R.randrange(256)}.{R.randrange(256)}.{R.randrange(1, 255)}",
    "IPv4 with port": lambda: f"192.168.{R.randrange(256)}.{R.randrange(256)}:8080",
    "IPv4 network": lambda: f"{R.randrange(60, 224)}.{R.randrange(256)}.{R.randrange(256)}.0/24",
    "IPv6": lambda: ":".join(f"{R.randrange(65536):x}" for _ in range(8)),
    "IPv6 shortened": lambda: f"2001:db8::{R.randrange(65536):x}",
    "IPv6 in brackets": lambda: f"[2001:db8::{R.randrange(65536):x}]:443",
    "IPv6 with IPv4": lambda: f"::ffff:{R.randrange(1, 224)}.{R.randrange(256)}.{R.randrange(256)}.7",
    "IPv6 network": lambda: f"2001:db8:{R.randrange(65536):x}::/48",
    "IPv6 with zone": lambda: f"fe80::{R.randrange(65536):x}:{R.randrange(65536):x}%eth0",
    "MAC": lambda: grouped(hexed(6), 2, ":"),
    "MAC with dashes": lambda: grouped(hexed(6).upper(), 2, "-"),
    "MAC with points": lambda: grouped(hexed(6), 4, "."),
    "MAC without marks": lambda: hexed(6),
    "gclid": lambda: f"EAIaIQobChMI{text(60)}",
    "gclid in a URL": lambda: f"https://shop.example/?gclid=Cj0KCQ{text(40)}",
    "wbraid": lambda: f"wbraid={text(24)}",
    "fbclid": lambda: f"fbclid=IwAR0{text(50)}",
    "fbclid by itself": lambda: f"IwAR{text(55)}",
    "msclkid": lambda: f"msclkid={hexed(16)}",
    "ttclid by itself": lambda: f"E.C.P.{text(60)}",
    "dclid": lambda: f"dclid:{text(22)}",
    "fbp": lambda: f"fb.1.16{digits(11)}.{digits(9)}",
    "GA cookie": lambda: f"GA1.2.{digits(9)}.16{digits(8)}",
    "GA client id": lambda: f"{digits(9)}.16{digits(8)}",
    "Adobe ECID": lambda: digits(38),
    "JSON web token": lambda: f"eyJ{text(30)}.eyJ{text(60)}.{text(43)}",
    "session": lambda: f"sess_{text(24)}",
    "PHPSESSID": lambda: f"PHPSESSID={text(26).lower()}",
    "UID2 token": lambda: f"A4AAA{base64.b64encode(raw(120)).decode()}",
    "RampID": lambda: f"XY1000{text(43)}",
    "user id in a URL": lambda: f"https://shop.example/p?uid={digits(8)}",
    "JSON with a user": lambda: f'{{"user_id": "{digits(9)}", "a": 1}}',
    "phone E.164": lambda: f"+49151{digits(8)}",
    "phone with 00": lambda: f"00447{R.choice('45789')}{digits(8)}",
    "phone with blanks": lambda: f"+33 6 {grouped(digits(8), 2, ' ')}",
    "phone of the US with dashes": lambda: three(us_phone(), ("", "-", "-")),
    "phone of the US with brackets": lambda: three(us_phone(), ("(", ") ", "-")),
    "phone of the US with points": lambda: three(us_phone(), ("", ".", ".")),
    "phone of the US, digits alone": us_phone,
    "phone of Germany with a stroke": lambda: f"0151/{digits(8)}",
    "phone of Germany, digits alone": lambda: f"0151{digits(8)}",
    "phone of France": lambda: f"06 {grouped(digits(8), 2, ' ')}",
    "phone of London": lambda: f"020 7{digits(3)} {digits(4)}",
    "phone of Spain": lambda: f"6{digits(2)} {digits(3)} {digits(3)}",
    "phone of India": lambda: f"9{digits(4)} {digits(5)}",
    "phone of Brazil": lambda: f"(11) 9{digits(4)}-{digits(4)}",
    "phone as tel:": lambda: f"tel:+1-{three(us_phone(), ('', '-', '-'))}",
    "phone with extension": lambda: f"+1 {three(us_phone(), ('', '-', '-'))} ext. {digits(3)}",
    "phone with the country's code alone": lambda: f"4915{R.choice('127')}{digits(8)}",
    "card": lambda: luhn(f"4111{digits(11)}"),
    "card in groups": lambda: grouped(luhn(f"5412{digits(11)}"), 4, " "),
    "card masked": lambda: f"{digits(4, '45')}******{digits(4)}",
    "IMEI": lambda: luhn(f"35{digits(12)}"),
    "IBAN": iban,
    "IBAN in groups": lambda: grouped(gb_iban(), 4, " "),
    "SSN": lambda: f"{R.randrange(100, 650)}-{R.randrange(10, 99)}-{digits(4)}",
    "NINO": lambda: f"{R.choice('ABCEGH')}{R.choice('ABCEGH')} {digits(2)} {digits(2)} {digits(2)} {R.choice('ABCD')}",
    "NHS number": lambda: completed(
        lambda: digits(10), lambda n: (11 - dot([10, 9, 8, 7, 6, 5, 4, 3, 2], n) % 11) % 11 == n[9]
    ),
    "BSN": lambda: completed(lambda: digits(9), lambda n: dot([9, 8, 7, 6, 5, 4, 3, 2, -1], n) % 11 == 0),
    "German tax number": lambda: completed(lambda: digits(11), iso7064),
    "PESEL": lambda: completed(
        lambda: f"{day():%y%m%d}{R.randrange(10**5):05d}", lambda n: dot([1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1], n) % 10 == 0
    ),
    "NIR": nir,
    "DNI": bare_dni,
    "codice fiscale": lambda: f"{text(6, string.ascii_uppercase)}{R.randrange(10, 99)}{R.choice('ABCDEH')}{R.randrange(10, 31)}F205{R.choice('XYZ')}",
    "CPF": lambda: f"{digits(3)}.{digits(3)}.{digits(3)}-{R.randrange(10, 99)}",
    "Aadhaar": lambda: grouped(completed(lambda: digits(12, "23456789"), verhoeff), 4, " "),
    "PAN": lambda: f"{text(3, string.ascii_uppercase)}P{text(1, string.ascii_uppercase)}{digits(4)}{text(1, string.ascii_uppercase)}",
    "personnummer": lambda: luhn(f"{day():%y%m%d}{digits(3)}"),
    "RRN": lambda: f"{day():%y%m%d}-{R.choice('1234')}{digits(6)}",
    "Chinese id": lambda: f"{digits(6)}{day():%Y%m%d}{digits(3)}X",
    "AHV": lambda: f"756.{digits(4)}.{digits(4)}.{R.randrange(10, 99)}",
    "customer number": lambda: f"CUST-{R.randrange(10**7):07d}",
    "user number": lambda: f"user_{R.randrange(10**6):06d}",
    "user name": lambda: f"{R.choice(WORDS)}_{R.choice(WORDS)}{R.randrange(10, 99)}",
    "name with birthday": lambda: f"{person()} {day():%Y-%m-%d}",
    "name with birthday in brackets": lambda: f"{person()} ({day():%d.%m.%Y})",
    "full name": person,
    "name and comma": lambda: f"{R.choice(FAMILY)}, {R.choice(GIVEN)}",
    "name with title": lambda: f"Frau {R.choice(FAMILY)}",
    "street": lambda: f"{R.randrange(1, 999)} {R.choice(FAMILY)} Street",
    "Straße": lambda: f"{R.choice(FAMILY)}straße {R.randrange(1, 200)}",
    "rue": lambda: f"{R.randrange(1, 200)} rue de {R.choice(FAMILY)}",
    "licence plate": lambda: f"{R.choice(['B', 'HH', 'KA', 'MÜ'])}-{text(2, string.ascii_uppercase)} {R.randrange(1, 9999)}",
}  # fmt: skip
