"""What counts as a secret, and what must not."""

import time

import pytest

from mixproof.privacy.secrets import is_reference, looks_secret, names_secret

SECRET = [
    "postgres://user:pw@host/db",
    "snowflake://me:pw@account",
    "Server=a;Pwd=b",
    "https://x.example/data?sig=abcdef",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.x",
    "ghp_" + "a1B2" * 9,
    "sk_live_" + "a1B2" * 5,
    "sk-" + "a1B2" * 10,
    "AKIA" + "ABCD" * 4,
]
ORDINARY = [
    "tv_spend",
    "pk_customer_segment_weekly_total",
    "sk_region_and_category_weekly_spend",
    "price: high",
    "https://example.org/data.csv",
    "postgres://${env:USER}:${env:PASSWORD}@host/db",
    "data/demo_media.csv",
    "%Y-%m-%d",
    "token_sales",
    "AKIA",
]
KEYS = {"password": True, "db_password": True, "api-key": True, "apikey": True, "token": True, "dsn": True}
PLAIN_KEYS = {"tokens_sold": False, "name": False, "key": False, "passwordless": False, "secretary": False}


@pytest.mark.parametrize("text", SECRET)
def test_secrets_are_seen(text: str) -> None:
    assert looks_secret(text)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert not looks_secret(text)


@pytest.mark.parametrize(("key", "expected"), [*KEYS.items(), *PLAIN_KEYS.items()])
def test_keys_that_hold_secrets(key: str, expected: bool) -> None:
    assert names_secret(key) is expected


@pytest.mark.parametrize(
    ("text", "expected"), [("${env:A_1}", True), ("x${env:A}", False), ("${env:1}", False)]
)
def test_references(text: str, expected: bool) -> None:
    assert is_reference(text) is expected


@pytest.mark.parametrize(
    "piece", ["a", "a-", "a:", "eyJ-", "eyJaaaaaaaa.", "password ", "a://b", "-----BEGIN ", "${env:"]
)
def test_a_megabyte_takes_a_moment(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    start = time.process_time()
    looks_secret(text)
    assert time.process_time() - start < 1
