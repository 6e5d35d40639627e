"""Which kind people mean: ``deployment``, ``deployments``, ``deploy``, ``deployments.apps``. Pure.

As kubectl reads them: the core group comes first, then groups by name; of a group, the first
version that the cluster names.
"""

import difflib
from collections.abc import Iterable, Sequence

from werfish.errors import DeployError
from werfish.kube.cluster import ApiResource


class UnknownKindNameError(DeployError):
    """A word names no kind that the cluster serves."""

    def __init__(self, word: str, near: Sequence[str]) -> None:
        """Name the *word* and the names that are *near* it."""
        meant = f"did you mean {' or '.join(near)}?" if near else None
        super().__init__(
            f'look up kind "{word}": the cluster does not know it',
            hint=meant or "see: kubectl api-resources",
        )
        self.word = word


def kind_of(word: str, served: Iterable[ApiResource]) -> ApiResource:
    """Return the kind of *served* that *word* names; `UnknownKindNameError` where none does.

    *word* is a kind, its plural or a short name, in any casing, with ``.GROUP`` where one likes.
    """
    name, _, group = word.lower().partition(".")
    known = [one for one in served if _is_watchable(one)]
    found = [one for one in known if name in names_of(one) and _is_in(one, group)]
    if not found:
        words = {other for one in known for other in names_of(one)}
        raise UnknownKindNameError(word, difflib.get_close_matches(name, sorted(words), n=3))
    return min(found, key=lambda one: one.gvk.group)


def names_of(resource: ApiResource) -> tuple[str, ...]:
    """Return the words that mean a kind, in lower case."""
    return (resource.gvk.kind.lower(), resource.plural, *resource.short_names)


def _is_watchable(resource: ApiResource) -> bool:
    return "/" not in resource.plural and {"get", "watch"} <= resource.verbs


def _is_in(resource: ApiResource, group: str) -> bool:
    if not group:
        return True
    return group in (resource.gvk.group, f"{resource.gvk.version}.{resource.gvk.group}")
