"""``deploy.readiness`` of the project: when its own kinds of resources are ready."""

from typing import TYPE_CHECKING

from werfish.config.nodes import Table, table_of, tables_of, text_of, texts_of
from werfish.config.schema import Key, Section, Shape

if TYPE_CHECKING:
    from werfish.kube.status_rule import StatusRule


def _no_test(text: str) -> str:
    """Want a test of a status; the language of tests is loaded where there is one."""
    from werfish.kube.status_test import parse_test

    try:
        parse_test(text)
    except ValueError as error:
        return str(error)
    return ""


def _no_path(text: str) -> str:
    """Want a JSONPath."""
    from werfish.kube.jsonpath import parse_path

    try:
        parse_path(text)
    except ValueError as error:
        return str(error)
    return ""


READINESS = Section(
    (
        Key("group", required=True, summary="The API group, such as example.com; * for any."),
        Key("kind", required=True, summary="The kind; * for all of the group."),
        Key("ready", Shape.TEXTS, rule=_no_test, summary="Tests that must all hold."),
        Key("failed", Shape.TEXTS, rule=_no_test, summary="Tests of which none may."),
        Key("message", rule=_no_path, summary="Where it says how it is, a JSONPath."),
    )
)


def readiness_rules_of(meta: Table) -> "tuple[StatusRule, ...]":
    """Return the rules that *meta*, already checked, has."""
    found = tables_of(table_of(meta, "deploy"), "readiness")
    if not found:
        return ()
    from werfish.kube.status_rule import status_rule

    return tuple(
        status_rule(
            text_of(one, "group"),
            text_of(one, "kind"),
            ready=texts_of(one, "ready"),
            failed=texts_of(one, "failed"),
            message=text_of(one, "message"),
        )
        for one in found
    )
