"""Markov credit by ChannelAttribution, in an environment of its own: prints conversions by channel and the time as JSON.

python credit_channel_attribution.py TABLE ORDER SEED
"""

import json
import sys
import time

import ChannelAttribution
import pandas as pd


def main() -> None:
    """Print one line of JSON."""
    table, order, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    frame = pd.read_csv(table)
    began = time.process_time()
    found = ChannelAttribution.markov_model(
        frame,
        "path",
        "conversions",
        var_null="nulls",
        order=order,
        seed=seed,
        verbose=False,
        flg_pro=False,
    )
    took = time.process_time() - began
    found = found["result"] if isinstance(found, dict) else found
    conversions = dict(zip(found["channel_name"], map(float, found["total_conversions"]), strict=True))
    print(json.dumps({"conversions": conversions, "seconds": took}))


if __name__ == "__main__":
    main()
