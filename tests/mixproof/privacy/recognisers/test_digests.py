"""Hashes and tokens that every language's library writes alike, and words that only look long."""

import hashlib

import pytest

from mixproof.privacy.recognisers.digests import DIGESTS
from tests.mixproof.privacy.recognised import families_seen

SEEN = {
    hashlib.md5(b"anna").hexdigest(): "hash",
    hashlib.sha256(b"anna").hexdigest().upper(): "hash",
    f"spring_{hashlib.sha1(b'anna').hexdigest()}": "hash",
    "0x" + hashlib.sha512(b"anna").hexdigest(): "hash",
    "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW": "hash",
    "sha256:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=": "hash",
    "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=": "hash",
    "JBSWY3DPEHPK3PXPJBSWY3DPEH": "hash",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N": "session token",
    "cus_9s6XKzkNRiz8i3": "session token",
    "01ARZ3NDEKTSV4RRFFQ69G5FAV": "ULID",
    "V1StGXR8_Z5jdHi6B-myT": "random id",
    "1" + "2345678901" * 3: "long number",
}
LEFT = (
    "Donaudampfschifffahrtsgesellschaft|ProspectingRemarketingUpperFunnelAudience|DE_Brand_2024Q1_Prospecting_v3"
    "|summer-sale-2024-week-31|2024-01-01/2024-01-07|1920x1080|video_15s_beach_final.png|120210000000000"
)


@pytest.mark.parametrize("text", SEEN)
def test_random_text_is_seen(text):
    assert SEEN[text] in families_seen(DIGESTS, [text])[0]


def test_words_dates_and_campaigns_are_left():
    seen = dict(zip(LEFT.split("|"), families_seen(DIGESTS, LEFT.split("|")), strict=True))
    assert {text: families for text, families in seen.items() if families} == {}
