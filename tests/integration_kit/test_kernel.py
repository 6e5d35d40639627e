"""Reading what the kernel and its tools tell, to remove the right things."""

import json

from integration.kit.firewall import Rule, parse_rules
from integration.kit.kubernetes.cleanup import namespaces_in
from integration.kit.mounts import parse_mounts

RULES = """# Generated
*nat
:PREROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m comment --comment "two words" -j DOCKER
COMMIT
*filter
:FORWARD DROP [0:0]
-A FORWARD -i werfish0 -j ACCEPT
COMMIT
"""


def test_rules_are_of_their_table_and_chains_our_own() -> None:
    assert list(parse_rules(RULES)) == [
        Rule("nat", "DOCKER"),
        Rule("nat", "PREROUTING", ("-m", "comment", "--comment", "two words", "-j", "DOCKER")),
        Rule("filter", "FORWARD", ("-i", "werfish0", "-j", "ACCEPT")),
    ]


def test_deepest_mount_comes_first() -> None:
    table = "a /s/x t o 0 0\nb /s/x/y t o 0 0\nc /state t o 0 0\nd /s t o 0 0\n"
    assert parse_mounts(table, "/s") == ["/s/x/y", "/s/x"]


def test_blanks_in_a_mount_point_are_read() -> None:
    assert parse_mounts("a /s/one\\040two t o 0 0\n", "/s") == ["/s/one two"]


def test_only_namespaces_of_pods_are_found() -> None:
    interfaces = [
        {"name": "werfish0"},
        {"name": "eth0", "sandbox": "/var/run/netns/cni-1"},
        {"name": "eth1", "sandbox": "/proc/1/ns/net"},
    ]
    record = json.dumps({"result": {"interfaces": interfaces}})
    assert namespaces_in(record) == {"/var/run/netns/cni-1"}


def test_record_without_a_result_names_nothing() -> None:
    assert namespaces_in("{}") == set()
