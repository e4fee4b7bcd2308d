"""The fast log-density: the model of `mmm.model.build` with hand-derived gradient, held equal to it by test."""
