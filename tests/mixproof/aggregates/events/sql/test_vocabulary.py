"""Only what is listed can be said, on every engine."""

import pytest

from mixproof.aggregates.events.sql.dialects import ENGINES, write
from mixproof.aggregates.events.sql.vocabulary import HOOKS, RefusedError, hook_name, parse

OUTSIDE = [
    "SELECT epoch_us(time) AS t FROM x",
    "SELECT unix_micros(time) AS t FROM x",
    "SELECT hash(a) AS t FROM x",
    "SELECT MICROS(a, b) AS t FROM x",
    "SELECT LOCAL_DAY(a) AS t FROM x",
    "SELECT a FROM x ANTI JOIN y ON x.a = y.a",
    "SELECT a FROM x SEMI JOIN y ON x.a = y.a",
    "SELECT a / b AS t FROM x",
    "SELECT now() AS t FROM x",
    "SELECT random() AS t FROM x",
    "SELECT sum(a) FILTER (WHERE b) AS t FROM x",
    "SELECT a FROM x FULL JOIN y ON x.a = y.a",
    "SELECT a FROM x ORDER BY a",
    "not a query",
    "SELECT a FROM x WHERE (",
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("text", OUTSIDE)
def test_what_is_not_listed_stops_on_every_engine(text: str, engine: str) -> None:
    with pytest.raises(RefusedError):
        write(text, engine)


def test_a_hook_is_told_by_its_name_in_any_case() -> None:
    tree = parse("SELECT micros(time) AS t FROM x")
    assert hook_name(tree.selects[0].unalias()) == "MICROS"
    assert hook_name(tree) == ""
    assert set(HOOKS.values()) == {1, 2, 4}
