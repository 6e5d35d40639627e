"""What Ansible is given to read."""

import json
from pathlib import Path

from werfish.build.ansible.playbook import environment_of, files_of


def test_tasks_stay_in_order_with_their_numbers() -> None:
    tasks = ('{"raw":"date"}', '{"block":[{"raw":"ls"}],"tags":["a"]}')
    (play,) = json.loads(files_of(tasks)["playbook.yml"])
    assert play["tasks"] == [
        {"raw": "date", "tags": ["werfish_task_1"]},
        {"block": [{"raw": "ls"}], "tags": ["a", "werfish_task_2"]},
    ]
    assert play["gather_facts"] is False


def test_the_users_own_settings_of_ansible_do_not_count() -> None:
    own = {"PATH": "/bin", "ANSIBLE_CONNECTION": "ssh", "ANSIBLE_CONFIG": "/etc/ansible.cfg"}
    environment = environment_of(own, Path("/folder"))
    assert environment["PATH"] == "/bin"
    assert environment["ANSIBLE_CONFIG"] == "/folder/ansible.cfg"
    assert "ANSIBLE_CONNECTION" not in environment
