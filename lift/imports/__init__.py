"""Experiments analysed elsewhere: `config` is their section of the YAML, `results` checks them and brings them to totals."""
