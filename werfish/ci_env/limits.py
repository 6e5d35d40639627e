"""How many images of each tagging strategy clean-up keeps: werf's defaults, or the user's. Pure.

The user's are in ``~/.werf/config/cleanup.yaml``, by names such as ``gitTagStrategyLimit``.
"""

import re
from collections.abc import Mapping

from werfish.ci_env.errors import CiEnvError
from werfish.ci_env.variables import Variable

DEFAULTS: Mapping[str, int] = {
    "gitTagStrategyLimit": 10,
    "gitTagStrategyExpiryDays": 30,
    "gitCommitStrategyLimit": 50,
    "gitCommitStrategyExpiryDays": 30,
    "stagesSignatureStrategyLimit": -1,
    "stagesSignatureStrategyExpiryDays": -1,
}


def limits_of(document: object, origin: str) -> tuple[Variable, ...]:
    """Return the variables of the limits in *document*, read from *origin*; nothing is no file."""
    if not isinstance(document, dict | None):
        raise CiEnvError(f'read "{origin}": it is no mapping')
    given = document or {}
    for name in given:
        if name not in DEFAULTS:
            raise CiEnvError(
                f'read "{origin}": "{name}" is unknown', hint=f"known: {', '.join(DEFAULTS)}"
            )
        if not isinstance(given[name], int) or isinstance(given[name], bool):
            raise CiEnvError(f'read "{origin}": "{name}" is no whole number')
    return tuple(
        Variable(_variable_of(name), str(given.get(name, default)))
        for name, default in DEFAULTS.items()
    )


def _variable_of(name: str) -> str:
    return "WERF_" + re.sub(r"(?=[A-Z])", "_", name).upper()
