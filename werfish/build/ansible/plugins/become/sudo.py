"""Another user for a task: by sudo, and where the image has none by su, which root may.

werf brings a sudo of its own into the container. This file is found before Ansible's own plug-in of
that name, and is loaded by Ansible, so it uses nothing of werfish.
"""

from __future__ import annotations

import shlex
from typing import Any

from ansible.plugins.become import BecomeBase

DOCUMENTATION = """
name: sudo
short_description: become another user by sudo, else by su
description: Asks the image whether it has sudo.
author: werfish
options:
  become_user:
    description: who is to be
    default: root
    vars: [{name: ansible_become_user}, {name: ansible_sudo_user}]
    keyword: [{name: become_user}]
  become_exe:
    description: what is called
    default: sudo
    vars: [{name: ansible_become_exe}, {name: ansible_sudo_exe}]
    keyword: [{name: become_exe}]
  become_flags:
    description: its options
    default: -H -S -n
    vars: [{name: ansible_become_flags}, {name: ansible_sudo_flags}]
    keyword: [{name: become_flags}]
  become_pass:
    description: a password, of which root needs none
    required: false
    vars: [{name: ansible_become_password}, {name: ansible_become_pass}, {name: ansible_sudo_pass}]
"""


class BecomeModule(BecomeBase):
    """Writes the line of the shell."""

    name = "sudo"

    def build_become_command(self, cmd: str, shell: Any) -> str:
        """Return the line that runs *cmd*, a line itself, as the other user."""
        super().build_become_command(cmd, shell)
        if not cmd:
            return cmd
        user = shlex.quote(str(self.get_option("become_user") or "root"))
        program = self.get_option("become_exe") or self.name
        flags = self.get_option("become_flags") or ""
        command = self._build_success_command(cmd, shell)
        plain = f"su -s /bin/sh {user} -c {shlex.quote(command)}"
        return (
            f"if command -v {program} >/dev/null 2>&1; "
            f"then {program} {flags} -u {user} {command}; else {plain}; fi"
        )
