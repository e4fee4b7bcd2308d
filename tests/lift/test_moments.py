import numpy as np
import pytest

from lift.moments import Moments, MomentTable, merge

NAMES = ("conversion", "revenue")


def _of(values: np.ndarray) -> Moments:
    return Moments(NAMES, float(len(values)), values.sum(axis=0), values.T @ values)


@pytest.fixture(scope="module")
def values() -> np.ndarray:
    generator = np.random.default_rng(1)
    bought = (generator.random(500) < 0.3).astype(float)
    return np.column_stack([bought, bought * generator.lognormal(3, 1, 500)])


def test_moments_are_those_of_the_rows(values) -> None:
    moments = _of(values)
    assert moments.mean("revenue") == pytest.approx(values[:, 1].mean())
    assert moments.variance("revenue") == pytest.approx(values[:, 1].var(ddof=1))
    assert moments.covariance("revenue", "conversion") == pytest.approx(np.cov(values.T)[0, 1])
    assert moments.covariances(NAMES) == pytest.approx(np.cov(values.T))
    assert moments.has(*NAMES)
    assert not moments.has("exposed")


@pytest.mark.parametrize("cut", [1, 7, 250, 499])
def test_parts_add_up_to_the_whole(values, cut) -> None:
    parts, whole = _of(values[:cut]) + _of(values[cut:]), _of(values)
    assert (parts.users, parts.total("revenue")) == (whole.users, pytest.approx(whole.total("revenue")))
    assert parts.cross == pytest.approx(whole.cross)
    assert merge([_of(row[None, :]) for row in values]).cross == pytest.approx(whole.cross)


def test_what_cannot_be_added_is_refused(values) -> None:
    with pytest.raises(ValueError, match="different variables"):
        _of(values) + Moments(("revenue",), 2.0, np.ones(1), np.ones((1, 1)))
    with pytest.raises(ValueError, match="no group"):
        merge([])
    with pytest.raises(ValueError, match="2 x 2"):
        Moments(NAMES, 1.0, np.zeros(2), np.zeros((2, 3)))


def test_unknown_cross_sums_stay_unknown(values) -> None:
    moments = _of(values)
    cross = moments.cross.copy()
    cross[0, 1] = cross[1, 0] = np.nan
    unknown = Moments(NAMES, moments.users, moments.sums, cross)
    assert not unknown.has(*NAMES)
    assert unknown.has("revenue")
    assert not (unknown + moments).has(*NAMES)


def test_table_slices_agree() -> None:
    generator = np.random.default_rng(2)
    shape = (2, 3, 4)
    users = generator.integers(1, 50, shape).astype(float)
    sums, cross = generator.random((*shape, 2)), generator.random((*shape, 2, 2))
    table = MomentTable(NAMES, ("control", "treated"), ("a", "b", "c"), (0, 1, 2, 5), users, sums, cross)
    whole = table.arm("treated")
    again = merge(table.by_stratum("treated"))
    assert (again.users, again.sums, again.cross) == (
        whole.users,
        pytest.approx(whole.sums),
        pytest.approx(whole.cross),
    )
    assert table.entered(0, 2).days == (0, 1, 2)
    assert table.entered(0, 2).arm("control").users == users[0, :, :3].sum()
    assert table.entered(1, 4).days == (1, 2)
