"""What is kept between runs, so that a new or restated day costs little.

1. `folder` is the private folder: rows under keyed pseudonyms, one Parquet file a file of events, and sums of cells.
2. `touched` finds the people whom changed files can touch, and everybody who is tied to them by a link or a doubled event.
3. `update` works these people out twice, as they were and as they are, and adds the difference to the sums.
4. `books` keeps what was published of closed periods, and tells restatements and adjustments.
"""
