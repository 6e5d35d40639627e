"""Rules and chains of iptables, found in what ``iptables-save`` prints and removed one by one."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from integration.kit.apt import find


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, or with empty *words* a chain of our own, in one *table*."""

    table: str
    chain: str
    words: tuple[str, ...] = ()


def parse_rules(text: str) -> Iterator[Rule]:
    """Yield the rules and user-defined chains in the output of ``iptables-save``."""
    table = ""
    for line in text.splitlines():
        if line.startswith("*"):
            table = line[1:]
        elif line.startswith(":"):
            chain, policy = line[1:].split()[:2]
            if policy == "-":
                yield Rule(table, chain)
        elif line.startswith("-A "):
            _, chain, *words = shlex.split(line)
            yield Rule(table, chain, tuple(words))


def matching(pattern: str) -> list[Rule]:
    """Return the rules of this machine in which a chain or any word matches *pattern* whole."""
    if find("iptables-save") is None:
        return []
    wanted = re.compile(pattern)
    return [
        rule
        for rule in parse_rules(_iptables("iptables-save"))
        if any(wanted.fullmatch(word) for word in (rule.chain, *rule.words))
    ]


def remove(pattern: str) -> None:
    """Delete the rules that match *pattern*, then the chains of such names."""
    found = matching(pattern)
    for rule in found:
        if rule.words:
            _iptables("iptables", "-w", "-t", rule.table, "-D", rule.chain, *rule.words)
    for chain in (rule for rule in found if not rule.words):
        _iptables("iptables", "-w", "-t", chain.table, "-F", chain.chain)
    for chain in (rule for rule in found if not rule.words):
        _iptables("iptables", "-w", "-t", chain.table, "-X", chain.chain)


def insert(chain: str, *words: str) -> None:
    """Put the rule *words* first into *chain* unless it is there."""
    if not _holds("iptables", "-w", "-C", chain, *words):
        _iptables("iptables", "-w", "-I", chain, *words)


def policy_of(chain: str) -> str:
    """Return what *chain* does with what no rule matches: ACCEPT or DROP."""
    found = re.match(r"-P \S+ (\w+)", _iptables("iptables", "-w", "-S", chain))
    return found.group(1) if found else "ACCEPT"


def set_policy(chain: str, policy: str) -> None:
    """Set the policy of *chain*."""
    _iptables("iptables", "-w", "-P", chain, policy)


def _holds(*argv: str) -> bool:
    return subprocess.run(_found(argv), capture_output=True, check=False).returncode == 0


def _iptables(*argv: str) -> str:
    """Run and return stdout; a rule that is gone already is no failure."""
    return subprocess.run(_found(argv), capture_output=True, text=True, check=False).stdout


def _found(argv: tuple[str, ...]) -> list[str]:
    return [find(argv[0]) or argv[0], *argv[1:]]
