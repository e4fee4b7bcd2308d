"""The statements that make aggregates of events, in the vocabulary, in the order in which they run.

`inputs` says what every source looks like once its columns have roles, `clean` keeps what counts (duplicates, consent, bots,
identity, money), `panel`, `credit`, `paths` and `arms` make cells of it, `health` counts what came in and what was left out.
`program` puts them together.
"""
