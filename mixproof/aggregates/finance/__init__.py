"""Fiscal calendars, and ledgers that the panel's amounts must add up to.

1. `config` is the ``finance:`` section.
2. `fiscal` makes the fiscal calendar: months, weeks in patterns, or a table of one's own.
3. `ledger` reads ledger, invoices and closed amounts in exact decimals, `amounts` the panel's by fiscal period.
4. `tie_out` holds one against the other: modelled amount, named items, what is left unexplained. `likenesses` says what an
   unexplained amount looks like.
5. `tables` writes all of it down.
"""
