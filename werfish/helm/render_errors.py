"""Helm's messages in the user's terms: the file they wrote, and the line. Pure."""

import re

from stages.light_dataclass import dataclass
from werfish.errors import HelmError
from werfish.helm.yaml_text import YamlError, load

_OWN = re.compile(r"_werfish|zz-werfish")
_PLACES = (
    re.compile(r"template: (?P<file>[^\s:]+):(?P<line>\d+):"),
    re.compile(r"(?:parse|execution) error at \((?P<file>[^\s:)]+):(?P<line>\d+)[:)]"),
)
_RENDERED = re.compile(r"YAML parse error on (?P<file>[^\s:]+): (?P<problem>.*)", re.DOTALL)
_GO_TYPE = re.compile(r" (?:into Go value )?of type (?:releaseutil|struct|map).*", re.DOTALL)
_WARNING = re.compile(
    r'(?:(?:\d{4}/\S+ \S+ )?\w+\.go:\d+: warning: |level=\w+ msg="warning: )(?P<text>.*?)"?$'
)
_VALUE = re.compile(r"\s*\(.*\)(?=\.?$)", re.DOTALL)
_DOCUMENTS = re.compile(r"^---.*\n", re.MULTILINE)
_RENDERED_LINE = re.compile(r"yaml: line (\d+):")


class RenderError(HelmError):
    """The chart does not render; *file* is below the chart's folder, *line* 0 if not known."""

    def __init__(self, file: str, line: int, problem: str, *, hint: str = "") -> None:
        """Name the user's template and what Helm says about it."""
        where = f' "{file}"' + (f", line {line}" if line else "") if file else " the chart"
        super().__init__(f"render{where}: {problem}", hint=hint)
        self.file = file
        self.line = line


@dataclass(frozen=True, slots=True)
class Place:
    """Where Helm says that something is wrong; *is_rendered*: the line is one of the output."""

    file: str
    line: int
    is_rendered: bool = False


def message_of(stderr: str) -> str:
    """Return Helm's own message, without its prefix, advice and traces."""
    lines = stderr.strip().splitlines()
    begins = next((i for i, line in enumerate(lines) if line.startswith("Error: ")), 0)
    kept: list[str] = []
    for line in lines[begins:]:
        if not line.strip() or line.startswith(("Use --debug", "helm.go:", "install.go:")):
            break
        kept.append(line)
    return "\n".join(kept).removeprefix("Error: ")


def warnings_of(stderr: str) -> tuple[str, ...]:
    """Return what Helm warns of while it renders, each once: values that do not fit the chart's.

    What it says of its own files (who may read the kubeconfig) is none of the chart's. The values
    that it prints are left out: they may be secret.
    """
    found = (
        _VALUE.sub("", match["text"])
        for line in stderr.splitlines()
        if (match := _WARNING.match(line))
    )
    return tuple(dict.fromkeys(text.replace('\\"', '"') for text in found))


def place_of(message: str, chart: str) -> Place | None:
    """Return the innermost place in the user's *chart* that *message* names."""
    if found := _RENDERED.search(message):
        line = _RENDERED_LINE.search(found["problem"])
        return Place(_below(found["file"], chart), int(line[1]) if line else 0, is_rendered=True)
    places = [match for pattern in _PLACES for match in pattern.finditer(message)]
    own = [match for match in places if not _OWN.search(match["file"])]
    if not own:
        return None
    last = max(own, key=lambda match: match.start())
    return Place(_below(last["file"], chart), int(last["line"]))


def problem_of(message: str) -> str:
    """Return *message* without the places that are told apart."""
    if (found := _RENDERED.search(message)) and "unmarshaling JSON" in found["problem"]:
        problem = found["problem"].partition("json: ")[2]
        return "the result is not an object of Kubernetes: " + _GO_TYPE.sub("", problem)
    if found:
        return "the result is not YAML: " + found["problem"].removeprefix(
            "error converting YAML to JSON: "
        )
    return re.sub(r"^(?:parse|execution) error at \([^)]*\): ", "", message)


def broken_line(text: str) -> tuple[str, str] | None:
    """Return what is wrong with the first document of *text* that is not YAML, and its line.

    The line that Helm tells is one of that document, and sometimes the one before.
    """
    for document in _DOCUMENTS.split(text):
        try:
            load(document, is_strict=False)
        except YamlError as error:
            at = min(error.line, len(document.splitlines()))  # of what never ends, the last one
            return f"the result is not YAML: {error.problem}", line_of(document, at)
    return None


def line_of(text: str, number: int) -> str:
    """Return line *number* of *text*, empty where it has none."""
    lines = text.splitlines()
    return lines[number - 1].strip() if 0 < number <= len(lines) else ""


def _below(file: str, chart: str) -> str:
    return file.removeprefix(f"{chart}/")
