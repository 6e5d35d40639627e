"""When an object of a kind is ready, and when it has failed, said by tests of its status. Pure."""

from collections.abc import Sequence

from stages.light_dataclass import dataclass
from werfish.kube.jsonpath import JsonPath, parse_path
from werfish.kube.status_test import StatusTest, parse_test

ANY = "*"


@dataclass(frozen=True, slots=True)
class StatusRule:
    """Ready when all of *ready* hold (none: as other kinds are), failed when one of *failed* does.

    *group* may be ``*.example.com`` for all groups below, *kind* ``*`` for all kinds of a group.
    *message* is where the object says in its own words how it is. *when* says for which objects of
    the kind the rule is. *observed* is where the status says of which spec it speaks, beside the
    usual ``observedGeneration``: a text that begins with the generation.
    """

    group: str = ANY
    kind: str = ANY
    ready: tuple[StatusTest, ...] = ()
    failed: tuple[StatusTest, ...] = ()
    message: JsonPath | None = None
    when: StatusTest | None = None
    observed: JsonPath | None = None

    def is_for(self, group: str, kind: str) -> bool:
        """Tell whether the rule is for a kind."""
        is_group = self.group in (ANY, group) or (
            self.group.startswith("*.") and group.endswith(self.group[1:])
        )
        return is_group and self.kind in (ANY, kind)


def status_rule(
    group: str = ANY,
    kind: str = ANY,
    *,
    ready: Sequence[str] = (),
    failed: Sequence[str] = (),
    message: str = "",
    when: str = "",
    observed: str = "",
) -> StatusRule:
    """Return the rule that texts write; ValueError where one is no test or path."""
    return StatusRule(
        group,
        kind,
        tuple(parse_test(text) for text in ready),
        tuple(parse_test(text) for text in failed),
        parse_path(message) if message else None,
        parse_test(when) if when else None,
        parse_path(observed) if observed else None,
    )
