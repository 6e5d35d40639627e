"""The laws of the order, over generated needs."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deploy.objects import config_map_id
from werfish.deploy.order import CycleError, Need, Node, State, Step, steps_of
from werfish.kube.resource import ResourceId

NAMES = "abcdefghijkl"
A, B, C, D = (config_map_id(name) for name in "abcd")


def need(on: ResourceId, state: State = State.READY) -> Need:
    return Need(on, state, "why")


@st.composite
def chart(draw: st.DrawFn, *, acyclic: bool = True) -> list[Node]:
    """Draw objects that state needs of earlier ones only, or of any; automatic ones of any."""
    ids = [config_map_id(name) for name in NAMES[: draw(st.integers(1, len(NAMES)))]]
    states = st.sampled_from([State.READY, State.PRESENT])
    nodes = []
    for place, id in enumerate(ids):
        others = ids[:place] if acyclic else [other for other in ids if other != id]
        chosen = draw(st.lists(st.sampled_from(others), max_size=2, unique=True)) if others else []
        stated = tuple(need(on, draw(states)) for on in chosen)
        automatic = draw(st.frozensets(st.sampled_from(ids), max_size=2))
        weight = None if stated else draw(st.integers(-1, 1))
        idle = draw(st.integers(0, 4)) == 0
        nodes.append(Node(id, draw(st.integers(1, 3)), weight, stated, automatic, idle))
    return nodes


def places(steps: tuple[Step, ...]) -> dict[ResourceId, int]:
    return {id: place for place, step in enumerate(steps) for id in step.ids}


def steps_or_error(nodes: list[Node]) -> tuple[Step, ...] | CycleError:
    try:
        return steps_of(nodes)
    except CycleError as error:
        return error


def awaited_before(steps: tuple[Step, ...], place: int) -> set[ResourceId]:
    return {one.on for step in steps[: place + 1] for one in step.awaits}


@given(chart())
def test_everything_is_written_once_and_idle_things_are_not(nodes: list[Node]) -> None:
    written = [id for step in steps_of(nodes) for id in step.ids]
    assert sorted(written) == sorted(node.id for node in nodes if not node.is_idle)


@given(chart())
def test_what_is_needed_comes_before_and_is_ready_where_that_is_asked(nodes: list[Node]) -> None:
    steps = steps_of(nodes)
    place = places(steps)
    for node in nodes:
        for one in node.stated if not node.is_idle else ():
            assert place.get(one.on, -1) < place[node.id]
            if one.state is State.READY:
                assert one.on in awaited_before(steps, place[node.id])


@given(chart())
def test_a_weight_begins_when_the_lower_ones_are_ready(nodes: list[Node]) -> None:
    steps = steps_of(nodes)
    place = places(steps)
    weighed = [node for node in nodes if node.weight is not None and not node.is_idle]
    lower = [node for node in nodes if node.weight is not None]
    for node in weighed:
        for other in lower:
            if (other.weight or 0) < (node.weight or 0):
                assert place.get(other.id, -1) < place[node.id]
                assert other.id in awaited_before(steps, place[node.id])


@given(chart())
def test_automatic_needs_come_before_unless_stated_ones_are_in_the_way(nodes: list[Node]) -> None:
    plain = [replace(node, stated=(), weight=0) for node in nodes]
    forward = [
        replace(one, automatic=frozenset(on for on in one.automatic if on < one.id))
        for one in plain
    ]
    place = places(steps_of(forward))
    for node in forward:
        for on in node.automatic:
            if node.id in place:
                assert place.get(on, -1) < place[node.id]


@given(chart())
def test_what_needs_nothing_and_is_alike_is_written_at_once(nodes: list[Node]) -> None:
    free = [
        replace(node, stated=(), weight=node.weight or 0, automatic=frozenset()) for node in nodes
    ]
    place = places(steps_of(free))
    groups: dict[tuple[int, int | None], set[int]] = {}
    for node in free:
        if not node.is_idle:
            groups.setdefault((node.rank, node.weight), set()).add(place[node.id])
    assert all(len(steps) == 1 for steps in groups.values())
    assert len(steps_of(free)) == len(groups)


@given(chart(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(nodes: list[Node], random: Random) -> None:
    shuffled = list(nodes)
    random.shuffle(shuffled)
    assert steps_of(shuffled) == steps_of(nodes)


@given(chart())
def test_what_nobody_asks_to_be_ready_is_not_waited_for(nodes: list[Node]) -> None:
    quiet = [
        replace(
            node,
            weight=0,
            stated=tuple(replace(one, state=State.PRESENT) for one in node.stated),
        )
        for node in nodes
    ]
    assert not any(step.awaits for step in steps_of(quiet))


@given(chart(acyclic=False))
def test_any_needs_give_an_order_or_a_circle_that_is_one(nodes: list[Node]) -> None:
    stated = {node.id: {one.on for one in node.stated} for node in nodes}
    found = steps_or_error(nodes)
    if isinstance(found, CycleError):
        following = [*found.circle[1:], found.circle[0]]
        for id, on in zip(found.circle, following, strict=True):
            assert on in stated[id]
            assert str(id) in str(found)
    else:
        assert sorted(places(found)) == sorted(node.id for node in nodes if not node.is_idle)


def test_a_circle_is_named_with_who_wants_what() -> None:
    nodes = [
        Node(A, weight=None, stated=(need(B),)),
        Node(B, weight=None, stated=(need(C, State.PRESENT),)),
        Node(C, weight=None, stated=(need(A),)),
        Node(D, weight=None, stated=(need(A),)),
    ]
    with pytest.raises(CycleError) as caught:
        steps_of(nodes)
    assert caught.value.circle == (A, B, C)
    assert "ConfigMap/b needs ConfigMap/c to be present (why)" in str(caught.value)


def test_an_automatic_need_gives_way_to_a_stated_one() -> None:
    nodes = [Node(A, weight=None, stated=(need(B),)), Node(B, automatic=frozenset({A}))]
    assert [step.ids for step in steps_of(nodes)] == [(B,), (A,)]


def test_kinds_come_in_order_and_do_not_wait_for_what_others_wait_for() -> None:
    nodes = [
        Node(A, rank=1, weight=None, stated=(need(B),)),
        Node(B, rank=5),
        Node(C, rank=9),
        Node(D, rank=3),
    ]
    assert [step.ids for step in steps_of(nodes)] == [(D,), (B,), (C,), (A,)]
    assert steps_of(nodes)[3].awaits == (need(B),)


def test_what_is_not_of_the_release_is_only_waited_for() -> None:
    assert steps_of([Node(A, stated=(need(D),)), Node(B)]) == (Step((B,)), Step((A,), (need(D),)))


def test_thousands_of_objects_take_no_time() -> None:
    ids = [config_map_id(f"{number:05}") for number in range(6000)]
    nodes = [
        Node(id, rank=place % 7, weight=place // 1500, automatic=frozenset({ids[place // 2]}))
        for place, id in enumerate(ids)
    ]
    assert sum(len(step.ids) for step in steps_of(nodes)) == 6000
