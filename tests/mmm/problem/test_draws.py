import numpy as np
import pytest
import xarray as xr

from mmm.problem.draws import BLOCK_NUMBERS, thin

POSTERIOR = xr.Dataset(
    {
        "level": (("chain", "draw"), np.arange(30).reshape(3, 10)),
        "effect": (("chain", "draw", "channel"), np.arange(60).reshape(3, 10, 2)),
    },
    coords={"channel": ["tv", "radio"]},
)


@pytest.mark.parametrize(("most", "kept"), [(1000, 10), (30, 10), (15, 5), (3, 1), (1, 1)])
def test_keeps_as_many_of_each_chain_and_the_last(most: int, kept: int) -> None:
    draws = thin(POSTERIOR, most)
    by_chain = draws.by_chain(draws.values("level"))
    assert by_chain.shape == (3, kept)
    assert (by_chain[:, -1] == [9, 19, 29]).all()
    assert (np.diff(by_chain, axis=1) > 0).all()


def test_labels_pick_and_the_sample_is_last() -> None:
    draws = thin(POSTERIOR, 30)
    assert draws.values("effect").shape == (2, 30)
    np.testing.assert_array_equal(draws.values("effect", channel="radio"), np.arange(1, 60, 2))


@pytest.mark.parametrize(("size", "blocks"), [(16, 2), (20, 2), (30, 1), (100, 1), (1, 2)])
def test_blocks_cover_every_sample_once(size: int, blocks: int) -> None:
    draws = thin(POSTERIOR, 30)
    numbers = BLOCK_NUMBERS // size
    values = [block.values("level") for _, block in draws.blocks(numbers)]
    seen = np.concatenate(values)
    assert len(values) == blocks  # a block has 16 samples, however many numbers they need
    np.testing.assert_array_equal(seen, draws.values("level"))
    placed = np.empty(30)
    for place, block in draws.blocks(numbers):
        placed[place] = block.values("level")
    np.testing.assert_array_equal(placed, draws.values("level"))
