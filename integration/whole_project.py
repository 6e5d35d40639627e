"""A small project of every part that a build can have, and what building it must give."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from integration.conftest import Program
from integration.project import GitProject
from integration.test_build import docker
from integration.trees import Tree, mounted_tree, saved_image, timeless

BUILD = ("build", "--stages-storage", ":local")
IMAGES = ("app", "front")
CONFIG = """
configVersion: 1
project: {{ env "WHOLE_NAME" }}
---
artifact: tools
from: busybox:1.35
git:
- add: /src
  to: /src
  stageDependencies: {install: "*"}
mount:
- {from: build_dir, to: /kept}
- {from: tmp_dir, to: /scratch}
secrets:
- {env: WHOLE_TOKEN}
shell:
  install:
  - mkdir -p /out/deep && cp /src/* /scratch/ && cat /scratch/* > /out/deep/all
  - echo run >> /kept/log && wc -c < /run/secrets/WHOLE_TOKEN > /out/size
  - find /out -exec touch -d @1700000000 {} +
---
image: app
from: busybox:1.35
git:
- add: /
  to: /app
  owner: nobody
  excludePaths: [werf.yaml, front]
  stageDependencies: {setup: "src/*"}
- url: LIB
  branch: main
  herebyIAdmitThatBranchMightBreakReproducibility: true
  to: /lib
  stageDependencies: {setup: "*"}
import:
- {artifact: tools, add: /out, to: /usr/tools, before: install}
shell:
  setup:
  - cat /lib/text /app/module/text /usr/tools/deep/all > /result
  - rm -r /app/src && mkdir /app/src && chmod 700 /app/src
docker: {WORKDIR: /app, CMD: [cat, /result]}
---
image: front
dockerfile: Dockerfile
context: front
"""
DOCKERFILE = "FROM busybox:1.35\nCOPY page /page\nRUN cp /page /made && touch -d @0 /made\n"
FILES = {
    "src/one": "one\n",
    "src/two": "two\n",
    "text": "text\n",
    "front/Dockerfile": DOCKERFILE,
    "front/page": "page\n",
}


@dataclass(frozen=True)
class Outcome:
    """One image: its files without times, and the layers before any that a command made."""

    tree: Tree
    written: tuple[str, ...]


def whole_project(folder: Path) -> GitProject:
    """Make the project in *folder*, with the repositories that it takes files of beside it."""
    for name in ("lib", "module"):
        (folder.parent / name).mkdir()
        other = GitProject(folder.parent / name)
        other.commit({"text": f"{name}\n"})
    project = GitProject(folder)
    config = CONFIG.replace("LIB", f"file://{folder.parent}/lib")
    project.commit({"werf.yaml": config, **FILES})
    source = str(folder.parent / "module")
    project.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", source, "module")
    project.commit({})
    return project


def named(name: str) -> Mapping[str, str]:
    """Return the variables that make it the project *name*."""
    return {"WHOLE_NAME": name, "WHOLE_TOKEN": "not-to-be-seen"}


def outcomes(stderr: str, images: tuple[str, ...] = IMAGES) -> dict[str, Outcome]:
    """Return the images of a build by what it said."""
    return {image: outcome_of(reference) for image, reference in references(stderr, images)}


def references(stderr: str, images: tuple[str, ...] = IMAGES) -> Iterator[tuple[str, str]]:
    """Yield the name and the last stage of each image, by what a build said."""
    for image in images:
        (told,) = re.findall(rf"^{image}: .*(?: stages? built|\d stages?\)).* (\S+)$", stderr, re.M)
        yield image, told


def outcome_of(reference: str) -> Outcome:
    """Return what the image *reference* is."""
    config = saved_image(reference).config
    history = [one for one in _lines(config["history"]) if not one.get("empty_layer")]
    rootfs = config["rootfs"]
    layers = rootfs["diff_ids"] if isinstance(rootfs, dict) else []
    run = [at for at, one in enumerate(history) if _is_run(str(one.get("created_by")))]
    return Outcome(
        timeless(mounted_tree(reference)), tuple(layers[: run[0] if run else len(layers)])
    )


def forget_stages(*names: str) -> None:
    """Remove the stages of projects from the daemon."""
    for name in names:
        found = docker("images", "-q", f"werfish-stages/{name}").split()
        if found:
            docker("rmi", "-f", *sorted(set(found)))


def start_alone(program: Program, *arguments: str) -> "subprocess.Popen[str]":
    """Start *program* as the leader of a group of its own, which can be killed whole."""
    return subprocess.Popen(
        program.line(*arguments),
        cwd=program.folder,
        env=program.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def kill(process: "subprocess.Popen[str]", *, whole_group: bool) -> None:
    """Kill it at once, alone or with every program that it runs."""
    with suppress(ProcessLookupError):
        if whole_group:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _is_run(created_by: str) -> bool:
    """Whether a command made the layer: ours, or RUN of a Dockerfile by either builder."""
    is_plain = created_by.startswith("/bin/sh -c") and "#(nop)" not in created_by
    return "instructions" in created_by or created_by.startswith("RUN") or is_plain


def _lines(found: object) -> list[dict[str, object]]:
    return [dict(one) for one in found] if isinstance(found, list) else []
