import numpy as np
import pytest

from mmm.checks.baseline import judge

CASES = [
    (0.0, "pass"),
    (0.04, "pass"),
    (0.05, "warning"),
    (0.2, "warning"),
    (0.25, "failure"),
    (1.0, "failure"),
]


@pytest.mark.parametrize(("share", "status"), CASES)
def test_a_negative_baseline_is_counted_over_draws_and_periods(share: float, status: str) -> None:
    baseline = np.where(np.arange(10_000) < share * 10_000, -1.0, 1.0).reshape(100, 100)
    finding = judge(baseline)
    assert (finding.status, finding.value) == (status, share)
    assert f"{share:.1%}" in finding.sentence
