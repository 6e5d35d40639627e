"""The table of what was found in a case: times as multiples of the yardstick, beside the target."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

HEADS = ("case", "seconds, median (fastest to slowest)", "in D", "processor", "else", "target")


@dataclass(frozen=True, slots=True)
class Finding:
    """One case: times on the clock and of the processor, *more* in words, what is wanted."""

    case: str
    seconds: Sequence[float]
    processor: Sequence[float] = ()
    more: str = ""
    target: str = ""


def table_of(findings: Sequence[Finding], yardsticks: Sequence[float]) -> str:
    """Return *findings* as a table; D is the median of *yardsticks*.

    >>> print(table_of([Finding("one", [1.0, 3.0, 2.0])], [0.5]).splitlines()[1])
    one               2.00 (1.00 to 3.00)                   4.0
    """
    unit = median(yardsticks)
    rows = [HEADS, *(_row(finding, unit) for finding in findings)]
    rows.append(("D, the yardstick", _spread(yardsticks), "1.0", "", "", ""))
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEADS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _row(finding: Finding, unit: float) -> tuple[str, ...]:
    if not finding.seconds:
        return (finding.case, "", "", "", finding.more, finding.target)
    in_units = f"{median(finding.seconds) / unit:.1f}"
    processor = f"{median(finding.processor):.2f}" if finding.processor else ""
    return (
        finding.case, _spread(finding.seconds), in_units, processor, finding.more, finding.target
    )  # fmt: skip


def _spread(times: Sequence[float]) -> str:
    return f"{median(times):.2f} ({min(times):.2f} to {max(times):.2f})"
