"""The worlds of the recovery study through the default models of other tools, each in an environment of its own."""
