"""Modules that are gone are named with their place, before anything is built."""

import pytest

from stages import ImageSpec, Instructions
from werfish.build.ansible.modules import GONE, GoneModulesError, require_modules
from werfish.config.ansible_modules import MODULES


def image(*tasks: str) -> ImageSpec:
    lines = tuple(range(10, 10 + len(tasks)))
    return ImageSpec("app", "base:1", install=Instructions(tasks=tasks, lines=lines))


def test_a_module_that_is_gone_is_named_with_its_successor() -> None:
    gone = image('{"raw":"date"}', '{"block":[{"rhn_channel":{"name":"x"}}]}')
    with pytest.raises(GoneModulesError, match=r"werf\.yaml:11.*rhn_channel.*redhat_subscription"):
        require_modules([gone], lambda line: f"werf.yaml:{line}")


def test_others_pass() -> None:
    require_modules([image('{"openssl_certificate":{}}')], str)


def test_the_table_speaks_of_modules_that_werf_knows() -> None:
    assert {*GONE, *GONE.values()} <= set(MODULES)


def test_commands_of_a_shell_are_no_tasks() -> None:
    """They have lines too."""
    require_modules([ImageSpec("app", "base:1", install=Instructions(("true",), lines=(7,)))], str)
