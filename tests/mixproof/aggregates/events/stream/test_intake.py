"""What cannot be read is named, the state stays as it was, and the remedy that is named works: nothing due is jumped over."""

import importlib.util
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.state.folder import MANIFEST, commit, fingerprint_of, read_manifest
from mixproof.aggregates.events.stream.follow import follow
from mixproof.aggregates.events.stream.intake import _properties
from mixproof.errors import MixproofError
from tests.mixproof.aggregates.events.stream.messages import SECRET, events, section, send
from workflow.config import load_config

FEW = {"web": "few-touches", "shop": "few-orders"}
BEGIN_ANEW: dict[str, Any] = {"state": {"folder": "another"}}
ELSE = {"web": "few-orders", "shop": "few-orders"}
FAULTS: dict[str, tuple[str, Mapping[str, int], dict[str, Any], dict[str, Any], str]] = {
    "lost": ("gap", {"0": 10**6}, {}, BEGIN_ANEW, "offset 1000000 is due"),
    "a partition less": ("gap", {"9": 0}, {}, BEGIN_ANEW, "no partition 9"),
    "other topic": ("", {}, {"topics": ELSE}, {"state": {"folder": "other"}, "topics": ELSE}, "not those"),
    "no password": ("broker", {}, {"password": "${env:MIXPROOF_NOT_THERE}"}, {}, "MIXPROOF_NOT_THERE"),
    "bad property": ("broker", {}, {"properties": {"security.protocol": "NONE"}}, {}, "security.protocol"),
    "no topic": (
        "topic",
        {},
        {"topics": {**FEW, "web": "nowhere"}, "state": {"folder": "third"}},
        {},
        "no topic nowhere",
    ),
    "no library": ("extra", {}, {}, {}, "confluent-kafka"),
}
"""Name -> code, offsets that are due, changes of the section that is refused and of the one that mends it, and words."""


def _section(address: str, changes: Mapping[str, Any]) -> EventsConfig:
    given = section(address).stream
    assert given is not None
    rest = {name: value for name, value in changes.items() if name != "state"}
    state = {name: value for name, value in changes.items() if name == "state"}
    return section(stream={**given.model_dump(), "topics": FEW, **rest}, **state)


@pytest.fixture(scope="module")
def folder(address: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder whose state has read topics of few messages."""
    made = tmp_path_factory.mktemp("few")
    send(address, {f"few-{topic}": values for topic, values in events(3, 5).items()})
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MIXPROOF_EVENTS_KEY", SECRET)
        follow(_section(address, {}), made, print, until_empty=True)
    return made


@pytest.mark.parametrize("name", FAULTS)
def test_what_cannot_be_read_is_named_and_mended(
    name: str, address: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, offsets, wrong, mended, words = FAULTS[name]
    place = folder / "events_state"
    sound = read_manifest(place, fingerprint_of(SECRET))
    assert sound is not None
    known = sound.stream.offsets
    changed = {**known, "web": {**known["web"], **offsets}}
    commit(place, replace(sound, stream=replace(sound.stream, offsets=changed)))
    before = (place / MANIFEST).read_bytes()
    with monkeypatch.context() as patched, pytest.raises(MixproofError) as caught:
        if name == "no library":
            patched.setattr(importlib.util, "find_spec", lambda _: None)
        follow(_section(address, wrong), folder, print, until_empty=True)
    assert (place / MANIFEST).read_bytes() == before
    assert not list(place.glob("pipe*"))
    (fault,) = caught.value.faults
    assert (fault.code, words in fault.what) == (f"events-stream-{code}".rstrip("-"), True)
    follow(_section(address, mended), folder, print, until_empty=True)
    commit(place, sound)


REFUSED = (
    "sasl.password",
    "sasl.kerberos.kinit.cmd",
    "plugin.library.paths",
    "ssl.key.password",
    "group.id",
    "debug",
)


@pytest.mark.parametrize("name", REFUSED)
def test_properties_hold_no_secret_and_run_nothing(name: str) -> None:
    given = {"brokers": "a:9092", "topics": FEW}
    assert section(stream={**given, "properties": {"sasl.username": "x"}}).stream is not None
    with pytest.raises(ValidationError):
        section(stream={**given, "properties": {name: "x"}})


def test_a_password_is_named_in_a_yaml_as_every_other_secret_and_its_value_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = "stream: {brokers: b:9092, topics: {web: t}, password: '${env:KAFKA_PASSWORD}'}"
    text = f"""\
name: one
events:
  currency: EUR
  start: 2026-01-05
  end: 2026-01-11
  touches:
    - {{name: web, file: t.jsonl, columns: {{event: id, time: at, person: who, channel: channel}}}}
  conversions:
    - {{name: shop, file: o.jsonl, columns: {{event: id, time: at, person: who}}}}
  state: {{}}
  {stream}
"""
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    given = load_config(tmp_path / "c.yaml").events
    assert given is not None and given.stream is not None
    monkeypatch.setenv("KAFKA_PASSWORD", "open sesame")
    assert _properties(given.stream)["sasl.password"] == "open sesame"
