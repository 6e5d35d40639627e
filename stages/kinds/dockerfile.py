"""The one stage of an image from a Dockerfile: what it says, and the files that it takes.

Only the build stages that the target is made from count, and of the arguments those that they
declare. ONBUILD instructions of a build stage count in those upon it; those of base images are
known only when these are there: they do not count.
"""

import json
from collections.abc import Iterator, Sequence

from stages.copies import copied_files
from stages.digest import Part
from stages.dockerfile import DockerfileSpec
from stages.instruction import ContextFile, DockerfileFacts, Instruction
from stages.kinds.imports import dependency_parts
from stages.reached import ReachedStage, reached_stages
from stages.sources import OtherImages
from stages.variables import Resolved


def dockerfile_parts(
    image: DockerfileSpec, facts: DockerfileFacts, others: OtherImages
) -> tuple[Part, ...]:
    """Return the parts of the stage; `DockerfileError` where the Dockerfile is wrong."""
    parts = [Part("platform", "", image.platform)]
    if image.definition_version:
        parts.append(Part("cacheVersion", "cacheVersion", image.definition_version))
    parts += [Part("addHost", host, "") for host in image.add_hosts]
    for told in image.dependencies:
        parts += dependency_parts(told, others)
    reached = reached_stages(image, facts, _arguments(image))
    return (*parts, *_instruction_parts(reached), *_file_parts(reached, facts))


def _arguments(image: DockerfileSpec) -> dict[str, str]:
    """Return the values of arguments; a fact of another image stands for itself."""
    told = {
        one.target: f"{one.fact} of {dependency.image}"
        for dependency in image.dependencies
        for one in dependency.facts
    }
    return told | dict(image.args)


def _instruction_parts(reached: Sequence[ReachedStage]) -> Iterator[Part]:
    number = 0
    for stage in reached:
        for one, places in zip(stage.instructions, stage.sources, strict=True):
            number += 1
            yield Part("instruction", str(number), _text(one.instruction))
            if one.words:
                yield Part("resolved", str(number), json.dumps(one.words))
            for place in places:
                yield Part("source", str(number), str(place))


def _text(instruction: Instruction) -> str:
    texts = (f"{name}\n{content}" for name, content in instruction.heredocs)
    return "\n".join((instruction.text, *texts))


def _file_parts(reached: Sequence[ReachedStage], facts: DockerfileFacts) -> Iterator[Part]:
    files = {one.path: one for stage in reached for one in _files(stage, facts)}
    for path in sorted(files):
        yield Part("file", path, f"{files[path].mode:o} {files[path].content}")


def _files(stage: ReachedStage, facts: DockerfileFacts) -> Iterator[ContextFile]:
    for one in stage.instructions:
        yield from copied_files(one.instruction, _words(one, facts), facts.context)


def _words(one: Resolved, facts: DockerfileFacts) -> Sequence[str]:
    """Return the words of an instruction without its flags and, of files, without quotes."""
    if one.words:
        return one.words[len(one.instruction.flags) :]
    if one.instruction.name not in ("ADD", "COPY"):
        return one.instruction.args
    return tuple(facts.expand(word, {}) for word in one.instruction.args)
