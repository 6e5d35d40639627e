"""What shows a template's author the values on the way: werf 2's ``*_debug`` functions and a log.

The log is whatever takes a text; without one the functions say nothing, so that they may stay in a
template.
"""

from collections.abc import Callable, Mapping
from typing import Any

from werfish.gotemplate.engine import TemplateSet
from werfish.gotemplate.errors import GoError
from werfish.gotemplate.formatting import sprintf, text_of
from werfish.gotemplate.quoting import quote
from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.values import MISSING
from werfish.gotemplate.watching import Assigned, Event
from werfish.gotemplate.yaml_v2.writing import yaml_of

Log = Callable[[str], None]

MOST_LINES = 20
MOST_CHARACTERS = 2_000


def add_debug_functions(templates: TemplateSet, log: Log | None = None) -> None:
    """Let *templates* call the functions of `debug_functions`; before any of them is parsed."""
    templates.functions.put(debug_functions(templates.functions, log))


def debug_functions(
    functions: Mapping[str, Function], log: Log | None = None
) -> dict[str, Function]:
    """Return ``dump_debug``, ``printf_debug``, ``include_debug`` and ``tpl_debug``.

    *functions* have the ``include`` and ``tpl`` that the last two call.
    """
    say = log or _say_nothing
    return {
        "dump_debug": function(_printing(say, shown), "any"),
        "printf_debug": function(_printing(say, sprintf), "string", "...any"),
        "include_debug": function(
            _rendering(say, "include", functions["include"]), "string", "any"
        ),
        "tpl_debug": function(_rendering(say, "tpl", functions["tpl"]), "string", "any"),
    }


def _say_nothing(text: str) -> None:
    del text


def _printing(say: Log, text_from: Callable[..., str]) -> Callable[..., str]:
    def call(*arguments: Any) -> str:
        if say is not _say_nothing:
            say(shortened(text_from(*arguments)))
        return ""

    return call


def _rendering(say: Log, name: str, rendered: Function) -> Callable[[str, Any], str]:
    def call(subject: str, data: Any) -> str:
        result: str = rendered.call(subject, data)
        if say is not _say_nothing:
            say(_with_result(f"{name}_debug{_shown_after(subject)}", result))
        return result

    return call


def event_text(event: Event) -> str:
    """Return *event* as it stands in a log: ``werf.yaml:3: $x = "a"``, long values below that."""
    place = f"{event.template}:{event.line}:"
    if isinstance(event, Assigned):
        return f"{place} {event.name} ={_shown_after(event.value)}"
    data = "" if event.data is MISSING else _shown_after(event.data)
    return _with_result(f"{place} {event.function}{_shown_after(event.name)}{data}", event.result)


def _with_result(heading: str, result: str) -> str:
    arrow = "\n->" if "\n" in heading else " ->"
    return f"{heading}{arrow}{_shown_after(result)}"


def _shown_after(value: Any) -> str:
    """Return *value* as it stands behind something: on the same line, if it has one line."""
    text = shown(value)
    if "\n" in text:
        return "".join(f"\n  {line}".rstrip(" ") for line in text.split("\n"))
    return f" {quote(text) if isinstance(value, str) else text}"


def shown(value: Any) -> str:
    """Return *value* for people, shortened: a text as it is, others as YAML, else as printed."""
    return shortened(value if isinstance(value, str) else _structured(value))


def _structured(value: Any) -> str:
    if value is MISSING:
        return "<no value>"
    try:
        return yaml_of(value).removesuffix("\n")
    except GoError:
        return text_of(value)
    except RecursionError:
        return "(nested too deeply, or inside itself)"


def shortened(text: str) -> str:
    """Return *text* in at most `MOST_LINES` lines and `MOST_CHARACTERS`, then ``...``."""
    cut = "\n".join(text.split("\n", MOST_LINES)[:MOST_LINES])[:MOST_CHARACTERS]
    return text if cut == text else f"{cut}..."
