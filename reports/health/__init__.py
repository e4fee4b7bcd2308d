"""The health of a pipeline as a page: what leaders, whoever is on call, and whoever looks for a fault see of it."""
