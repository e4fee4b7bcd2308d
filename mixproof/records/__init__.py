"""Records that one floor writes and another reads.

`evidence`, `attribution` and `verdict` are what the halves say to each other and to the pages; `table` and `csv` are how
tables are described and written; `run` opens a finished run, whose files on disk are the business of ``run_folder/``.
"""
