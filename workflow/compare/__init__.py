"""What changed between two runs, and how much of it each cause has moved.

1. `causes` finds by hashes and values what differs: appended data, restated history, configuration, package.
2. `bridge` divides the change of each channel's answers among the causes that are there, by fits that hold the others.
"""
