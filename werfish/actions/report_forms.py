"""A deploy's report as text: JSON, and the JUnit XML that CI systems show as tests.

JUnit has no schema of its own; what GitLab, GitHub's actions and Jenkins read is what
https://github.com/testmoapp/junitxml describes: a test case for each resource.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from werfish.actions.deploy_report import DeployReport, Ending, Entry, State
from werfish.actions.report_facts import Mask, cause_facts, facts_of, masked, resource_facts
from werfish.deploy.record import time_text
from werfish.screens.text import printable

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


def json_report(report: DeployReport, mask: Mask) -> str:
    """Return *report* as JSON."""
    document = {**facts_of(report), "resources": [_resource(report, e) for e in _entries(report)]}
    return json.dumps(masked(document, mask), indent=2, ensure_ascii=False) + "\n"


_OF_ALL = ("name", "tests", "failures", "errors", "time")
"""What may be said of all suites: Jenkins refuses a file with more (its ``junit-10.xsd``)."""


def junit_report(report: DeployReport, mask: Mask) -> str:
    """Return *report* as JUnit XML: a test case for the whole, and one for each resource."""

    def text(value: str) -> str:
        return _NOT_XML.sub("\ufffd", printable(mask(value)))

    name = text(_title(report))
    cases = [_whole_case(report, text), *(_case(report, e, text) for e in _entries(report))]
    facts = {
        "name": name,
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": str(sum(case.find("error") is not None for case in cases)),
        "skipped": str(sum(case.find("skipped") is not None for case in cases)),
        "time": _seconds(report.ended - report.began),
        "timestamp": time_text(report.began),
    }
    root = Element("testsuites", {key: facts[key] for key in _OF_ALL})
    suite = SubElement(root, "testsuite", facts)
    suite.extend(cases)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


FORMS: Mapping[str, Callable[[DeployReport, Mask], str]] = {
    "json": json_report,
    "junit": junit_report,
}


def form_for(path: str) -> str:
    """Return the form of a report in the file *path* that was not said."""
    return "junit" if path.lower().endswith(".xml") else "json"


def _entries(report: DeployReport) -> list[Entry]:
    return list(report.entries.values())


def _resource(report: DeployReport, entry: Entry) -> dict[str, Any]:
    seconds = report.seconds_of(entry)
    return {
        **resource_facts(entry.id),
        "hook": entry.is_hook,
        "action": entry.action or None,
        "state": str(entry.state),
        "reason": entry.reason,
        "created": entry.created or (_time(entry.changed) if entry.action == "create" else None),
        "changed": _time(entry.changed),
        "ready": _time(entry.ready),
        "failed": _time(entry.failed),
        "seconds": None if seconds is None else round(seconds, 3),
        "cause": cause_facts(entry.cause),
        "log": list(entry.log),
    }


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else time_text(seconds)


def _title(report: DeployReport) -> str:
    name = report.release or report.namespace
    return f"{report.command} {name}" + (f" revision {report.revision}" if report.revision else "")


def _whole_case(report: DeployReport, text: Mask) -> Element:
    """Return the case of the whole: an error unless it failed by what a resource says itself."""
    case = _new_case(report.command, report.release or report.namespace, text)
    case.set("time", _seconds(report.ended - report.began))
    is_told = any(entry.is_culprit for entry in report.entries.values())
    if report.ending is Ending.FAILED and not is_told:
        error = SubElement(case, "error", message=text(report.error), type="error")
        error.text = text(report.error)
    elif report.ending is Ending.INTERRUPTED:
        SubElement(case, "error", message="interrupted", type="interrupted")
    return case


def _case(report: DeployReport, entry: Entry, text: Mask) -> Element:
    place = entry.id.namespace or "cluster"
    kind = f"{place}.{'hook.' if entry.is_hook else ''}{entry.id.gvk.kind}"
    case = _new_case(kind, str(entry.id), text)
    case.set("time", _seconds(report.seconds_of(entry) or 0.0))
    if entry.is_culprit:
        failure = SubElement(case, "failure", message=text(entry.reason), type="failed")
        failure.text = text("\n".join((entry.reason, *entry.log)))
    elif entry.state in (State.FAILED, State.WAITING, State.SKIPPED):
        SubElement(case, "skipped", message=text(f"{entry.state}: {entry.reason}"))
    return case


def _new_case(kind: str, name: str, text: Mask) -> Element:
    return Element("testcase", {"classname": text(kind), "name": text(name)})


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"
