"""What was released before: kept in a registry, and taken into account by everything that is released afterwards.

Whoever holds two releases can subtract one from the other. `release` says what one was made of, `changes` keeps changes of few
people out of a new one, `together` attacks all of them as one, and `registry` keeps them so that a missing one is noticed.
"""
