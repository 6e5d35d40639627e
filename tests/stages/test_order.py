"""Images in order: against plain reference implementations, on random graphs."""

from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.order import cycles_of, needed_for, ordered

names = st.sampled_from("abcdefgh")
graphs = st.dictionaries(names, st.lists(names, max_size=4), max_size=8)
"""Names may be needed that are no keys, and more than once."""
acyclic = graphs.map(
    lambda graph: {name: [one for one in needs if one < name] for name, needs in graph.items()}
)


def reachable(name: str, graph: dict[str, list[str]]) -> set[str]:
    """Return what *name* needs, directly or not: the slow way."""
    found = set(graph.get(name, ()))
    while True:
        more = found.union(*(graph.get(one, ()) for one in found))
        if more == found:
            return found
        found = more


def is_acyclic(graph: dict[str, list[str]]) -> bool:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError:
        return False
    return True


@pytest.mark.parametrize(
    ("graph", "cycles"),
    [
        pytest.param({}, (), id="nothing"),
        pytest.param({"a": ["a"]}, (("a", "a"),), id="itself"),
        pytest.param({"b": ["a"], "a": ["b"]}, (("b", "a", "b"),), id="begins-with-the-first"),
        pytest.param({"a": ["b", "b"], "b": ["a", "a"]}, (("a", "b", "a"),), id="once"),
        pytest.param(
            {"x": ["c"], "a": ["b"], "b": ["c"], "c": ["a"]},
            (("a", "b", "c", "a"),),
            id="found-from-outside",
        ),
        pytest.param(
            {"a": ["b", "c"], "b": ["a"], "c": ["a"]},
            (("a", "b", "a"), ("a", "c", "a")),
            id="two-that-share-a-name",
        ),
        pytest.param({"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}, (), id="diamond"),
    ],
)
def test_cycles(graph: dict[str, list[str]], cycles: tuple[tuple[str, ...], ...]) -> None:
    assert cycles_of(graph) == cycles


@given(graphs)
def test_what_is_told_is_a_cycle(graph: dict[str, list[str]]) -> None:
    cycles = cycles_of(graph)
    assert len(set(cycles)) == len(cycles)
    for cycle in cycles:
        assert cycle[0] == cycle[-1] == min(cycle, key=list(graph).index)
        assert len(set(cycle)) == len(cycle) - 1
        assert all(needed in graph[name] for name, needed in pairwise(cycle))


@given(graphs)
def test_every_knot_is_told_of(graph: dict[str, list[str]]) -> None:
    """Who needs itself in the end shares a cycle with somebody that is told."""
    told = {name for cycle in cycles_of(graph) for name in cycle}
    for name in graph:
        below = reachable(name, graph)
        if name in below:
            assert any(one in told and name in reachable(one, graph) for one in below)
    assert bool(told) != is_acyclic(graph)


@given(acyclic)
def test_each_follows_what_it_needs(graph: dict[str, list[str]]) -> None:
    order = ordered(graph)
    assert sorted(order) == sorted(graph)
    for place, name in enumerate(order):
        assert set(graph[name]) & set(graph) <= set(order[:place])


def simply_ordered(graph: dict[str, list[str]]) -> list[str]:
    done: list[str] = []

    def visit(name: str) -> None:
        for one in graph[name]:
            if one in graph:
                visit(one)
        if name not in done:
            done.append(name)

    for name in graph:
        visit(name)
    return done


@given(acyclic)
def test_otherwise_the_order_of_the_file_stays(graph: dict[str, list[str]]) -> None:
    assert list(ordered(graph)) == simply_ordered(graph)


@given(st.lists(names), graphs)
def test_what_is_needed_for_names(wanted: list[str], graph: dict[str, list[str]]) -> None:
    expected = set(wanted).union(*(reachable(name, graph) for name in wanted))
    assert needed_for(wanted, graph) == expected


def test_long_chains_are_no_deep_calls() -> None:
    chain = {f"{number}": [f"{number + 1}"] for number in range(10_000)}
    assert len(ordered(chain)) == 10_000
    assert ordered(chain)[0] == "9999"
    assert cycles_of(chain) == ()
    assert len(needed_for(["0"], chain)) == 10_001
    chain["10000"] = ["0"]
    assert len(cycles_of(chain)[0]) == 10_002


def test_an_order_ends_also_where_there_is_a_cycle() -> None:
    assert ordered({"a": ["b"], "b": ["a"], "": [""]}) == ("b", "a", "")
