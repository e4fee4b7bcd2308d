import json
import math
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixproof.records.evidence import ArmPopulation, Evidence, Readout, SpendPath

PATH = SpendPath(
    ("tv",), "cell", ("north",), (date(2025, 1, 6), date(2025, 1, 13)), 7, ((0.0, 10.0),), ((30.0, 30.0),)
)
EVIDENCE = Evidence(
    experiment="go-dark",
    kind="geo",
    estimand="incremental_outcome",
    outcome_kind="revenue",
    outcome="revenue",
    unit="EUR",
    currency="EUR",
    readouts=(
        Readout("cell", ("tv",), date(2025, 1, 6), date(2025, 1, 19), -500.0, ("north",)),
        Readout("cell", ("tv",), date(2025, 1, 20), date(2025, 1, 26), -100.0, ("north",)),
    ),
    covariance=((900.0, 300.0), (300.0, 400.0)),
    start=date(2025, 1, 6),
    end=date(2025, 1, 19),
    outcome_end=date(2025, 1, 26),
    treated_share=1.0,
    arms=(ArmPopulation("cell", "treated", 1e6, None),),
    spend=(PATH,),
    level=0.9,
    lower=(-550.0, -math.inf),
    upper=(-450.0, -60.0),
    method="synthetic control",
    quality="quasi-experimental",
    degrees_of_freedom=7.0,
    hashes={"table.csv": "ab" * 32},
    notes=("cool-down of 7 days",),
)


def test_what_is_derived() -> None:
    assert EVIDENCE.channels == ("tv",)
    assert EVIDENCE.geos == ("north",)
    assert EVIDENCE.standard_errors == (30.0, 20.0)
    assert not EVIDENCE.weaker
    assert replace(EVIDENCE, start=None).weaker
    assert PATH.incremental == -50.0


def test_json_is_plain_and_exact() -> None:
    text = EVIDENCE.to_json()
    assert Evidence.from_json(text) == EVIDENCE
    assert "Infinity" not in text
    json.loads(text, parse_constant=lambda name: pytest.fail(name))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(1e-300, 1e300),
    st.text(max_size=20),
    st.dates(date(1990, 1, 1), date(2100, 1, 1)),
)
def test_any_value_survives(effect, variance, text, day) -> None:
    record = replace(
        EVIDENCE,
        readouts=(Readout(text, (text,), day, day, effect),),
        covariance=((variance,),),
        lower=(-math.inf,),
        upper=(effect,),
        method=text,
    )
    assert Evidence.from_json(record.to_json()) == record


@pytest.mark.parametrize("text", ["{}", "[]", '{"schema": "other"}'])
def test_other_records_are_refused(text) -> None:
    with pytest.raises(ValueError, match="schema"):
        Evidence.from_json(text)


def _first_version(record: Evidence, schema: str) -> str:
    """Return the record as version 1 wrote it: without what came later, the channels of a path as one text."""
    item = json.loads(record.to_json())
    item["schema"] = schema
    del item["measurement"]
    for readout in item["readouts"]:
        for name in ("entered", "people_share", "market_share", "baseline"):
            del readout[name]
    for path in item["spend"]:
        path["channel"] = " + ".join(path.pop("channels"))
        del path["before"]
    return json.dumps(item)


TOGETHER = replace(
    EVIDENCE,
    readouts=tuple(replace(readout, channels=("tv", "out + about")) for readout in EVIDENCE.readouts),
    spend=(replace(PATH, channels=("tv", "out + about")), replace(PATH, channels=("out + about",))),
)


@pytest.mark.parametrize("schema", ["mixproof-evidence-1", "mixlift-evidence-1"])
@pytest.mark.parametrize("record", [EVIDENCE, TOGETHER])
def test_records_of_the_first_version_are_read(record: Evidence, schema: str) -> None:
    found = Evidence.from_json(_first_version(record, schema))
    assert found == record
    assert found.measurement is None and found.readouts[0].market_share is None
    assert Evidence.from_json(found.to_json()) == found


def test_every_field_of_the_second_version_survives() -> None:
    whole = replace(
        TOGETHER,
        measurement="matched_geos",
        readouts=tuple(
            replace(
                readout,
                entered=(date(2025, 1, 6), date(2025, 1, 12)),
                people_share=0.1 + 0.2,
                market_share=1 / 3,
                baseline=math.inf,
            )
            for readout in EVIDENCE.readouts
        ),
        spend=(replace(PATH, before=((1 / 3, 2 / 3, 5e-324),)),),
    )
    assert Evidence.from_json(whole.to_json()) == whole
    with pytest.raises(ValueError, match="schema"):
        Evidence.from_json(whole.to_json().replace("mixproof-evidence-2", "mixproof-evidence-3"))


def test_age_is_counted_from_the_end_of_treatment() -> None:
    assert EVIDENCE.age_weeks(date(2025, 2, 2)) == 2.0
    assert EVIDENCE.age_weeks(date(2025, 1, 12)) == -1.0  # the test ended a week later
    assert replace(EVIDENCE, end=None).age_weeks(date(2025, 2, 2)) is None
