"""What BuildKit prints with ``--progress=plain``, and which instruction failed by it. Pure."""

import re
from collections import deque
from collections.abc import Sequence

from stages.build_stages import build_stages, find_stage
from stages.image import SCRATCH
from stages.instruction import Instruction
from werfish.containers.dockerfile import TAIL_LINES, DockerfileFailedError, DockerfileRequest

_LINE = re.compile(r"#(\d+) (.*)")
_NOISE = re.compile(r"#\d+ sha256:[0-9a-f]{64}$")
_OUTPUT = re.compile(r"\d+\.\d+ (.*)")
_TITLE = re.compile(r"\[(?:(\S+) )?(\d+)/\d+\] (.*)")
_CODE = re.compile(r"exit code: (\d+)")
_REFUSED = re.compile(r"(?:error: )?failed to solve\b", re.IGNORECASE)
_WRAPPED = re.compile(
    r"(?:error: )?failed to (?:solve(?: with frontend \S+)?|create LLB definition): ", re.IGNORECASE
)
_COUNTED = frozenset({"ADD", "COPY", "RUN", "WORKDIR"})


class BuildKitOutput:
    """Lines as they come; each vertex of the build has a number, a title, and output."""

    def __init__(self, request: DockerfileRequest) -> None:
        """Begin without output."""
        self._request = request
        self._titles: dict[str, str] = {}
        self._tails: dict[str, deque[str]] = {}
        self._last: deque[str] = deque(maxlen=TAIL_LINES)
        self._failed, self._problem = "", ""

    def feed(self, line: str) -> None:
        """Take in a line and pass it on, if it says something."""
        if not line or _NOISE.match(line):
            return
        self._request.output(line)
        self._last.append(line)
        found = _LINE.fullmatch(line)
        if not found:
            return
        number, text = found.groups()
        output = _OUTPUT.fullmatch(text)
        if output:
            self._tails.setdefault(number, deque(maxlen=TAIL_LINES)).append(output[1])
        elif text.startswith("ERROR: "):
            self._failed, self._problem = number, text.removeprefix("ERROR: ")
        elif not text.startswith(("sha256:", "DONE ", "CACHED", "CANCELED")):
            self._titles.setdefault(number, text)

    def failure(self) -> DockerfileFailedError:
        """Return what was said at the end as an error."""
        instruction = self._instruction()
        code = _CODE.search(self._problem)
        if not self._failed or (instruction is None and not code):
            problem = self._problem or self._refusal() or "the builder failed"
            return DockerfileFailedError(self._request, problem, tail=self._last)
        return DockerfileFailedError(
            self._request,
            self._problem,
            instruction=instruction,
            code=int(code[1]) if code else 0,
            tail=self._tails.get(self._failed, ()),
        )

    def _refusal(self) -> str:
        """Return why nothing was begun, such as for a Dockerfile that cannot be read."""
        said = next((line for line in reversed(self._last) if _REFUSED.match(line)), "")
        while found := _WRAPPED.match(said):
            said = said[found.end() :]
        return said

    def _instruction(self) -> Instruction | None:
        title = _TITLE.match(self._titles.get(self._failed, ""))
        if title is None:
            return None
        return instruction_of(title[1] or "", int(title[2]), title[3], self._request.instructions)


def instruction_of(
    stage_name: str, number: int, text: str, instructions: Sequence[Instruction]
) -> Instruction | None:
    """Return the instruction that BuildKit calls ``[STAGE NUMBER/COUNT] TEXT``.

    By its text, where variables have not changed that; else by its number in the stage.
    """
    wanted = " ".join(text.split())
    same = [one for one in instructions if " ".join(one.text.split()) == wanted]
    if len(same) == 1:
        return same[0]
    stages = build_stages(instructions)
    unnamed = re.fullmatch(r"stage-(\d+)", stage_name)
    stage = find_stage(unnamed[1] if unnamed else stage_name, stages) if stage_name else None
    if stage is None:
        stage = stages[-1] if len(stages) == 1 else None
    if stage is None:
        return same[0] if same else None
    is_counted = stage.base != SCRATCH and find_stage(stage.base, stages[: stage.index]) is None
    counted = [one for one in stage.instructions[1:] if one.name in _COUNTED]
    place = number - (2 if is_counted else 1)
    return counted[place] if 0 <= place < len(counted) else None
