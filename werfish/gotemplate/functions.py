"""The functions of ``werf.yaml``, for the two generations of its contract: sprig's and werf's own.

The strict set is that of werf 2: a variable of the environment must be set or have a default, and
``expandenv`` does not exist. The lenient set is that of werf 1.1: what is not set is empty.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.formatting import text_of
from werfish.gotemplate.quoting import quote
from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.sprig.functions import sprig_functions
from werfish.gotemplate.sprig.host import Host
from werfish.gotemplate.tables import FunctionTable

Environment = Callable[[str], str | None]
"""What a variable of the environment is set to; none where it is not set."""


def strict_functions(environment: Environment, host: Host) -> Mapping[str, Function]:
    """Return werf 2's functions; *environment* is asked for each variable that is named."""

    def env(name: Any, *default: str) -> str:
        found = _variable(environment, name, default)
        if found is None:
            raise GoError(
                f"the environment variable {quote(text_of(name))} must be set "
                "or default must be provided"
            )
        return found

    own = {"env": function(env, "any", "...string")}
    return FunctionTable(own, _COMMON, sprig_functions(host))


def lenient_functions(environment: Environment, host: Host) -> Mapping[str, Function]:
    """Return werf 1.1's functions; *environment* is asked for each variable that is named."""

    def env(name: Any, *default: str) -> str:
        return _variable(environment, name, default) or ""

    def expandenv(text: str) -> str:
        return _expanded(text, environment)

    own = {
        "env": function(env, "any", "...string"),
        "expandenv": function(expandenv, "string"),
    }
    return FunctionTable(own, _COMMON, sprig_functions(host))


def _variable(environment: Environment, name: Any, default: tuple[str, ...]) -> str | None:
    """Return the variable's value, or the default where it is unset or empty."""
    if len(default) > 1:
        raise GoError("more than 1 optional argument prohibited")
    found = environment(text_of(name))
    return default[0] if default and not found else found


_REFERENCE = re.compile(r"\$(?:\{([^}]*)\}|([*#$@!?\-0-9])|([A-Za-z_][A-Za-z0-9_]*)|(\{))")


def _expanded(text: str, environment: Environment) -> str:
    """Return *text* with ``$NAME`` and ``${NAME}`` replaced, as Go's ``os.Expand`` does."""

    def value(found: re.Match[str]) -> str:
        name = next((each for each in found.groups()[:3] if each), "")
        return (environment(name) or "") if name else ""

    return _REFERENCE.sub(value, text)


def _required(message: str, value: Any) -> Any:
    if value is None or value == "":
        raise GoError(message)
    return value


def _to_yaml(value: Any) -> str:
    from werfish.gotemplate.yaml_v2.writing import yaml_of

    return yaml_of(value).removesuffix("\n")


def _from_yaml(text: str) -> Any:
    from werfish.gotemplate.yaml_v2.reading import map_of

    return map_of(text)


_COMMON = {
    "required": function(_required, "string", "any"),
    "fromYaml": function(_from_yaml, "string"),
    "toYaml": function(_to_yaml, "any"),
}
