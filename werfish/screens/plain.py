"""Lines as they come: for terminals that can do nothing else, and where only warnings are shown."""

from werfish.screens.events import (
    Event,
    Line,
    Moment,
    Paused,
    SectionBegan,
    SectionEnded,
    StepBegan,
    StepEnded,
    Summed,
)
from werfish.screens.release_tree import whole_summary


class PlainScreen:
    """Writes every line at once. Satisfies `Screen`."""

    period = 0.0
    is_live = False

    def show(self, event: Event, moment: Moment) -> str:
        """Return what to write for *event*."""
        text = line_of(event)
        return "" if text is None else f"{text}\n"

    def tick(self, moment: Moment) -> str:
        """Nothing changes by itself."""
        return ""


def line_of(event: Event) -> str | None:
    """Return the line that says *event*, where one does."""
    match event:
        case Line(text=text) | StepBegan(title=text) | StepEnded(text=text) | Paused(text=text):
            return text
        case SectionBegan(text=text) | SectionEnded(text=text):
            return text or None
        case Summed():
            return "\n".join(whole_summary(event))
        case _:
            return None
