"""The figures as a table: medians, and how they compare."""

from collections.abc import Sequence
from statistics import median

from integration.bench.measure import CASES, YARDSTICK, Sample


def table(samples: Sequence[Sample], contenders: Sequence[str]) -> str:
    """Return the table; the ratio of each later contender is to the first one.

    A contender that does nothing in a case has an empty cell.

    >>> print(table([Sample("cold", "a", 1.0), Sample("cold", "b", 3.0)], ["a", "b"]))
    seconds, median (fastest to slowest)  rounds  a                    b
    cold                                  1       1.00 (1.00 to 1.00)  3.00 (3.00 to 3.00) = 3.0 x
    """
    rows = [["seconds, median (fastest to slowest)", "rounds", *contenders]]
    for case in CASES:
        if _seconds(samples, case, contenders[0]):
            cells = (_cell(samples, case, contenders, one) for one in contenders)
            rounds = len(_seconds(samples, case, contenders[0]))
            rows.append([case, str(rounds), *cells])
    if costs := _seconds(samples, YARDSTICK, ""):
        rows.append([f"yardstick: {YARDSTICK}", "", _spread(costs)])
    widths = [max(len(row[at]) for row in rows if at < len(row)) for at in range(len(rows[0]))]
    return "\n".join(_line(row, widths) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()


def _cell(samples: Sequence[Sample], case: str, contenders: Sequence[str], contender: str) -> str:
    times = _seconds(samples, case, contender)
    if not times:
        return ""
    if contender == contenders[0]:
        return _spread(times)
    ratio = median(times) / median(_seconds(samples, case, contenders[0]))
    return f"{_spread(times)} = {ratio:.1f} x"


def _spread(times: Sequence[float]) -> str:
    return f"{median(times):.2f} ({min(times):.2f} to {max(times):.2f})"


def _seconds(samples: Sequence[Sample], case: str, contender: str) -> list[float]:
    return [one.seconds for one in samples if (one.case, one.contender) == (case, contender)]
