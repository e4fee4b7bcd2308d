"""Records that one floor writes and another reads: estimates, evidence, verdicts, tables, run folders."""
