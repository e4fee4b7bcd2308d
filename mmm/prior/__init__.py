"""What the priors say before the data do: `draws` in NumPy, `findings` about them in sentences, and the whole `check`."""
