from mmm.effects.tables import CHANNELS, TABLES

PROMISED = {
    "channel": [""],
    "spend": [""],
    "contribution": ["_mean", "_lower", "_upper"],
    "share": ["_mean"],
    "roi": ["_mean", "_median", "_lower", "_upper"],
    "mroi": ["_mean", "_lower", "_upper"],
    "half_life": [""],
    "reported_as": [""],
}


def test_channels_has_the_promised_columns() -> None:
    promised = {name + end for name, ends in PROMISED.items() for end in ends}
    assert promised <= {column.name for column in CHANNELS.columns}


def test_names_are_unique_and_every_column_says_what_it_means() -> None:
    assert len({table.name for table in TABLES}) == len(TABLES)
    for table in TABLES:
        assert len({column.name for column in table.columns}) == len(table.columns)
        assert all(column.meaning for column in table.columns)
