"""What a release and its namespace are called: as the user says, else by the project's template.

A Go template between ``[[`` and ``]]``: it knows ``project``, ``env``, for releases ``namespace``,
and sprig's functions.
"""

import secrets
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from stages.light_dataclass import dataclass
from werfish.config import slug
from werfish.errors import ConfigError

if TYPE_CHECKING:
    from werfish.gotemplate.engine import TemplateSet
    from werfish.gotemplate.errors import TemplateError
    from werfish.gotemplate.signatures import Function

WITH_ENV = "[[ project ]]-[[ env ]]"
WITHOUT_ENV = "[[ project ]]"
LEFT, RIGHT = "[[", "]]"
_NOTHING = "<no value>"


@dataclass(frozen=True, slots=True)
class Naming:
    """What names are made of.

    *given* is the user's own word, used as it is; *template* the configured one, empty for the
    default; with *slugged* an unfit name is made fit, else it is an error.
    """

    project: str
    env: str = ""
    given: str = ""
    template: str = ""
    slugged: bool = True


class UnfitNameError(ConfigError):
    """A release or namespace cannot be called so."""

    def __init__(self, noun: str, name: str, problem: str, *, hint: str = "") -> None:
        """Say that *name* is no name for a *noun*, and why."""
        super().__init__(f'name the {noun} "{name}": {problem}', hint=hint)
        self.name = name


def release_name(naming: Naming, namespace: str = "") -> str:
    """Return the name of the release; *namespace* is what ``[[ namespace ]]`` stands for."""
    return _name(naming, "release", namespace, slug.helm_release, slug.is_helm_release)


def namespace_name(naming: Naming) -> str:
    """Return the name of the namespace."""
    fit, is_fit = slug.kubernetes_namespace, slug.is_kubernetes_namespace
    return _name(naming, "namespace", "", fit, is_fit)


def release_template(text: str) -> str:
    """Say what is wrong with *text* as the template of a release's name, empty where nothing is."""
    return _wrong_in(text, "release", "namespace")


def namespace_template(text: str) -> str:
    """Say what is wrong with *text* as the template of a namespace's name."""
    return _wrong_in(text, "namespace", "")


def _wrong_in(template: str, noun: str, namespace: str) -> str:
    if not template.strip():
        return "it is empty"
    if LEFT not in template or template in (WITH_ENV, WITHOUT_ENV):
        return ""
    from werfish.gotemplate.errors import TemplateError

    try:
        _parsed(template, noun, Naming("project"), namespace)
    except TemplateError as error:
        return f"{_problem(error, template)}; {_known(namespace)}"
    return ""


def _name(
    naming: Naming,
    noun: str,
    namespace: str,
    fit: Callable[[str], str],
    is_fit: Callable[[str], bool],
) -> str:
    name = naming.given or _rendered(naming, noun, namespace)
    if naming.slugged and not naming.given:
        name = fit(name)
    if not is_fit(name):
        raise UnfitNameError(noun, name, "it is not a valid name", hint=_RULES[noun])
    return name


_RULES = {
    "release": "use at most 53 lower-case letters, digits, dashes and dots, "
    "with a letter or digit at both ends",
    "namespace": "use at most 63 lower-case letters, digits and dashes, "
    "with a letter or digit at both ends",
}


def _rendered(naming: Naming, noun: str, namespace: str) -> str:
    template = naming.template or (WITH_ENV if naming.env else WITHOUT_ENV)
    name = _printed(template, noun, naming, namespace).strip()
    if not name:
        raise UnfitNameError(noun, template, "the template gives an empty name")
    if _NOTHING in name:
        text = f"it gives {name!r}: something in it has no value"
        raise UnfitNameError(noun, template, text, hint=_known(namespace))
    return name


def _printed(template: str, noun: str, naming: Naming, namespace: str) -> str:
    """Return what *template* prints; those that nearly everybody has take no template engine."""
    if template == WITHOUT_ENV:
        return naming.project
    if template == WITH_ENV:
        return f"{naming.project}-{_env_of(naming, noun, template)}"
    if LEFT not in template:
        return template
    from werfish.gotemplate.errors import TemplateError

    try:
        return _parsed(template, noun, naming, namespace).render(noun, None)
    except TemplateError as error:
        hint = _known(namespace)
        raise UnfitNameError(noun, template, _problem(error, template), hint=hint) from error


def _parsed(template: str, noun: str, naming: Naming, namespace: str) -> "TemplateSet":
    from werfish.gotemplate.engine import TemplateSet

    functions = _functions(template, noun, naming, namespace)
    templates = TemplateSet(noun, functions, left=LEFT, right=RIGHT)
    templates.parse(noun, template)
    return templates


def _known(namespace: str) -> str:
    known = "project, env and namespace" if namespace else "project and env"
    return f"between {LEFT} and {RIGHT} stand {known}, and the functions of sprig"


def _functions(template: str, noun: str, naming: Naming, namespace: str) -> "dict[str, Function]":
    from werfish.gotemplate.signatures import function
    from werfish.gotemplate.sprig.functions import sprig_functions
    from werfish.gotemplate.sprig.host import Host
    from werfish.gotemplate.sprig.times.zones import LocalZone

    own = {
        "project": function(lambda: naming.project),
        "env": function(lambda: _env_of(naming, noun, template)),
    }
    if namespace:
        own["namespace"] = function(lambda: namespace)
    return {**sprig_functions(Host(time.time_ns, LocalZone(), secrets.token_bytes)), **own}


def _env_of(naming: Naming, noun: str, template: str) -> str:
    if naming.env:
        return naming.env
    raise UnfitNameError(noun, template, "--env option or $WERF_ENV variable required")


def _problem(error: "TemplateError", template: str) -> str:
    """Return what is wrong with *template*, and at which column or expression of it."""
    if error.expression:
        return f"<{error.expression}>: {error.message}"
    before = template[: max(error.offset, 0)]
    return f"column {len(before) - before.rfind(chr(10))}: {error.message}"
