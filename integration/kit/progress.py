"""Progress lines on stderr, each with the seconds since the kit was started."""

from __future__ import annotations

import sys
import time

_BEGIN = time.monotonic()


def say(part: str, text: str) -> None:
    """Print one progress line of *part*."""
    seconds = time.monotonic() - _BEGIN
    print(f"[{seconds:6.1f} s] {part}: {text}", file=sys.stderr, flush=True)
