"""What each part of a layout reads, and what of a date that is."""

from werfish.gotemplate.sprig.times import civil

_OFFSETS = {
    "0700": r"[+-][0-9]{4}",
    "07:00": r"[+-][0-9]{2}:[0-9]{2}",
    "07": r"[+-][0-9]{2}",
    "070000": r"[+-][0-9]{6}",
    "07:00:00": r"[+-][0-9]{2}:[0-9]{2}:[0-9]{2}",
}
_ZONE = (
    r"UTC|ChST|MeST|GMT(?:[+-]0*(?:1?[0-9]|2[0-3])(?![0-9]))?|[+-]0*(?:1?[0-9]|2[0-3])(?![0-9])"
    r"|(?:[A-Z]{4}T|[A-Z]{3}T|WITA|[A-Z]{3})(?![A-Z])"
)
_NUMBER = r"[0-9]{1,2}"
PATTERNS = {
    "2006": r"[0-9]{4}",
    "06": r"[0-9]{2}",
    "January": "(?i:" + "|".join(civil.MONTHS) + ")",
    "Jan": "(?i:" + "|".join(month[:3] for month in civil.MONTHS) + ")",
    "Monday": "(?i:" + "|".join(civil.WEEKDAYS) + ")",
    "Mon": "(?i:" + "|".join(day[:3] for day in civil.WEEKDAYS) + ")",
    "_2": rf" ?{_NUMBER}",
    "__2": r" {0,2}[0-9]{1,3}",
    "002": r"[0-9]{3}",
    "PM": "AM|PM",
    "pm": "am|pm",
    "MST": _ZONE,
}
PATTERNS |= dict.fromkeys(("01", "02", "03", "04", "05"), r"[0-9]{2}")
PATTERNS |= dict.fromkeys(("1", "2", "3", "4", "5", "15"), _NUMBER)
PATTERNS |= {f"-{chunk}": pattern for chunk, pattern in _OFFSETS.items()}
PATTERNS |= {f"Z{chunk}": f"Z|{pattern}" for chunk, pattern in _OFFSETS.items()}
"""The regular expression of each part of a layout."""

FIELDS = {"2006": "year", "January": "month", "Jan": "month", "1": "month", "01": "month"}
FIELDS |= {"06": "year", "2": "day", "02": "day", "_2": "day", "15": "hour", "3": "hour"}
FIELDS |= {"03": "hour", "4": "minute", "04": "minute", "5": "second", "05": "second"}
FIELDS |= {"002": "year_day", "__2": "year_day", "PM": "half", "pm": "half", "MST": "zone"}
"""Which field of a date a part is."""

LIMITS = {"month": (1, 12), "minute": (0, 59), "second": (0, 59)}
"""The smallest and the largest number of a field."""
