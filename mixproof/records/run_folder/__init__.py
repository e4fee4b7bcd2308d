"""A run folder on disk: complete or absent.

`output` opens the folder of all runs and takes its `lock`; `run_draft` builds a run under a temporary name; `files`,
`naming`, `posterior` and `plain_zarr` write what is in it; `manifest` seals it.
"""
