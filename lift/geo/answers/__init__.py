"""What a cell proves, and the forms in which it leaves.

1. `money`: outcome and spend answered by one machine, so that profit and return never contradict each other.
2. `cell_answer`: a cell with everything known about it.
3. `rows`: the lift tables.
4. `evidence`: the record that a media-mix model can be calibrated with.
"""
