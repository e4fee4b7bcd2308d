"""From the tables that a YAML names to a panel, in the order in which it happens:

1. `paths`: a file's name leads to an ordinary file inside the data folder, or is refused.
2. `readers`: CSV and Parquet as they are, with the engine's faults in our words; `workbooks` likewise. What a table may be
   at most stands in `limits`.
3. `loading`: small tables come into memory; large ones are added up by their keys while they are read (`streaming`, with the
   rules for cells in `cell_sql`).
4. `table`: whichever way it was read, a raw table is keys by row and `numbers` by column.
5. `screening`: what looks like identifiers of people is refused before anything else is said.
6. `measures`: which column of which table gives each series that the YAML declares.
7. `keys`: each row's geo, period and channel.
8. `cells`: every measure on one regular grid over (geo, period), in the panel's currency; then the contract
   (`mixproof.aggregates.contract`) is held to the cells.
9. `assembly`: cells that hold it become the panel.

`mixproof.aggregates.sources` calls them. All faults are collected on the way and told at once.
"""
