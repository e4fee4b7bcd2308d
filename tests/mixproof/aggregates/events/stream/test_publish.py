"""How fresh messages were is said by source and day."""

import time
from typing import Any

from mixproof.aggregates.events.stream.publish import fresh, freshness


def test_freshness() -> None:
    rows: Any = freshness("web 2026-11-30", {"3": 98, "61": 1, "500": 1})
    assert [(row["source"], row["measure"], row["value"]) for row in rows] == [
        ("web", "fresh_share", 0.98),
        ("web", "fresh_seconds", 61.0),
    ]
    (waits,) = fresh(None, {"web": {f"{int(time.time()) - 7}": 4}, "shop": {}}).values()
    assert sum(waits.values()) == 4
    assert {int(seconds) for seconds in waits} <= {6, 7, 8}
