"""Values with methods and fields of their own, as ``.Files`` and times are."""

from typing import Any, ClassVar

from tests.gotemplate.files import Files
from tests.gotemplate.rendering import error_of, render
from werfish.gotemplate.signatures import function
from werfish.gotemplate.types import GoType, type_named
from werfish.gotemplate.values import MISSING

FILES = {"Files": Files({"a.txt": "hello\n", "conf/x.yaml": "k: v"})}


class Pair:
    """A struct with two fields, a method and a text of its own."""

    go_type: ClassVar[GoType] = type_named("test.Pair")

    def member(self, name: str) -> Any:
        fields = {"Left": 1, "Right": "r", "Sum": function(lambda a, b: a + b, "int", "int")}
        return fields.get(name, MISSING)

    def go_fields(self) -> dict[str, Any]:
        return {"Left": 1, "Right": "r"}


def test_method_gets_its_arguments() -> None:
    assert render('{{ .Files.Get "a.txt" | upper }}', FILES) == "HELLO\n"


def test_method_gets_what_comes_by_the_pipe() -> None:
    assert render('{{ "a.txt" | .Files.Get }}', FILES) == "hello\n"


def test_method_of_a_variable_and_of_parentheses() -> None:
    text = '{{ $f := .Files }}{{ $f.Exists "b" }}{{ (.Files).IsDir "conf" }}'
    assert render(text, FILES) == "falsetrue"


def test_map_that_a_method_returns_can_be_ranged_over() -> None:
    text = '{{ range $path, $text := .Files.Glob "conf/*" }}{{ $path }}={{ $text }}{{ end }}'
    assert render(text, FILES) == "conf/x.yaml=k: v"


def test_error_of_a_method_is_placed() -> None:
    assert error_of('{{ .Files.Get "b" }}', FILES).startswith(
        'template: t:1:9: executing "t" at <.Files.Get>: error calling Get: '
    )


def test_arguments_of_methods_are_checked() -> None:
    assert "wrong number of args for Get: want 1 got 0" in error_of("{{ .Files.Get }}", FILES)
    assert "expected string; found 5" in error_of("{{ .Files.Get 5 }}", FILES)


def test_unknown_method_is_an_error() -> None:
    assert "can't evaluate field Put in type" in error_of('{{ .Files.Put "x" }}', FILES)


def test_fields_and_methods_of_a_struct() -> None:
    assert render("{{ .p.Left }}{{ .p.Right }}{{ .p.Sum 1 2 }}", {"p": Pair()}) == "1r3"
    assert "Left has arguments" in error_of("{{ .p.Left 1 }}", {"p": Pair()})


def test_struct_prints_its_fields() -> None:
    text = '{{ . }} {{ printf "%+v" . }} {{ printf "%#v" . }} {{ printf "%T" . }}'
    printed = '{1 r} {Left:1 Right:r} test.Pair{Left:1, Right:"r"} test.Pair'
    assert render(text, Pair()) == printed


def test_struct_is_true_and_equal_to_itself_alone() -> None:
    pair = Pair()
    assert render("{{ if . }}yes{{ end }} {{ eq . . }}", pair) == "yes true"
