"""The outcome to come: forecasts from draws of a posterior, without sampling.

1. `config` says what is assumed of controls, treatments and events after the panel; `future` makes the longer panel of it.
2. `ahead` takes model and draws over the later dates: drift and shocks go on by chance, holidays and events by the calendar.
3. `paths` simulates outcomes with their noise, from what is known at a date on; a backtest simulates by the same function.
4. `results` turns paths into tables, `skill` says how good such forecasts were in a backtest, `analyse` does all of it.
"""
