"""Names in other conventions: ``snakecase`` and ``kebabcase``, ``camelcase``.

Which letters make a word is what the Go library ``huandu/xstrings`` 1.5 decides; its rules for
digits ("http2xx" is "http_2xx", "Bld4Floor" is "bld4_floor") are kept exactly.
"""

from dataclasses import field

from stages.light_dataclass import dataclass
from werfish.gotemplate.sprig.letters import is_upper, letters_of, to_lower, to_upper
from werfish.gotemplate.sprig.words import (
    ALPHABET,
    CONNECTOR,
    NOTHING,
    NUMBER,
    PUNCTUATION,
    UPPER,
    is_connector,
    next_word,
)


def snakecase(text: str) -> str:
    """Write *text* as ``words_with_underscores``."""
    return _lower_words(text, "_")


def kebabcase(text: str) -> str:
    """Write *text* as ``words-with-hyphens``."""
    return _lower_words(text, "-")


@dataclass(slots=True)
class _Words:
    """The word at hand, its kind, and what follows; and what has been written."""

    rest: str
    connector: str
    kind: str = NOTHING
    word: str = ""
    written: list[str] = field(default_factory=list)

    def advance(self) -> None:
        """Go to the next word."""
        self.kind, self.word, self.rest = next_word(self.rest)

    def write(self, kind: str, word: str) -> None:
        """Write a word in small letters; connectors become the wanted one."""
        if kind in (UPPER, CONNECTOR):
            word = "".join(
                self.connector if is_connector(each) else to_lower(each) for each in word
            )
        self.written.append(word)

    def join(self, *unless: str) -> None:
        """Write the connector, unless the word at hand is of one of these kinds."""
        if self.kind not in unless:
            self.written.append(self.connector)

    def write_run(self) -> None:
        """Write the words and numbers that follow each other directly."""
        while self.kind in (ALPHABET, NUMBER):
            self.write(self.kind, self.word)
            self.advance()
        self.join(NOTHING, PUNCTUATION, CONNECTOR)


def _lower_words(text: str, connector: str) -> str:
    words = _Words("".join(letters_of(text)), connector)
    words.advance()
    while words.rest:
        if words.kind != CONNECTOR:
            words.write(words.kind, words.word)
        before, last = words.kind, words.word
        words.advance()
        if before == NUMBER:
            words.write_run()
        elif before == CONNECTOR:
            words.write(before, last)
        elif before != PUNCTUATION:
            _join_letters(words)
    words.write(words.kind, words.word)
    return "".join(words.written)


def _join_letters(words: _Words) -> None:
    """Part letters from what follows them; a number belongs to the side that it is closer to."""
    if words.kind != NUMBER:
        words.join(CONNECTOR, PUNCTUATION)
        return
    if not words.rest:
        return
    number = words.word
    words.advance()
    if words.kind != ALPHABET:
        words.write(NUMBER, number)
        words.join(CONNECTOR, PUNCTUATION)
        return
    words.written.append(words.connector)
    words.write(NUMBER, number)
    words.write_run()


def camelcase(text: str) -> str:
    """Write *text* as ``WordsWithCapitals``; connectors at the beginning stay."""
    letters = letters_of(text)
    start = next((at for at, each in enumerate(letters) if not is_connector(each)), len(letters))
    written, rest = letters[:start], letters[start:]
    if not rest:
        return text[:-1] + text[-1:] * 2  # as the library does: "-" becomes "--"
    capital = is_upper(rest[0])
    before = to_upper(rest[0])
    for letter in rest[1:]:
        if is_connector(letter) and is_connector(before):
            written.append(before)
            before = letter
            continue
        if is_connector(before):
            capital = is_upper(letter)
            before = to_upper(letter)
            continue
        written.append(before)
        capital = capital and is_upper(letter)
        before = to_lower(letter) if capital else letter
    return "".join([*written, before])
