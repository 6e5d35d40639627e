"""Docker's credential helpers: programs that keep passwords in a store of the host's.

Their protocol: ``docker-credential-NAME get`` reads a registry's name and prints JSON, or why not.
See https://github.com/docker/docker-credential-helpers.
"""

import json
from typing import Any

from werfish.process import ProcessError, ending_of, run

LONGEST = 60
"""Seconds that a helper may take: it may ask somebody, but must not stop a build for good."""
_UNKNOWN = "credentials not found"
_PROBLEMS = {"not found": "is not installed", "not executable": "is not executable"}


def ask_helper(name: str, registry: str) -> tuple[str, str] | None:
    """Return user and secret that the helper *name* has for *registry*, ``None`` for none.

    ValueError says what is wrong with the helper, and nothing of what it knows.
    """
    program = f"docker-credential-{name}"
    try:
        done = run([program, "get"], stdin=registry.encode(), timeout=LONGEST, check=False)
    except ProcessError as error:
        problem = _PROBLEMS.get(error.problem, error.problem)
        problem = f"was {problem}" if problem.startswith("not ") else problem
        raise ValueError(f'its helper "{program}" {problem}') from error
    if done.code != 0:
        said = done.text.strip() or done.stderr.decode(errors="replace").strip()
        if _UNKNOWN in said.lower():
            return None
        last = f": {said.splitlines()[-1]}" if said else ""
        raise ValueError(f'its helper "{program}" ended {ending_of(done.code)}{last}')
    return _answer(done.stdout, program)


def _answer(printed: bytes, program: str) -> tuple[str, str] | None:
    try:
        document: Any = json.loads(printed)
    except ValueError as error:
        raise ValueError(f'its helper "{program}" printed no JSON') from error
    user, secret = (
        document.get(key) if isinstance(document, dict) else None for key in ("Username", "Secret")
    )
    if not isinstance(user, str) or not isinstance(secret, str):
        raise ValueError(f'its helper "{program}" gave no Username and Secret')
    return (user, secret) if user or secret else None
