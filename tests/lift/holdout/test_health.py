import json

import pandas as pd
import pytest

from lift.holdout.config import Holdout
from lift.holdout.health import alike_faults, check_orders, exposed_control
from lift.holdout.table import holdout_from_frame


@pytest.mark.parametrize(
    ("variation", "converters", "status"), [(1.2, 900, "pass"), (2.5, 900, "warning"), (1.2, 90, "warning")]
)
def test_few_buyers_or_uneven_orders_are_warned_of(variation, converters, status) -> None:
    assert check_orders("test", variation, converters, "pooled")[0].status == status


WORDS = [
    # variation, converters, method, in the sentence, not in it
    (2.5, 900, "pooled moments", "A few large orders can decide", "hangs"),
    (0.0, 90, "pooled moments", "one value, so none is large", "few large orders"),
    (1.0, 90, "pooled moments", "hangs on few buyers", "few large orders"),
    (2.5, 900, "Welch t", "Welch's all the same", "made for that"),
]


@pytest.mark.parametrize(("variation", "converters", "method", "words", "absent"), WORDS)
def test_the_warning_says_what_is_so(variation, converters, method, words, absent) -> None:
    sentence = check_orders("test", variation, converters, method)[0].sentence
    assert words in sentence and absent not in sentence


ALIKE = [(0, 60, [], "pass"), (18, 60, [], "warning"), (61, 60, ["exposure-alike"], "warning")]


@pytest.mark.parametrize(("control", "treated", "codes", "status"), ALIKE)
def test_a_control_that_saw_the_treatment_is_said_or_refused(control, treated, codes, status) -> None:
    columns = {"arm": "arm", "users": "users", "converters": "converters", "exposed": "exposed"}
    plain = {"name": "h", "kind": "holdout", "channels": ["social"], "table": "t.csv", "columns": columns,
             "control": {"name": "off", "share": 0.5}, "arms": [{"name": "on", "share": 0.5}]}  # fmt: skip
    frame = pd.DataFrame({"arm": ["off", "on"], "users": [1000, 1000], "converters": [40, 50],
                          "exposed": [10 * control, 10 * treated]})  # fmt: skip
    experiment = Holdout.model_validate_json(json.dumps(plain))
    data = holdout_from_frame(experiment, frame)
    assert [one.code for one in alike_faults(experiment, data)] == codes
    assert alike_faults(Holdout.model_validate_json(json.dumps(plain | {"accept": codes})), data) == []
    assert exposed_control(experiment, data)[0].status == status


def test_no_orders_are_said_in_words() -> None:
    sentence = check_orders("test", float("nan"), 0, "pooled")[0].sentence
    assert (
        sentence.startswith("No arm has two orders and the control has 0 buyers.") and "nan" not in sentence
    )
