"""Imports on the real Docker: what comes out of real images, and that nothing of them runs."""

import json
import os
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import pytest

from integration.conftest import Program
from integration.kit.api import Endpoints
from integration.project import GitProject
from integration.test_build import BUILD, docker, leftovers, reference_of

pytestmark = pytest.mark.usefixtures("kit")

BUSYBOX = "busybox:1.35"
NAME = f"imports-{uuid.uuid4().hex[:8]}"
CAPABILITY = "0100000200040000000000000000000000000000"
SET_CAPABILITY = (
    'perl -e \'my ($p, $n, $v) = ("/out/bin/tool", "security.capability", pack("H*", '
    f'"{CAPABILITY}")); syscall(188, $p, $n, $v, 20, 0) == 0 or die $!\''
)
CONFIG = f"""
configVersion: 1
project: {NAME}
---
artifact: assets
from: debian:bookworm-slim
git:
- add: /src
  to: /src
  stageDependencies: {{install: "**/*"}}
shell:
  install:
  - mkdir -p /out/bin /out/static/js /out/static/css /out/tmp /out/private
  - cp /src/app.js /out/static/js/app.js && echo map > /out/static/js/app.js.map
  - echo css > /out/static/css/a.css
  - ln -s js/app.js /out/static/current && ln -s static /out/latest
  - cp /bin/true /out/bin/tool && ln /out/bin/tool /out/bin/tool-again
  - chmod 4755 /out/bin/tool && chmod 1777 /out/tmp && chmod 2750 /out/private
  - chown -R 1500:1501 /out/private && mkfifo /out/pipe
  - {SET_CAPABILITY}
  - find /out -exec touch -h -d @1700000000 {{}} +
  setup:
  - echo late > /out/static/js/late.js
---
image: app
from: debian:bookworm-slim
shell:
  beforeInstall:
  - echo 'web:x:33000:33001::/:/bin/sh' >> /etc/passwd; echo 'site:x:33002:' >> /etc/group
  setup:
  - cat /app/static/js/app.js > /seen
import:
- artifact: assets
  add: /out
  to: /app
  after: install
  stage: install
- artifact: assets
  add: /out/latest
  to: /var/www/site
  includePaths: ["js/*.js"]
  excludePaths: ["**/late.js"]
  owner: web
  group: site
  after: setup
- artifact: assets
  add: /out/bin/tool
  to: /opt/renamed
  before: setup
- from: busybox:1.35
  add: /bin/busybox
  to: /bin/busybox
  before: install
dependencies:
- image: other
  before: setup
  imports:
  - {{type: ImageName, targetEnv: OTHER}}
  - {{type: ImageTag, targetEnv: OTHER_TAG}}
---
image: other
from: busybox:1.35
shell:
  install: echo other > /other
"""
FILES = {"werf.yaml": CONFIG, "src/app.js": "one\n"}
LOOK = """
cd /app && stat -c '%a %u %g %Y %F %n' . bin bin/tool private static/current tmp
stat -c '%h %n' bin/tool bin/tool-again
test bin/tool -ef bin/tool-again && echo same
readlink static/current /app/latest /bin
perl -e 'my $b = "\\0" x 64; my ($p, $n) = ("/app/bin/tool", "security.capability");
my $l = syscall(191, $p, $n, $b, 64); print unpack("H*", substr($b, 0, $l)), "\\n"'
find /app/pipe /app/static/js | sort
find /var/www/site | sort | xargs stat -c '%u %g %n'
stat -c '%a %n' /opt/renamed /usr/bin/busybox /tmp
cat /seen
"""
SEEN = """
755 0 0 1700000000 directory .
755 0 0 1700000000 directory bin
4755 0 0 1700000000 regular file bin/tool
2750 1500 1501 1700000000 directory private
777 0 0 1700000000 symbolic link static/current
1777 0 0 1700000000 directory tmp
2 bin/tool
2 bin/tool-again
same
js/app.js
static
usr/bin
CAPABILITY
/app/static/js
/app/static/js/app.js
/app/static/js/app.js.map
33000 33002 /var/www/site
33000 33002 /var/www/site/js
33000 33002 /var/www/site/js/app.js
4755 /opt/renamed
755 /usr/bin/busybox
1777 /tmp
one
""".replace("CAPABILITY", CAPABILITY)


@pytest.fixture
def project(program: Program) -> Iterator[GitProject]:
    """Commit the project under a name of its own; its stages are removed afterwards."""
    project = GitProject(program.folder)
    project.commit(FILES)
    yield project
    stages = docker("images", "-q", f"werfish-stages/{NAME}").split()
    if stages:
        docker("rmi", "-f", *sorted(set(stages)))


def layers_of(reference: str) -> list[str]:
    found: list[str] = json.loads(docker("inspect", reference))[0]["RootFS"]["Layers"]
    return found


def test_files_come_as_the_source_has_them(program: Program, project: GitProject) -> None:
    built = program(*BUILD)
    reference = reference_of(built.stderr)
    assert docker("run", "--rm", reference, "bash", "-c", LOOK).split("\n") == [
        line for line in SEEN.split("\n") if line
    ]
    assert '"pipe" is a device, a pipe or a socket: left out' in built.stderr
    assert leftovers(program, NAME) == []


def test_an_image_is_told_of_another(program: Program, project: GitProject) -> None:
    built = program(*BUILD)
    other = reference_of(built.stderr, "other")
    env = json.loads(docker("inspect", reference_of(built.stderr)))[0]["Config"]["Env"]
    assert f"OTHER={other}" in env
    assert f"OTHER_TAG={other.rpartition(':')[2]}" in env


def test_imports_start_no_container(program: Program, project: GitProject) -> None:
    """Only the instructions do: two stages of the artifact, two of the app, one of the other."""
    with started_containers() as started:
        program(*BUILD)
    assert len(started) == 5


@contextmanager
def started_containers() -> Iterator[list[str]]:
    """Give the containers of the project that are started meanwhile, when the block has ended.

    The daemon is followed, since it remembers few events of the past; a container of the test's
    own is the last that it tells of.
    """
    label, last = f"label=io.werfish.project={NAME}", f"{NAME}-last"
    filters = ("--filter", "event=start", "--filter", label)
    events = subprocess.Popen(
        ["docker", "events", "--since", f"{time.time():.6f}", *filters],
        stdout=subprocess.PIPE,
        text=True,
    )
    started: list[str] = []
    try:
        assert events.stdout is not None
        _told_of(events.stdout, f"{NAME}-first", label)
        yield started
        started += _told_of(events.stdout, last, label)
    finally:
        events.kill()
        events.communicate()


def _told_of(events: IO[str], name: str, label: str) -> list[str]:
    """Start a container *name* until it is told of; return what was told before."""
    told: list[str] = []
    docker("run", "--rm", "--name", name, "--label", label.partition("=")[2], BUSYBOX, "true")
    for line in events:
        if f"name={name}" in line:
            break
        told.append(line)
    return told


def test_another_home_and_checkout_give_the_same_layers(
    program: Program, project: GitProject
) -> None:
    """The stages of the source are there; what is imported is read and written anew."""
    first = layers_of(reference_of(program(*BUILD).stderr))
    stages = docker("images", "--format", "{{.Repository}}:{{.Tag}}", f"werfish-stages/{NAME}")
    config = CONFIG.replace("image: app\nfrom:", "image: app\nfromCacheVersion: '2'\nfrom:")
    clone = program.folder.parent / "clone"
    subprocess.run(["git", "clone", "-q", str(program.folder), str(clone)], check=True)
    again = GitProject(clone)
    again.commit({"werf.yaml": config})
    home = str(program.folder.parent / "other-home")
    elsewhere = Program({**program.variables, "WERF_HOME": home}, clone)
    built = elsewhere(*BUILD)
    assert "importsAfterInstall" in built.stderr
    assert "assets: building" not in built.stderr
    second = layers_of(reference_of(built.stderr))
    ours = {*first} & {*second}
    # All but those of the app's own instructions: the base's, and one for each import.
    assert len(first) == len(second)
    assert len(set(first) - ours) == 2
    assert set(stages.splitlines()) <= set(
        docker(
            "images", "--format", "{{.Repository}}:{{.Tag}}", f"werfish-stages/{NAME}"
        ).splitlines()
    )


def test_a_missing_path_is_named_with_its_line(program: Program, project: GitProject) -> None:
    broken = CONFIG.replace("add: /out/bin/tool", "add: /out/bin/none")
    project.commit({"werf.yaml": broken})
    failed = program(*BUILD, code=5)
    line = broken.splitlines().index("  add: /out/bin/none")  # the entry begins a line above
    assert f'werf.yaml:{line}: image "app": import "assets:/out/bin/none' in failed.stderr
    assert "Traceback" not in failed.stderr
    assert leftovers(program, NAME) == []


def test_a_killed_import_leaves_nothing(
    program: Program, project: GitProject, kit: Endpoints
) -> None:
    """Killed as soon as a container was made to read from; the next build ends the work."""
    program(*BUILD, "assets")
    home = (program.folder.parent / "home" / "werfish" / "id").read_text()
    events = subprocess.Popen(
        [
            "docker",
            "events",
            "--filter",
            "event=create",
            "--filter",
            f"label=io.werfish.home={home}",
        ],
        env={**os.environ, **kit.variables},
        stdout=subprocess.PIPE,
        text=True,
    )
    process = program.start(*BUILD)
    try:
        assert events.stdout is not None
        assert events.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate()
    finally:
        events.kill()
        events.communicate()
    program(*BUILD)
    assert leftovers(program, NAME) == []
    assert not list((program.folder.parent / "home").rglob(".new-*"))
