"""How a text is written as a YAML value, so that it is read as that text again."""

import json
import re

_BLOCK = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ud800-\udfff\u2028\u2029\r]*")
"""What a block can hold; all else needs escapes."""

_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What JSON writes as it is, and YAML does not read."""


def scalar_text(text: str, indent: int, *, is_inline: bool) -> str:
    """Return *text* as a value of something in column *indent*: plain, quoted, or as a block.

    *is_inline* says that it stands between brackets, where there are no blocks.
    """
    if "\n" in text and not is_inline and _fits_block(text):
        return _block(text, indent + 2)
    plain = "" if "\n" in text else text
    single = "'" + text.replace("'", "''") + "'"
    for form in (plain, single):
        if form and "\n" not in form and _is_read_as(text, form):
            return form
    return _UNPRINTABLE.sub(_escaped, json.dumps(text, ensure_ascii=False))


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _fits_block(text: str) -> bool:
    """Whether *text* is the same in a block, however many empty lines follow that."""
    first = text.split("\n", 1)[0]
    is_plain = bool(_BLOCK.fullmatch(text)) and not text.endswith("\n\n")
    return is_plain and bool(first) and first[0] not in " \t"


def _block(text: str, indent: int) -> str:
    ending = "" if text.endswith("\n") else "-"
    lines = [" " * indent + line if line else "" for line in text.removesuffix("\n").split("\n")]
    return "\n".join((f"|{ending}", *lines, ""))


def _is_read_as(text: str, form: str) -> bool:
    """Whether YAML reads *form* as *text* wherever it stands.

    That is between brackets, where most letters are special, after a key, where a lone dash is,
    and as the whole of a document, whose marks are dashes and dots.
    """
    import yaml

    from werfish.gotemplate.yaml_v2.resolving import STRING, resolve

    if form[0] != "'" and resolve("", form)[0] != STRING:
        return False
    try:
        found = yaml.safe_load(f"[[{form}], {{k: {form}}}]")
        found_in_blocks = yaml.safe_load(f"k: {form}"), yaml.safe_load(form)
    except (yaml.YAMLError, ValueError):
        return False
    return bool(found == [[text], {"k": text}] and found_in_blocks == ({"k": text}, text))
