"""The data of a geo experiment, in the order in which they are made.

1. `series`: the table as matrices by geo and period, with every fault in it.
2. `design_file`: what was planned, where it was planned here.
3. `assignment`: which sets of geos might have been treated.
4. `setting`: what is asked about one cell.
5. `experiment_data`: section, series and design held against each other, and cut into the settings of the cells.
"""
