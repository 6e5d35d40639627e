"""Take the next word from a name: the rules of ``huandu/xstrings``."""

from werfish.gotemplate.sprig.letters import is_number, is_punctuation, is_space, is_upper

NOTHING, NUMBER, UPPER, ALPHABET = "nothing", "number", "upper", "alphabet"
CONNECTOR, PUNCTUATION, OTHER = "connector", "punctuation", "other"


def is_connector(letter: str) -> bool:
    """Say whether *letter* parts words: a hyphen, an underscore, a space."""
    return letter in ("-", "_") or is_space(letter)


def is_alphabet(letter: str) -> bool:
    """Say whether *letter* is one of an alphabet: Chinese characters are not."""
    point = ord(letter)
    return letter.isalpha() and not any(low <= point <= high for low, high in _CHARACTERS)


_CHARACTERS = ((0x4E00, 0x9FCC), (0x3400, 0x4D85), (0x20000, 0x2B81D))


def next_word(text: str) -> tuple[str, str, str]:
    """Return the kind of the first word of *text*, the word, and the rest."""
    if not text:
        return NOTHING, "", ""
    kind = _kind(text[0])
    length = _length(kind, text)
    return kind, text[:length], text[length:]


def _kind(letter: str) -> str:
    if is_connector(letter):
        return CONNECTOR
    if is_punctuation(letter):
        return PUNCTUATION
    if is_upper(letter):
        return UPPER
    if is_alphabet(letter):
        return ALPHABET
    return NUMBER if is_number(letter) else OTHER


def _length(kind: str, text: str) -> int:
    if kind == UPPER:
        return _capitals(text)
    continues = _CONTINUES[kind]
    return next((at for at, letter in enumerate(text) if at and not continues(letter)), len(text))


def _capitals(text: str) -> int:
    """Measure a word that begins with a capital: ``First``, or ``HTTP`` of ``HTTPServer``."""
    following = next((at for at, letter in enumerate(text) if not is_upper(letter)), len(text))
    small = following < len(text) and is_alphabet(text[following])
    if following > 1:
        return following - 1 if small else following
    return 1 + _length(ALPHABET, text[1:]) if small else 1


def _is_small(letter: str) -> bool:
    return is_alphabet(letter) and not is_upper(letter)


def _is_other(letter: str) -> bool:
    return not (
        is_connector(letter) or is_alphabet(letter) or is_number(letter) or is_punctuation(letter)
    )


_CONTINUES = {
    CONNECTOR: is_connector,
    PUNCTUATION: is_punctuation,
    ALPHABET: _is_small,
    NUMBER: is_number,
    OTHER: _is_other,
}
