import pytest

from mixproof.aggregates.panel import Frequency
from mmm.config import Adstock
from mmm.transforms import ADSTOCKS, resolve_carryover, weibull_pdf
from mmm.transforms.kernel import mean_lag

CASES: list[tuple[Adstock, Frequency, str, int, float]] = [
    (Adstock(), "weekly", "weibull_pdf", 13, 1.5),
    (Adstock(), "daily", "weibull_pdf", 28, 4.0),
    (Adstock(), "monthly", "weibull_pdf", 4, 0.5),
    (Adstock(), "yearly", "weibull_pdf", 3, 0.5),
    (Adstock(family="geometric", lags=6), "weekly", "geometric", 6, 1.5),
    (Adstock(family="geometric", mean_lag=3.0), "weekly", "geometric", 13, 3.0),
]


@pytest.mark.parametrize(("adstock", "frequency", "family", "lags", "delay"), CASES)
def test_fills_in_what_was_left_open(
    adstock: Adstock, frequency: Frequency, family: str, lags: int, delay: float
) -> None:
    carryover = resolve_carryover(adstock, frequency)
    assert (carryover.transform.name, carryover.lags) == (family, lags)
    middle = {prior.name: prior.median for prior in carryover.priors}
    if family == "weibull_pdf":
        assert middle["upper_quartile"] == weibull_pdf.quartile_of_mean_lag(delay, middle["shape"])
        assert mean_lag(carryover.transform.weights(3000, **middle)) == pytest.approx(delay, rel=0.1)
    else:
        assert middle["mean_lag"] == delay


@pytest.mark.parametrize("adstock", [Adstock(family="none"), Adstock(family="geometric", lags=0)])
def test_no_window_means_no_carryover_and_nothing_to_estimate(adstock: Adstock) -> None:
    carryover = resolve_carryover(adstock, "weekly")
    assert (carryover.transform, carryover.lags, carryover.priors) == (ADSTOCKS["none"], 0, ())


@pytest.mark.parametrize("family", sorted(ADSTOCKS))
@pytest.mark.parametrize("frequency", ["daily", "weekly", "monthly", "yearly"])
def test_every_family_can_have_every_default(family: str, frequency: Frequency) -> None:
    carryover = resolve_carryover(Adstock(family=family), frequency)  # type: ignore[arg-type]
    assert all(prior.median > 0 for prior in carryover.priors)
