"""What the media did: contributions, returns, response and carryover, as pure functions of posterior, panel and config."""
