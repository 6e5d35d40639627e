"""Days and dates of the Gregorian calendar, for any year; day 0 is 1 January 1970.

The arithmetic is Howard Hinnant's (``chrono``-compatible low-level date algorithms).
"""

MONTHS: tuple[str, ...] = ("January", "February", "March", "April", "May", "June", "July")
MONTHS += ("August", "September", "October", "November", "December")
WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def day_of(year: int, month: int, day: int) -> int:
    """Return the number of a date; *month* and *day* may be out of range, as in Go's ``Date``."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    year -= month <= 2
    era, year_of_era = divmod(year, 400)
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5
    return (
        era * 146097
        + year_of_era * 365
        + year_of_era // 4
        - year_of_era // 100
        + (day_of_year + day - 719469)
    )


def date_of(number: int) -> tuple[int, int, int]:
    """Return year, month and day of the day *number*."""
    era, day_of_era = divmod(number + 719468, 146097)
    year_of_era = (
        day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096
    ) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = (shifted + 2) % 12 + 1
    year = era * 400 + year_of_era + (month <= 2)
    return year, month, day_of_year - (153 * shifted + 2) // 5 + 1


def days_in(year: int, month: int) -> int:
    """Return how many days *month* has in *year*."""
    return day_of(year, month + 1, 1) - day_of(year, month, 1)
