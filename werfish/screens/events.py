"""What a screen is told, and when: lines, and how far the tasks of a command are.

A *task* is what is worked on beside others (an image that is built); a *step* is a part of it (one
of the image's stages). Texts are masked and printable already.
"""

from enum import Enum

from stages.light_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happens, and how large the terminal is then.

    *seconds* are monotonic, *time* counts since 1970.
    """

    seconds: float
    time: float = 0.0
    columns: int = 80
    rows: int = 24


class Outcome(Enum):
    """How a task ended."""

    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Line:
    """A line, of a *task* where it has one.

    *output* is the line without its origin where a program printed it. What *is_passing* is of no
    interest any more when the next one comes.
    """

    text: str
    task: str = ""
    output: str = ""
    is_warning: bool = False
    is_passing: bool = False


@dataclass(frozen=True, slots=True)
class TasksBegan:
    """These tasks are worked on from now on."""

    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TaskWaits:
    """The task does nothing until *what* is there."""

    task: str
    what: str


@dataclass(frozen=True, slots=True)
class TaskRuns:
    """The task goes on."""

    task: str


@dataclass(frozen=True, slots=True)
class StepBegan:
    """Step *number* of *count* begins; *title* is the line that says so."""

    task: str
    step: str
    title: str
    number: int = 1
    count: int = 1


@dataclass(frozen=True, slots=True)
class StepEnded:
    """The step of the task has ended; *text* is the line that says so."""

    task: str
    text: str
    is_failed: bool = False


@dataclass(frozen=True, slots=True)
class TaskEnded:
    """The task has ended; *text* says in a few words how."""

    task: str
    outcome: Outcome
    text: str


@dataclass(frozen=True, slots=True)
class TasksEnded:
    """Nothing of the tasks runs any more."""


@dataclass(frozen=True, slots=True)
class Paused:
    """The task gives the terminal to another program for a while; *text* is the line before it."""

    task: str
    text: str


@dataclass(frozen=True, slots=True)
class SectionBegan:
    """A part of the command begins, and its lines are written as they come; *text* says which."""

    text: str


@dataclass(frozen=True, slots=True)
class SectionEnded:
    """The part has ended; *text* says so, and is empty where it has failed."""

    text: str = ""


class RowState(Enum):
    """How what a row is about stands."""

    READY = "ready"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Row:
    """A line about something that is followed.

    *said* is its state in its own word, *replicas* how many of how many are there, *since* when it
    was created, in seconds since 1970. What has *depth* belongs to the row above it.
    """

    name: str
    state: RowState
    said: str
    replicas: str = ""
    since: float | None = None
    reason: str = ""
    depth: int = 0


Rows = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class TreeBegan:
    """What is followed from now on is shown as a tree; *title* says what it is followed for."""

    title: str


@dataclass(frozen=True, slots=True)
class BranchChanged:
    """The thing *key* and what belongs to it have these rows now."""

    key: str
    rows: Rows


@dataclass(frozen=True, slots=True)
class TreeEnded:
    """Nothing is followed any more."""


@dataclass(frozen=True, slots=True)
class Summed:
    """How everything ended: *title*, a line of it all, and *rows*, what matters most first."""

    title: str
    rows: Rows


Steps = StepBegan | StepEnded
Sections = SectionBegan | SectionEnded
Trees = TreeBegan | BranchChanged | TreeEnded | Summed
Event = (
    Line
    | TasksBegan
    | TaskWaits
    | TaskRuns
    | Steps
    | TaskEnded
    | TasksEnded
    | Paused
    | Sections
    | Trees
)
