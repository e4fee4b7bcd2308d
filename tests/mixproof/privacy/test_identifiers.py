"""T59, T60: identifiers are refused by form or by uniqueness; ordinary marketing columns are not."""

import base64
import hashlib
import random
import uuid

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.sources import panel_from_frames
from mixproof.errors import PrivacyError
from mixproof.privacy.identifiers import column_identifier, identifier_family, too_unique

_RANDOM = random.Random(5)


def _bytes(n: int) -> bytes:
    return _RANDOM.randbytes(n)


FAMILIES = {
    "e-mail": lambda i: f"jane.doe{i}@example.com",
    "e-mail upper": lambda i: f"JANE{i}@EXAMPLE.ORG",
    "e-mail quoted": lambda i: f'"jane{i}@example.co.uk"',
    "e-mail url-encoded": lambda i: f"jane{i}%40example.com",
    "e-mail in url": lambda i: f"https://x.org/?mail=jane{i}@example.com&a=1",
    "md5": lambda i: hashlib.md5(str(i).encode()).hexdigest(),
    "sha1": lambda i: hashlib.sha1(str(i).encode()).hexdigest(),
    "sha256": lambda i: hashlib.sha256(str(i).encode()).hexdigest(),
    "sha256 upper": lambda i: hashlib.sha256(str(i).encode()).hexdigest().upper(),
    "sha512": lambda i: hashlib.sha512(str(i).encode()).hexdigest(),
    "sha256 in campaign": lambda i: f"camp_a|{hashlib.sha256(str(i).encode()).hexdigest()}",
    "sha256 base64": lambda i: base64.b64encode(_bytes(32)).decode(),
    "idfa": lambda i: str(uuid.UUID(int=_RANDOM.getrandbits(128), version=4)).upper(),
    "gaid": lambda i: str(uuid.UUID(int=_RANDOM.getrandbits(128), version=4)),
    "uuid in braces": lambda i: f"{{{uuid.UUID(int=_RANDOM.getrandbits(128), version=4)}}}",
    "ipv4": lambda i: f"192.168.{i % 250}.{i % 17}",
    "ipv6": lambda i: f"2001:db8::{i + 1:x}",
    "mac": lambda i: f"00:1a:2b:3c:4d:{i % 256:02x}",
    "gclid in url": lambda i: f"https://x.org/?gclid=EAIaIQobChMI{i:010d}",
    "fbclid": lambda i: f"fbclid=IwAR0{i:020d}",
    "fbp": lambda i: f"fb.1.16{i:011d}.1234567",
    "ga": lambda i: f"GA1.2.{i + 1000}.{i + 16000}",
    "phone": lambda i: f"+49151{i:08d}",
    "card": lambda i: _luhn(f"411111{i:09d}"),
    "iban": lambda i: _iban(i),
}


def _luhn(stem: str) -> str:
    for digit in "0123456789":
        total = sum(sum(divmod(int(d) * (1 + k % 2), 10)) for k, d in enumerate(reversed(stem + digit)))
        if total % 10 == 0:
            return stem + digit
    raise AssertionError


def _iban(i: int) -> str:
    account = f"37040044{i:010d}"
    return f"DE{98 - int(account + '131400') % 97:02d}{account}"


@pytest.mark.parametrize("family", FAMILIES)
def test_every_value_of_a_family_is_known(family):
    missed = [i for i in range(50) if identifier_family(FAMILIES[family](i)) is None]
    assert not missed


BENIGN: dict[str, list[object]] = {
    "channel": [
        "tv",
        "paid_search",
        "Facebook Ads",
        "YouTube 6s bumper",
        "SEA | Brand",
        "Meta-Retargeting_2024",
    ],
    "campaign": [f"DE_Brand_2024Q{q}_Prospecting_v{v}" for q in range(1, 5) for v in range(9)],
    "region": ["Île-de-France", "NRW", "Côte d'Ivoire", "New York, NY", "São Paulo"],
    "dma": [f"{501 + i}" for i in range(210)],
    "fips": [f"{i:08d}" for i in range(6037001, 6037060)],
    "zip": [f"{10115 + i * 7}" for i in range(200)],
    "week": [str(d)[:10] for d in pd.date_range("2020-01-06", periods=200, freq="7D")],
    "compact_date": [int(d.strftime("%Y%m%d")) for d in pd.date_range("2020-01-06", periods=200, freq="7D")],
    "timestamp": [d.isoformat() for d in pd.date_range("2020-01-06", periods=200, freq="h", tz="UTC")],
    "clock": ["12:30", "12:30:00", "23:59:59"],
    "version": ["1.2.3", "10.0.1"],
    "device": ["mobile", "desktop", "CTV"],
    "no device id": ["00000000-0000-0000-0000-000000000000"],
    "handle": ["@brand", "@brand_de", "mail at shop"],
    "ratio": ["100%", "50% off", "3=4"],
    "words": ["internationalisation", "ProspectingRemarketingUpper", "a" * 44],
    "code": ["NO", "DE", "FR"],
}


@pytest.mark.parametrize("name", BENIGN)
def test_ordinary_columns_are_let_through(name):
    assert column_identifier(name, BENIGN[name], 5 * len(BENIGN[name])) is None


def test_amounts_are_no_account_numbers():
    amounts = [str(v) for v in np.random.default_rng(1).integers(10**9, 10**15, 500)]
    assert column_identifier("impressions", amounts, 500, metric=True) is None
    assert column_identifier("customer", amounts, 500) is not None


@pytest.mark.parametrize(("distinct", "rows", "found"), [(40, 6240, False), (5000, 1_300_000, False), (9, 10, False),
                                                        (900, 1000, True), (45, 50, True), (250, 1200, True)])  # fmt: skip
def test_uniqueness_of_geos(distinct, rows, found):
    assert too_unique(distinct, rows) is found


def _panel(frame: pd.DataFrame) -> object:
    section = {
        "frequency": "weekly", "currency": "EUR", "tables": [{"file": "t", "date": "week", "geo": "geo"}],
        "outcome": {"column": "y", "kind": "revenue"}, "channels": [{"name": "tv", "spend": "tv"}],
    }  # fmt: skip
    return panel_from_frames(DataConfig.model_validate(section), {"t": frame})


@pytest.mark.parametrize("place", ["geo", "unused", "name of a column"])
@pytest.mark.parametrize("family", ["e-mail", "sha256", "idfa", "gclid in url", "ipv4"])
def test_identifiers_stop_the_run_unseen(family, place):
    rng = np.random.default_rng(1)
    value = FAMILIES[family](7)
    dates = pd.date_range("2022-01-03", periods=60, freq="7D").strftime("%Y-%m-%d")
    frame = pd.DataFrame({"week": dates, "y": rng.gamma(9, 9, 60), "tv": rng.gamma(2, 9, 60), "geo": "north"})
    if place == "name of a column":
        frame[value] = 1.0
    else:
        frame.loc[30, place] = value
    with pytest.raises(PrivacyError) as raised:
        _panel(frame)
    assert raised.value.exit_code == 4
    assert value not in str(raised.value)
    assert "column 5" in str(raised.value) or place in raised.value.faults[0].where


def test_people_as_geos_stop_the_run():  # T60
    frame = pd.DataFrame(
        {"week": "2022-01-03", "geo": [f"u{i}" for i in range(90)] + ["u1"] * 10, "y": 1.0, "tv": 1.0}
    )
    with pytest.raises(PrivacyError, match="geo"):
        _panel(frame)
