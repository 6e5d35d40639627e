"""What Ansible is given to read: the tasks as a playbook, the container as the only host.

As in werf all is as if Ansible ran inside the container: no facts are gathered, "localhost" is the
container, and a path that a module takes from "the controller" is one of the image. Law: nothing
that Ansible keeps for itself is written where the image would hold it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from werfish.containers.backend import WORK_FOLDER

PLUGINS = Path(__file__).with_name("plugins")
TAG = "werfish_task_"
"""Each task, and whatever is in it, has a tag that ends in its number, from 1 on."""

_IN_THE_IMAGE = {
    module: {"remote_src": True} for module in ("assemble", "copy", "unarchive", "uri")
}


def files_of(tasks: Sequence[str]) -> Mapping[str, str]:
    """Return the files to run *tasks* (JSON texts) with, by name."""
    return {
        "playbook.yml": json.dumps([_play(tasks)], indent=1),
        "variables.json": json.dumps(_VARIABLES),
        "hosts": "localhost\n",
        "ansible.cfg": _SETTINGS,
    }


def arguments_of(program: str, folder: Path) -> tuple[str, ...]:
    """Return how Ansible's *program* is called, with the files in *folder*."""
    return (
        program,
        *("--inventory", str(folder / "hosts")),
        *("--extra-vars", f"@{folder / 'variables.json'}"),
        str(folder / "playbook.yml"),
    )


def environment_of(own: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return the environment of Ansible: ours, without what would change what it does."""
    kept = {name: value for name, value in own.items() if not name.startswith("ANSIBLE_")}
    return kept | {
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_LOCAL_TEMP": str(folder / "tmp"),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_BECOME_PLUGINS": str(PLUGINS / "become"),
        "ANSIBLE_CONNECTION_PLUGINS": str(PLUGINS / "connection"),
        "ANSIBLE_CALLBACK_PLUGINS": str(PLUGINS / "callback"),
        "ANSIBLE_ACTION_PLUGINS": str(PLUGINS / "action"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "WERFISH_SOCKET": str(folder / "socket"),
    }


_VARIABLES = {
    "ansible_connection": "werfish",
    "ansible_async_dir": f"{WORK_FOLDER}/async",
}
"""These win over what tasks say: no task leaves the container."""

_REMOTE = f"{WORK_FOLDER}/files"

_SETTINGS = f"""[defaults]
stdout_callback = werfish
transport = werfish
forks = 1
interpreter_python = auto_silent
remote_tmp = {_REMOTE}
pipelining = True
retry_files_enabled = False
deprecation_warnings = False
system_warnings = False
localhost_warning = False
nocows = True
allow_broken_conditionals = True
"""


def _play(tasks: Sequence[str]) -> dict[str, Any]:
    return {
        "hosts": "all",
        "gather_facts": False,
        "module_defaults": _IN_THE_IMAGE,
        "tasks": [_tagged(json.loads(task), number) for number, task in enumerate(tasks, 1)],
    }


def _tagged(task: dict[str, Any], number: int) -> dict[str, Any]:
    """Return *task* with its number: the only way in which a task in a block knows it.

    >>> _tagged({"raw": "date", "tags": "one,two"}, 3)
    {'raw': 'date', 'tags': ['one', 'two', 'werfish_task_3']}
    """
    own = task.get("tags") or []
    tags = own.split(",") if isinstance(own, str) else list(own)
    return {**_without_warn(task), "tags": [*tags, f"{TAG}{number}"]}


def _without_warn(task: dict[str, Any]) -> dict[str, Any]:
    """Return *task* without ``warn``, of which Ansible 2.14 and later know nothing any more.

    It said whether a command was to be warned of, and nothing else.

    >>> _without_warn({"shell": "date", "args": {"chdir": "/", "warn": False}})
    {'shell': 'date', 'args': {'chdir': '/'}}
    >>> _without_warn({"action": "command date warn=no chdir=/"})
    {'action': 'command date chdir=/'}
    """
    found = dict(task)
    for key in ("block", "rescue", "always"):
        if isinstance(task.get(key), list):
            found[key] = [_without_warn(one) if isinstance(one, dict) else one for one in task[key]]
    calls = [key for key in task if _is_command(key) or _is_command(_module_called(key, task[key]))]
    for key in (*calls, *(["args"] if calls else [])):
        if isinstance(task.get(key), dict):
            found[key] = {name: value for name, value in task[key].items() if name != "warn"}
        elif isinstance(task.get(key), str):
            found[key] = "".join(_words_without_warn(task[key]))
    return found


_WORD = re.compile(
    r"""
    \s* (?: \\. | "(?: \\. | [^"\\] )*" | '(?: \\. | [^'\\] )*' | [^\s"'\\] | ["'\\] )+
    | \s+
    """,
    re.VERBOSE,
)
"""A word of a command with the space before it; what is quoted is of one word, as for Ansible."""
_WARN = re.compile(r"[ \t]+warn=(?:no|yes|true|false|0|1)", re.IGNORECASE)


def _words_without_warn(command: str) -> Iterator[str]:
    """Yield *command* without the argument ``warn``; other lines than the first are the shell's.

    >>> "".join(_words_without_warn("echo 'a  warn=no b' warn=no"))
    "echo 'a  warn=no b'"
    """
    first, newline, rest = command.partition("\n")
    for word in _WORD.findall(first):
        if not _WARN.fullmatch(word):
            yield word
    yield newline + rest


def _is_command(module: str) -> bool:
    return module.rpartition(".")[2] in ("command", "shell")


def _module_called(key: str, value: Any) -> str:
    """Return the module of ``action: MODULE …``, and of its other spellings."""
    if key not in ("action", "local_action"):
        return ""
    named = value.get("module", "") if isinstance(value, dict) else value
    return str(named).partition(" ")[0]
