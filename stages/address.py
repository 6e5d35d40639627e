"""Which repository an address leads to, however it is reached. Pure.

``https://ada:secret@host/a/b.git``, ``ssh://git@host/a/b`` and ``git@host:a/b.git`` all lead to
``host/a/b``: a digest changes with the repository, not with the way to it, and holds no password.
"""

import re

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/]*@)?(?P<place>[^?#]*).*")
_SCP = re.compile(r"(?:[^/@]*@)?(?P<host>\[[^\]]*\]|[^:/]+):/*(?P<path>.*)")


def is_local_path(url: str) -> bool:
    """Whether *url* is a path of this machine: by git's rule, nothing else matches."""
    return not _URL.fullmatch(url) and not _SCP.fullmatch(url)


def address_of(url: str) -> str:
    """Return the host (with its port, if one is written) and the path that *url* leads to."""
    found = _URL.fullmatch(url)
    if found:
        return _plain(found["place"])
    short = _SCP.fullmatch(url)
    return _plain(f"{short['host']}/{short['path']}" if short else url)


def _plain(address: str) -> str:
    return address.rstrip("/").removesuffix(".git")
