"""The job's own ``config.json``: the user's, and who the job is at its registry. Pure."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from werfish.ci_env.errors import CiEnvError
from werfish.ci_env.variables import Login


def parsed_config(text: str, origin: str) -> Mapping[str, Any]:
    """Read Docker's configuration *text* from *origin*; `CiEnvError` where it is none."""
    doing = f"read Docker's configuration from {origin}"
    try:
        document = json.loads(text)
    except ValueError as error:
        raise CiEnvError(f"{doing}: {error}") from error
    if not isinstance(document, dict):
        raise CiEnvError(f"{doing}: not a JSON object")
    for key in ("auths", "credHelpers"):
        if not isinstance(document.get(key) or {}, dict):
            raise CiEnvError(f'{doing}: "{key}" is not a JSON object')
    return document


def has_login(config: Mapping[str, Any], registry: str) -> bool:
    """Tell whether *config* has a login to *registry*, or a helper that may have one."""
    kept = (config.get("auths") or {}).get(registry)
    helper = (config.get("credHelpers") or {}).get(registry)
    return bool(kept or helper or config.get("credsStore"))


def with_login(config: Mapping[str, Any], login: Login) -> Mapping[str, Any]:
    """Return *config* with *login* in itself: no helper, whose store outlives the job, has it.

    A store for all registries is passed over for this one by an empty helper, as Docker reads it.
    """
    token = base64.b64encode(f"{login.user}:{login.password}".encode()).decode()
    helpers = dict(config.get("credHelpers") or {})
    helpers.pop(login.registry, None)
    if config.get("credsStore"):
        helpers[login.registry] = ""
    rest = {key: value for key, value in config.items() if key != "credHelpers"}
    auths = {**(config.get("auths") or {}), login.registry: {"auth": token}}
    return {**rest, "auths": auths, **({"credHelpers": helpers} if helpers else {})}
