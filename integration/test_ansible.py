"""Tasks run by the real Ansible in containers of the real Docker."""

import json
import signal
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.conftest import Program
from integration.kit import bases
from integration.project import GitProject
from integration.test_build import BUILD, docker, leftovers, reference_of
from werfish.build.ansible.modules import GONE
from werfish.config.ansible_modules import MODULES

pytestmark = pytest.mark.usefixtures("kit")

NAME = f"ansible-{uuid.uuid4().hex[:8]}"
TASKS = r"""
- name: say hello
  command: echo hello
- shell: echo "{{ greeting }}" > /shelled; echo $LANG
  vars: {greeting: "hi there"}
- copy: {content: "one\n", dest: /copied, mode: "0640"}
- lineinfile: {path: /copied, line: two}
- file: {path: /made/deep, state: directory, mode: "0750"}
- user: {name: app, uid: 1500, home: /home/app}
- raw: mkdir /src && echo packed > /src/f && tar -C /src -czf /src.tgz f
- unarchive: {src: /src.tgz, dest: /made}
- copy: {src: /src/f, dest: /from-the-image}
- copy: {content: "echo script $1 in $PWD", dest: /s.sh}
- script: /s.sh one
  args: {executable: /bin/sh, chdir: /made}
- name: a block
  block:
  - command: ls /nope
  rescue:
  - command: touch /rescued
  always:
  - command: touch /always
- command: echo item {{ item }}
  loop: [a, b]
- shell: echo unspeakable
  no_log: true
- command: touch /awaited
  async: 20
  poll: 1
- command: touch /{{ inventory_hostname }}
  delegate_to: localhost
  connection: local
- command: "false"
  when: 1 == 2
- ini_file: {path: /x.ini, section: a, option: b, value: c}
- debug: {msg: the end}
""".replace("{{", "{{`{{").replace("}}", "}}`}}")


def config(tasks: str, base: str = bases.PYTHON) -> str:
    indented = "".join(f"  {line}\n" for line in tasks.strip("\n").splitlines())
    return (
        f"configVersion: 1\nproject: {NAME}\n---\nimage: app\nfrom: {base}\n"
        f"ansible:\n  beforeInstall:\n{indented}"
    )


@pytest.fixture
def build(program: Program, ansible_folder: Path, tmp_path: Path) -> Iterator[Program]:
    """Return the program with Ansible; the project's stages are removed afterwards."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    path = f"{ansible_folder / 'bin'}:{program.environment()['PATH']}"
    yield Program(
        {**program.variables, "PATH": path, "WERF_TMP_DIR": str(temporary)}, program.folder
    )
    assert leftovers(program, NAME) == []
    assert [*temporary.iterdir()] == []
    stages = docker("images", "-q", f"werfish-stages/{NAME}").split()
    if stages:
        docker("rmi", "-f", *sorted(set(stages)))


@pytest.fixture
def project(program: Program) -> GitProject:
    return GitProject(program.folder)


def inside(reference: str, line: str) -> list[str]:
    return docker("run", "--rm", "--entrypoint", "sh", reference, "-c", line).splitlines()


def test_what_tasks_do_is_in_the_image_and_nothing_else(
    build: Program, project: GitProject
) -> None:
    project.commit({"werf.yaml": config(TASKS)})
    built = build(*BUILD)
    said = built.stderr
    for line in (
        "changed: say hello",
        "  hello",
        "  C.UTF-8",
        "  script one in /made",
        "failed: command: ls /nope",
        "  item b",
        "skipped: command: false",
        "  the end",
    ):
        assert f"app/beforeInstall | {line}\n" in said
    assert "unspeakable" not in said
    reference = reference_of(said)
    files = "/shelled /copied /made/f /from-the-image"
    assert inside(reference, f"cat {files}; stat -c %a /copied /made/deep; id -u app") == [
        "hi there", "one", "two", "packed", "packed", "640", "750", "1500",
    ]  # fmt: skip
    assert inside(reference, "ls -d /rescued /always /awaited /localhost | wc -l; ls -A /tmp") == [
        "4"
    ]
    assert inside(reference, "ls -A /root | grep ansible || true") == []
    config_of_image = json.loads(docker("inspect", reference))[0]["Config"]
    base = json.loads(docker("inspect", _base_stage()))[0]["Config"]
    for key in ("Cmd", "Entrypoint", "User", "WorkingDir", "Env"):
        assert config_of_image.get(key) == base.get(key)
    again = build(*BUILD)
    assert "up to date" in again.stderr
    assert "building" not in again.stderr


def _base_stage() -> str:
    tags = docker("images", "--format", "{{.Repository}}:{{.Tag}}", f"werfish-stages/{NAME}")
    stages = {
        json.loads(docker("inspect", tag))[0]["Config"]["Labels"]["io.werfish.stage"]: tag
        for tag in tags.split()
    }
    return stages["from"]


OTHERS = r"""
- user: {name: app, uid: 1500, home: /home/app}
- {shell: id -un > /tmp/www; id -un, become: yes, become_user: www-data}
- {command: whoami, become: yes, become_user: app, register: who}
- {copy: {content: "mine", dest: /home/app/f, remote_src: false}, become: yes, become_user: app}
- {shell: "cat; echo $HOME", args: {stdin: "to it's \"input\""}, become: yes, become_user: app}
- {command: id -u, become: yes}
- {command: id -un, become: yes, become_user: app, become_method: su}
"""
SUDO = """#!/bin/sh
while [ "${1#-}" != "$1" ]; do [ "$1" = -u ] && shift && user=$1; shift; done
touch /sudo-was-called; exec su -s /bin/sh "$user" -c '"$0" "$@"' -- "$@"
"""


def test_tasks_become_others_in_an_image_without_sudo(build: Program, project: GitProject) -> None:
    """Also one who cannot log in. Of werf's images each has a sudo while it is built."""
    project.commit({"werf.yaml": config(OTHERS)})
    built = build(*BUILD)
    lines = [line.partition("|   ")[2] for line in built.stderr.splitlines() if "|   " in line]
    assert lines == ["www-data", "app", 'to it\'s "input"', "/home/app", "0", "app"]
    found = inside(reference_of(built.stderr), "cat /tmp/www; stat -c %U /tmp/www /home/app/f")
    assert found == ["www-data", "www-data", "app"]


def test_a_sudo_that_the_image_has_is_used(build: Program, project: GitProject) -> None:
    tasks = """
- {copy: {content: "{{`{{ sudo }}`}}", dest: /usr/bin/sudo, mode: "0755"}, vars: {sudo: PROGRAM}}
- {command: id -un, become: yes, become_user: www-data}
"""
    tasks = tasks.replace("PROGRAM", json.dumps(SUDO))
    project.commit({"werf.yaml": config(tasks)})
    built = build(*BUILD)
    assert "app/beforeInstall |   www-data\n" in built.stderr
    assert inside(reference_of(built.stderr), "ls /sudo-was-called") == ["/sudo-was-called"]


def test_a_changed_task_runs_again(build: Program, project: GitProject) -> None:
    project.commit({"werf.yaml": config("- raw: echo one > /f")})
    build(*BUILD)
    project.commit({"werf.yaml": config("- raw: echo two > /f")})
    built = build(*BUILD)
    assert "beforeInstall: task 1 changed" in built.stderr
    assert inside(reference_of(built.stderr), "cat /f") == ["two"]


def test_a_failing_task_is_shown_with_its_place_and_output(
    build: Program, project: GitProject
) -> None:
    text = config("- raw: 'true'\n- name: list it\n  shell: echo almost; ls /nope; exit 7")
    project.commit({"werf.yaml": text})
    failed = build(*BUILD, code=5)
    line = text.splitlines().index("  - name: list it") + 1
    assert "task 2 failed (exit code 7): non-zero return code" in failed.stderr
    assert f"werf.yaml:{line}: list it" in failed.stderr
    assert "    almost\n    ls: cannot access '/nope'" in failed.stderr


@pytest.mark.parametrize(
    ("tasks", "base", "said"),
    [
        pytest.param(
            "- raw: echo fine\n- command: ls",
            bases.DEBIAN,
            'werf.yaml:6: run the tasks of app/beforeInstall: task "command: ls": the image has no'
            " Python",
            id="without-python",
        ),
        pytest.param(
            "- rhn_channel: {name: x}", bases.PYTHON, '"redhat_subscription"', id="gone-module"
        ),
        pytest.param(
            "- command: ls /nope/secret\n  no_log: true", bases.PYTHON, "hidden", id="no-log"
        ),
        pytest.param("- copy: {dest: /x}", bases.PYTHON, "src (or content) is required", id="args"),
        pytest.param(
            "- raw: ls\n  loop: {a: b}", bases.PYTHON, "must resolve to a 'list'", id="loop"
        ),
    ],
)
def test_what_cannot_be_run_is_one_clear_error(
    build: Program, project: GitProject, tasks: str, base: str, said: str
) -> None:
    project.commit({"werf.yaml": config(tasks, base)})
    failed = build(*BUILD, code=5)
    assert said in failed.stderr
    assert "Traceback" not in failed.stderr
    assert "/nope/secret" not in failed.stderr


@pytest.mark.parametrize("base", [bases.DEBIAN, bases.BUSYBOX])
def test_raw_tasks_need_no_python(build: Program, project: GitProject, base: str) -> None:
    tasks = "- raw: echo raw > /f\n- debug: {msg: hi}\n- script: /s\n  when: false"
    project.commit({"werf.yaml": config(tasks, base)})
    assert inside(reference_of(build(*BUILD).stderr), "cat /f") == ["raw"]


def test_without_ansible_the_error_says_how_to_get_it(
    program: Program, project: GitProject
) -> None:
    project.commit({"werf.yaml": config("- raw: 'true'")})
    failed = program(*BUILD, code=5)
    assert "Ansible is not installed" in failed.stderr
    assert "pip install 'werfish[ansible]'" in failed.stderr


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(
    "task",
    [
        pytest.param("- command: sleep 300", id="in-the-container"),
        pytest.param("- raw: 'false'\n  retries: 9\n  delay: 60\n  until: false", id="on-the-host"),
    ],
)
def test_a_killed_build_leaves_nothing(
    build: Program, project: GitProject, how: signal.Signals, task: str
) -> None:
    project.commit({"werf.yaml": config(f"- raw: 'true'\n{task}")})
    process = build.start(*BUILD)
    assert process.stderr is not None
    for line in process.stderr:
        if "changed: raw: true" in line:
            break
    process.send_signal(how)
    process.communicate()
    temporary = build.variables["WERF_TMP_DIR"]
    wait = f'while [ -n "$(ls {temporary})" ] || pgrep -f ^[^s].*{temporary}; do sleep 0.05; done'
    subprocess.run(["sh", "-c", wait], timeout=20, check=True)  # the guard cleans up
    if how is signal.SIGKILL:
        project.commit({"werf.yaml": config("- raw: 'true'")})
        build(*BUILD)


def test_the_table_of_modules_agrees_with_ansible(ansible_folder: Path) -> None:
    """Each module of werf's is one of Ansible's, or has a successor that is."""
    script = (
        "import sys; from ansible.plugins.loader import init_plugin_loader, module_loader as m,"
        " action_loader as a\ninit_plugin_loader()\n"
        "def known(name):\n"
        "    try:\n"
        "        return any(one.find_plugin_with_context(name).resolved for one in (m, a))\n"
        "    except Exception: return False\n"
        "print(*(name for name in sys.argv[1:] if not known(name)))"
    )
    done = subprocess.run(
        [ansible_folder / "bin/python", "-c", script, *MODULES],
        check=True,
        capture_output=True,
        text=True,
        cwd="/",
    )
    assert set(done.stdout.split()) == set(GONE)
