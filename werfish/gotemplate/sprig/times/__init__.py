"""Go's ``time``: moments, durations, zones, and layouts written as an example date.

Years are not limited as Python's are: the zero time is in year 1, and west of Greenwich that is
the last day of year 0.
"""
