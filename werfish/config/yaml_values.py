"""What nodes mean as values: numbers, truths, text, as werf's YAML library reads them."""

from typing import Any

from werfish.config.nodes import Items, Node, Scalar, Table, is_null


def value_of_scalar(scalar: Scalar) -> Any:
    """Return what *scalar* stands for: text in quotes is text, ``0644`` is 420, ``yes`` is true."""
    from werfish.gotemplate.errors import GoError
    from werfish.gotemplate.yaml_v2.resolving import STRING, resolve, short_tag

    try:
        return resolve(STRING if scalar.is_quoted else short_tag(scalar.tag), scalar.text)[1]
    except GoError:
        return scalar.text


def go_text_of(node: Node) -> str:
    """Return how Go prints the value of *node* with ``%v``, as werf does with build arguments."""
    from werfish.gotemplate.formatting import text_of

    if is_null(node):
        return "<nil>"
    return text_of(value_of_scalar(node)) if isinstance(node, Scalar) else ""


def json_value(node: Node) -> Any:
    """Return *node* as JSON can hold it."""
    match node:
        case Scalar():
            value = value_of_scalar(node)
            return value if isinstance(value, str | int | float | None) else str(value)
        case Items(items=items):
            return [json_value(item) for item in items]
        case Table(entries=entries):
            return {entry.key.text: json_value(entry.value) for entry in entries}
