"""What a release and its namespace are called: as the user says, else by the project's template.

Pure. A template knows ``[[ project ]]``, ``[[ env ]]`` and, for releases, ``[[ namespace ]]``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from werfish.config import slug
from werfish.errors import ConfigError

WITH_ENV = "[[ project ]]-[[ env ]]"
WITHOUT_ENV = "[[ project ]]"

_ACTION = re.compile(r"\[\[-?\s*(.*?)\s*-?\]\]", re.DOTALL)


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
    known = {"project": naming.project, "env": naming.env, "namespace": namespace}

    def value_of(match: re.Match[str]) -> str:
        word = match[1]
        if known.get(word):
            return known[word]
        raise UnfitNameError(noun, template, _problem(word, template))

    name = _ACTION.sub(value_of, template)
    if not name.strip():
        raise UnfitNameError(noun, template, "the template gives an empty name")
    return name.strip()


def _problem(word: str, template: str) -> str:
    if word == "env":
        needed = "--env option or $WERF_ENV variable required"
        return f"{needed} to construct name by template '{template}'"
    return f'"{word}" is not known here; project and env are'
