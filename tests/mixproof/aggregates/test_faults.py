"""What may be accepted by name, and the remedies that say so, name the same doubts."""

import re
from typing import get_args

import pytest

from mixproof.aggregates.config import Accepted
from mixproof.aggregates.faults import FAULTS as OF_DATA
from mmm.faults import FAULTS as OF_MODEL

FAULTS = OF_DATA | OF_MODEL


@pytest.mark.parametrize("doubt", get_args(Accepted))
def test_every_doubt_says_how_it_is_accepted(doubt):
    assert f"accept: [{doubt}]" in FAULTS[doubt][2]


def test_no_remedy_offers_what_cannot_be_accepted():
    offered = {
        name for _, _, remedy in FAULTS.values() for name in re.findall(r"accept: \[([a-z-]+)\]", remedy)
    }
    assert offered == set(get_args(Accepted))
