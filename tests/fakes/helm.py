"""A helm program that knows no templates: what they say is what it renders."""

import re
from dataclasses import dataclass
from pathlib import Path

from werfish.process import Completed


@dataclass(frozen=True, slots=True)
class FakeHelm:
    """Prints crds/ and the templates of a chart as they are, each document with its source.

    ``fail`` in a template is a mistake, in Helm's words.
    """

    version: tuple[int, int, int] = (3, 14, 0)
    cluster_arguments: tuple[str, ...] = ()

    def run(self, arguments: tuple[str, ...], *, stdin: bytes = b"") -> Completed:
        chart = Path(arguments[2])
        rendered = ""
        files = (*sorted(chart.glob("crds/*.yaml")), *sorted(chart.glob("templates/*.yaml")))
        for path in files:
            text = path.read_text()
            source = f"shop/{path.parent.name}/{path.name}"
            if re.search(r"\bfail\b", text):
                return Completed(1, b"", f"Error: parse error at ({source}:1): fail\n".encode())
            for document in text.split("---\n"):
                rendered += f"---\n# Source: {source}\n{document}"
        return Completed(0, rendered.encode(), b"")
