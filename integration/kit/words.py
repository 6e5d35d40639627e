"""Reading what programs print."""

from __future__ import annotations

import re


def version_in(words: str) -> str:
    """Return the first version number in *words*, "-" when there is none.

    >>> version_in("docker-registry github.com/docker/distribution v2.8.2+debian")
    '2.8.2'
    """
    found = re.search(r"\d+(\.\d+)+", words)
    return found.group() if found else "-"
