"""The steps of the classic builder, read from what the daemon says of them. Pure."""

import re
from collections import deque
from collections.abc import Mapping
from typing import Any

from stages.instruction import Instruction
from werfish.containers.classic_dockerfile import steps_of
from werfish.containers.dockerfile import TAIL_LINES, DockerfileFailedError, DockerfileRequest

_STEP = re.compile(r"Step (\d+)/\d+ : ")
_CODE = re.compile(r"returned a non-zero code: (\d+)")
_NOISE = (" ---> ", "Removing intermediate container ")


class Steps:
    """The steps of a build, as the daemon tells of them. ``image_id`` is there at the end."""

    def __init__(self, request: DockerfileRequest) -> None:
        """Begin before the first step."""
        self._request = request
        self._steps = steps_of(request)
        self._place = -1
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._rest = ""
        self.image_id = ""

    def feed(self, message: Mapping[str, Any]) -> None:
        """Take in a message."""
        aux = message.get("aux")
        if isinstance(aux, dict) and aux.get("ID"):
            self.image_id = str(aux["ID"])
        *lines, self._rest = (self._rest + str(message.get("stream") or "")).split("\n")
        for line in lines:
            self._line(line.rpartition("\r")[2] if not line.endswith("\r") else line[:-1])

    def failure(self, problem: str) -> DockerfileFailedError:
        """Return *problem* as that of the step that was going on."""
        if self._rest:
            self._line(self._rest)
        code = _CODE.search(problem)
        return DockerfileFailedError(
            self._request,
            problem,
            instruction=self._instruction(),
            code=int(code[1]) if code else 0,
            tail=self._tail,
        )

    def _line(self, line: str) -> None:
        step = _STEP.match(line)
        if step:
            self._place = int(step[1]) - 1
            self._tail.clear()
            shown = self._shown(line[step.end() :])
            if shown:
                self._request.output(shown)
        elif not self._is_ours() and line.strip():
            if not line.startswith(_NOISE):
                self._tail.append(line)
            self._request.output(line)

    def _shown(self, text: str) -> str:
        if self._is_ours():
            return ""
        own = [place for place, one in enumerate(self._steps) if one is not None]
        number = own.index(self._place) + 1 if self._place in own else self._place + 1
        return f"Step {number}/{len(own)} : {text}"

    def _is_ours(self) -> bool:
        return 0 <= self._place < len(self._steps) and self._steps[self._place] is None

    def _instruction(self) -> Instruction | None:
        return self._steps[self._place] if 0 <= self._place < len(self._steps) else None
