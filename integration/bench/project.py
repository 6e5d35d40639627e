"""The project that is built: three images over many small files, the same for every contender.

Nothing in it is left to chance but by *seed*: each round has content of its own, so that no
layer of an earlier round can be found again by anybody.
"""

import os
import random
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from integration.kit import bases

IMAGES = {"one": bases.DEBIAN, "two": bases.DEBIAN, "three": bases.BUSYBOX}
FILES_A_FOLDER = 100
WORDS = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india")

WERF_IMAGE = """---
image: {image}
from: {base}
git:
- add: /
  to: /app
  stageDependencies:
    install: install.txt
    setup: setup.txt
shell:
  beforeInstall: echo {image} > /before-install
  install: cat /app/install.txt > /install
  beforeSetup: echo {image} > /before-setup
  setup: cat /app/setup.txt > /setup
docker:
  CMD: ["cat", "/setup"]
"""

PLAIN = """FROM {base}
RUN echo {image} > /before-install
COPY . /app
RUN cat /app/install.txt > /install
RUN echo {image} > /before-setup
RUN cat /app/setup.txt > /setup
CMD ["cat", "/setup"]
"""

ORDERED = """FROM {base}
RUN echo {image} > /before-install
COPY install.txt /app/
RUN cat /app/install.txt > /install
RUN echo {image} > /before-setup
COPY setup.txt /app/
RUN cat /app/setup.txt > /setup
COPY . /app
CMD ["cat", "/setup"]
"""

DOCKERFILES = {"plain": PLAIN, "ordered": ORDERED}
KINDS = tuple(DOCKERFILES)


@dataclass(frozen=True, slots=True)
class Project:
    """A git repository in *folder*, its werf project called *name*."""

    folder: Path
    name: str

    def commit(self, path: str, content: str | bytes) -> None:
        """Let *content* be that of the file *path*, and commit it."""
        data = content if isinstance(content, bytes) else content.encode()
        (self.folder / path).write_bytes(data)
        _git(self.folder, "add", path)
        _git(self.folder, "commit", "--quiet", "--message", f"Change {path}")


def start_project(folder: Path, name: str, files: Mapping[str, str]) -> Project:
    """Write *files* into *folder*, which is new or holds others already, and commit all of it."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    _git(folder, "init", "--quiet", "--initial-branch", "main")
    _git(folder, "add", ".")
    _git(folder, "commit", "--quiet", "--message", "Begin")
    return Project(folder, name)


def make_project(folder: Path, name: str, files: int, seed: int) -> Project:
    """Write the project with *files* files into *folder*, which is new, and commit it."""
    chance = random.Random(seed)
    for number in range(files):
        path = folder / f"src/{number // FILES_A_FOLDER:03}/{number:05}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = (" ".join(chance.choices(WORDS, k=6)) for _ in range(chance.randint(2, 12)))
        path.write_text("\n".join(lines) + "\n")
    texts = {one: f"{one} {seed}\n" for one in ("install.txt", "setup.txt")}
    texts |= {".dockerignore": ".git\n", "werf.yaml": _werf_yaml(name)}
    for image, base in IMAGES.items():
        for kind, template in DOCKERFILES.items():
            texts[f"{image}.{kind}.Dockerfile"] = template.format(image=image, base=base)
    return start_project(folder, name, texts)


def _werf_yaml(name: str) -> str:
    images = (WERF_IMAGE.format(image=image, base=base) for image, base in IMAGES.items())
    return f"project: {name}\nconfigVersion: 1\n{''.join(images)}"


def _git(folder: Path, *arguments: str) -> None:
    author = {f"GIT_{role}_NAME": "Bench" for role in ("AUTHOR", "COMMITTER")}
    author |= {f"GIT_{role}_EMAIL": "bench@example.com" for role in ("AUTHOR", "COMMITTER")}
    subprocess.run(["git", *arguments], cwd=folder, env={**os.environ, **author}, check=True)
