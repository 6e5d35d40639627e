"""``script``: run a script that the image holds.

Ansible's own takes it from the controller, which in werf was the container. The script is copied,
so that it runs whether or not it may be executed where it lies; nothing of this needs Python there.
"""

from __future__ import annotations

import shlex
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    """What ``script`` does."""

    _VALID_ARGS = frozenset(("cmd", "_raw_params", "chdir", "creates", "removes", "executable"))

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        """Run the script, unless ``creates`` or ``removes`` say that it has run before."""
        super().run(tmp, task_vars or {})
        given = self._task.args
        for name, is_done in (("creates", True), ("removes", False)):
            path = given.get(name)
            if path and self._remote_file_exists(path) is is_done:
                return {"changed": False, "skipped": True, "msg": f"{name}: {path}"}
        words = shlex.split(given.get("_raw_params") or given.get("cmd") or "")
        if not words:
            raise AnsibleActionFail("script: a command is needed")
        ended = self._low_level_execute_command(
            self._line(words, given.get("executable")), chdir=given.get("chdir")
        )
        failure = {"failed": True, "msg": "non-zero return code"} if ended["rc"] != 0 else {}
        return {"changed": True, **ended, **failure}

    def _line(self, words: list[str], executable: str | None) -> str:
        self._make_tmp_path()
        copy = shlex.quote(self._connection._shell.join_path(self._connection._shell.tmpdir, "s"))
        source, arguments = shlex.quote(words[0]), shlex.join(words[1:])
        runner = f"{executable} {copy}" if executable else copy
        run = f"cp {source} {copy} && chmod 0700 {copy} && {runner} {arguments}"
        return f"{run}; code=$?; rm -f {copy}; exit $code"
