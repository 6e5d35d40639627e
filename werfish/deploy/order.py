"""From what objects need of each other to the stages in which they are written. Pure.

Laws: what is needed is in an earlier stage; of what needs nothing of each other and has the same
weight and rank, everything is in one stage; the order in which objects are told does not matter.
Needs that are stated hold, or are a cycle; an automatic one gives way to them. Weights are like
needs: a weight begins when the one below is ready.
"""

import heapq
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise

from stages.light_dataclass import dataclass
from werfish.errors import DeployError
from werfish.kube.resource import ResourceId


class State(StrEnum):
    """How an object has to be before another one is written."""

    READY = "ready"
    PRESENT = "present"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, order=True)
class Need:
    """An object must be in a state; *why* says for people who wants that."""

    on: ResourceId
    state: State
    why: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One object: *rank* is the place of its kind, *weight* None where only needs place it.

    *automatic* are objects that should be there before. An idle one is not written, but others
    may need it.
    """

    id: ResourceId
    rank: int = 0
    weight: int | None = 0
    stated: tuple[Need, ...] = ()
    automatic: frozenset[ResourceId] = frozenset()
    is_idle: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """Objects that are written at once, after what they *await* and no earlier step did."""

    ids: tuple[ResourceId, ...]
    awaits: tuple[Need, ...] = ()


class CycleError(DeployError):
    """Objects need each other in a circle."""

    def __init__(self, circle: Sequence[ResourceId], needs: Sequence[Need]) -> None:
        """Name every object of the *circle*, each with what it needs of the next."""
        lines = [
            f"  {id} needs {need.on} to be {need.state} ({need.why})"
            for id, need in zip(circle, needs, strict=True)
        ]
        super().__init__(
            "order the chart: its resources need each other in a circle\n" + "\n".join(lines),
            hint="take one of these annotations away",
        )
        self.circle = tuple(circle)


Vertex = ResourceId | int
"""An object, or the beginning of a weight by its place among them."""
Graph = dict[Vertex, dict[Vertex, State]]
"""What each vertex needs, and in which state."""


def steps_of(nodes: Iterable[Node]) -> tuple[Step, ...]:
    """Return what is to be written when; `CycleError` for needs that cannot be met.

    Needs of objects that are not among *nodes* are only waited for.
    """
    known = {node.id: node for node in sorted(nodes, key=lambda node: (node.rank, node.id))}
    graph = _stated(known)
    if knot := _knot(graph):
        raise _cycle(known, knot)
    _add_automatic(graph, known)
    waits = _waits(graph)
    steps = _steps(graph, waits, known)
    return tuple(_awaiting(steps, graph, known))


def _stated(known: Mapping[ResourceId, Node]) -> Graph:
    graph: Graph = {
        id: {need.on: need.state for need in node.stated if need.on != id}
        for id, node in known.items()
    }
    groups: defaultdict[int, list[ResourceId]] = defaultdict(list)
    for id, node in known.items():
        if node.weight is not None:
            groups[node.weight].append(id)
    for place, (lower, weight) in enumerate(pairwise(sorted(groups)), start=1):
        graph[place] = dict.fromkeys(groups[lower], State.READY)
        if place > 1:
            graph[place][place - 1] = State.PRESENT
        for id in groups[weight]:
            graph[id][place] = State.PRESENT
    return graph


def _add_automatic(graph: Graph, known: Mapping[ResourceId, Node]) -> None:
    """Add the automatic needs to *graph*, but for those that are in the way of stated ones."""
    added = [
        (id, on)
        for id, node in known.items()
        for on in sorted(node.automatic)
        if on in known and on != id and on not in graph[id]
    ]
    for id, on in added:
        graph[id][on] = State.PRESENT
    knot = _knot(graph)
    for id, on in added:
        if id in knot and on in knot:
            del graph[id][on]


def _knot(graph: Graph) -> set[Vertex]:
    """Return the vertices of all circles, and those between two of them."""
    forward = _trimmed(set(graph), graph)
    reverse: Graph = {vertex: {} for vertex in forward}
    for vertex in forward:
        for on in graph[vertex]:
            if on in forward:
                reverse[on][vertex] = State.PRESENT
    return _trimmed(forward, reverse)


def _trimmed(vertices: set[Vertex], graph: Graph) -> set[Vertex]:
    """Return what of *vertices* is left when whatever needs nothing of them has gone."""
    left = {v: sum(on in vertices for on in graph[v]) for v in vertices}
    users = _users(graph, vertices)
    free = deque(vertex for vertex, count in left.items() if not count)
    while free:
        gone = free.popleft()
        del left[gone]
        for user in users[gone]:
            left[user] -= 1
            if not left[user]:
                free.append(user)
    return set(left)


def _users(graph: Graph, vertices: Iterable[Vertex]) -> defaultdict[Vertex, list[Vertex]]:
    """Return, for each vertex, those of *vertices* that need it, in their order."""
    users: defaultdict[Vertex, list[Vertex]] = defaultdict(list)
    for vertex in vertices:
        for on in graph[vertex]:
            users[on].append(vertex)
    return users


def _cycle(known: Mapping[ResourceId, Node], knot: set[Vertex]) -> CycleError:
    """Return the error for the first circle in *knot*; weights alone make none."""
    here = min(id for id in known if id in knot)
    path: list[ResourceId] = []
    needs: list[Need] = []
    while here not in path:
        need = min(one for one in known[here].stated if one.on in knot and one.on != here)
        path.append(here)
        needs.append(need)
        here = need.on
    start = path.index(here)
    return CycleError(path[start:], needs[start:])


def _waits(graph: Graph) -> dict[Vertex, int]:
    """Return, for each vertex, how often must be waited for something before its turn."""
    waits: dict[Vertex, int] = {}
    left = {vertex: sum(on in graph for on in needs) for vertex, needs in graph.items()}
    users = _users(graph, graph)
    free = deque(vertex for vertex, count in left.items() if not count)
    while free:
        vertex = free.popleft()
        waits[vertex] = max(
            (
                waits.get(on, 0) + (state is not State.PRESENT)
                for on, state in graph[vertex].items()
            ),
            default=0,
        )
        for user in users[vertex]:
            left[user] -= 1
            if not left[user]:
                free.append(user)
    return waits


def _steps(
    graph: Graph, waits: Mapping[Vertex, int], known: Mapping[ResourceId, Node]
) -> Iterator[tuple[ResourceId, ...]]:
    """Yield objects by how long they wait, then by rank, each after all that it needs."""

    def rank(vertex: Vertex) -> int:
        return -1 if isinstance(vertex, int) else known[vertex].rank

    places = {vertex: place for place, vertex in enumerate(graph)}
    left = {vertex: sum(on in graph for on in needs) for vertex, needs in graph.items()}
    users = _users(graph, graph)
    heap = [(waits[v], rank(v), places[v], v) for v, count in left.items() if not count]
    heapq.heapify(heap)
    while heap:
        wait, least, _, vertex = heapq.heappop(heap)
        chosen = [vertex]
        while heap and heap[0][:2] == (wait, least):
            chosen.append(heapq.heappop(heap)[3])
        for one in chosen:
            for user in users[one]:
                left[user] -= 1
                if not left[user]:
                    heapq.heappush(heap, (waits[user], rank(user), places[user], user))
        yield tuple(one for one in chosen if not isinstance(one, int))


def _awaiting(
    steps: Iterable[tuple[ResourceId, ...]], graph: Graph, known: Mapping[ResourceId, Node]
) -> Iterator[Step]:
    """Yield the steps that write something, with what must be waited for and was not yet."""
    awaited: set[tuple[ResourceId, State]] = set()
    opened: set[int] = set()
    for ids in steps:
        busy = tuple(id for id in ids if not known[id].is_idle)
        needs = [
            need
            for id in busy
            for need in (*_weighed(id, graph, opened), *known[id].stated)
            if need.state is not State.PRESENT and need.on != id
        ]
        fresh = {(n.on, n.state): n for n in reversed(needs) if (n.on, n.state) not in awaited}
        awaited |= fresh.keys()
        if busy:
            yield Step(busy, tuple(sorted(fresh.values())))


def _weighed(id: ResourceId, graph: Graph, opened: set[int]) -> Iterator[Need]:
    """Yield what the weights below that of *id* need, as far as they are not *opened* yet."""
    places = [vertex for vertex in graph[id] if isinstance(vertex, int)]
    for place in range(1, max(places, default=0) + 1):
        if place not in opened:
            opened.add(place)
            yield from (
                Need(on, State.READY, "werf.io/weight")
                for on in graph[place]
                if not isinstance(on, int)
            )
