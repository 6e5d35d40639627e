"""Tasks of Ansible: what they become, and what is wrong with them."""

import json

import pytest

from tests.config.reading import stapel, table, told
from werfish.config.ansible_modules import MODULES
from werfish.config.image_ansible import ANSIBLE, ansible_instructions_of


def tasks(text: str) -> list[object]:
    """Return the tasks of install, out of the JSON that the stage keeps."""
    found = stapel(f"ansible:\n  install: {text}").install
    return [json.loads(task) for task in found.tasks]


def test_values_are_those_of_yaml() -> None:
    text = "[{copy: {mode: 0644, force: no, dest: '0644'}, when: 1.50, tags: [~]}]"
    assert tasks(text) == [
        {"copy": {"mode": 420, "force": False, "dest": "0644"}, "when": 1.5, "tags": [None]}
    ]


def test_the_order_of_keys_is_no_part_of_a_task() -> None:
    one, two = (
        ansible_instructions_of(table(f"setup: [{task}]"), "setup").tasks
        for task in ("{name: é, shell: x}", "{shell: x, name: é}")
    )
    assert one == two == ('{"name":"é","shell":"x"}',)


def test_where_tasks_stand_and_their_version() -> None:
    found = ansible_instructions_of(
        table("setup:\n- shell: a\n- shell: b\nsetupCacheVersion: 1"), "setup"
    )
    assert (found.lines, found.cache_version) == ((2, 3), "1")


@pytest.mark.parametrize("module", MODULES)
def test_modules_are_known(module: str) -> None:
    assert told(f"install: [{{{module}: x}}]", ANSIBLE) == []


@pytest.mark.parametrize(
    "task",
    [
        "{shell: x, with_items: [a], register: y, become: yes}",
        "{block: [{shell: x}]}",
        "{block: [{shell: x}], rescue: [{debug: ~}], always: [{block: [{meta: x}]}], when: y}",
        "{block: ~}",
        "{block: []}",
    ],
)
def test_tasks_that_are_right(task: str) -> None:
    assert told(f"install: [{task}]", ANSIBLE) == []


@pytest.mark.parametrize(
    ("task", "problem"),
    [
        ("{name: a}", "install[0]: the task has no module, such as shell, copy or apt"),
        ("{}", "install[0]: the task has no module, such as shell, copy or apt"),
        ("{shel: a}", 'install[0]: no module "shel" is known; did you mean "shell"?'),
        ("{xyz: a, comand: a}", 'install[0]: no module "comand" is known; did you mean "command"?'),
        ("{apt: a, yum: b}", 'install[0]: a task has one module, this has "apt" and "yum"'),
        ("{shell: a, name: b, name: c}", 'install[0]: key "name" is there twice'),
        ("a", 'install[0]: a section is expected, not "a"'),
        ("{block: x}", 'install[0].block: a list of sections is expected, not "x"'),
        ("{block: [x]}", 'install[0].block[0]: a section is expected, not "x"'),
        ("{block: [{block: [{shel: x}]}]}", "install[0].block[0].block[0]: no module"),
        ("{block: [{shell: x, shell: y}]}", 'install[0].block[0]: key "shell" is there twice'),
    ],
)
def test_tasks_that_are_wrong(task: str, problem: str) -> None:
    (found,) = told(f"install: [{task}]", ANSIBLE)
    assert found.startswith(problem)


def test_an_unknown_module_shows_those_that_there_are() -> None:
    (found,) = told("install: [{docker_container: x}]", ANSIBLE)
    assert 'no module "docker_container" is known; there are command, shell, raw' in found
    assert found.endswith("wait_for")


def test_one_wrong_task_hides_no_other() -> None:
    assert len(told("install: [a, {b: c}]\nsetup: [{d: e}]\nsetupp: []", ANSIBLE)) == 4
