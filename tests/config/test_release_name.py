"""Names of releases and namespaces."""

import subprocess
import sys

import pytest

from werfish.config.release_name import (
    Naming,
    UnfitNameError,
    namespace_name,
    namespace_template,
    release_name,
    release_template,
)


@pytest.mark.parametrize(
    ("naming", "expected"),
    [
        pytest.param(Naming("shop"), "shop", id="project-alone-without-env"),
        pytest.param(Naming("shop", "prod"), "shop-prod", id="project-and-env"),
        pytest.param(Naming("shop", "My Env"), "shop-my-env-89ef80b4", id="slug"),
        pytest.param(Naming("shop", "prod", given="own"), "own", id="given"),
        pytest.param(Naming("s", "e", template="[[env]]-x-[[- project ]]"), "e-x-s", id="template"),
    ],
)
def test_names(naming: Naming, expected: str) -> None:
    assert release_name(naming) == namespace_name(naming) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param("[[ project ]]-[[ env | trunc 3 ]]", "shop-pro", id="pipeline"),
        pytest.param('[[ if eq env "prod" ]]live[[ else ]][[ env ]][[ end ]]', "live", id="branch"),
        pytest.param("[[ namespace ]]-x", "spaces-x", id="namespace"),
        pytest.param("[[ env ]]-[[- /* why */ -]]-[[ project ]]", "prod--shop", id="comment"),
        pytest.param('[[ printf "%s.%s" project env ]]', "shop.prod", id="printf"),
        pytest.param(" [[ project ]]\n", "shop", id="space-around"),
        pytest.param("{{ project }}-[[ project ]]", "project-shop-998082a4", id="other-delimiters"),
        pytest.param("[[ project | upper ]]", "shop-7d8b4c4e", id="slug-of-the-result"),
        pytest.param("fixed", "fixed", id="no-action"),
    ],
)
def test_template_of_a_release(template: str, expected: str) -> None:
    assert release_name(Naming("shop", "prod", template=template), "spaces") == expected


def test_a_release_may_be_called_by_its_namespace() -> None:
    assert release_name(Naming("shop", template="[[ namespace ]]-web"), "prod") == "prod-web"


def test_default_names_need_no_template_engine() -> None:
    """Loading it takes longer than all else that a name takes."""
    script = (
        "import sys; from werfish.config.release_name import Naming, release_name;"
        "release_name(Naming('shop', 'prod')); release_name(Naming('shop'));"
        "sys.exit('werfish.gotemplate' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.parametrize(
    ("naming", "problem"),
    [
        pytest.param(Naming("s", given="Not valid"), "not a valid name", id="given-is-not-mended"),
        pytest.param(
            Naming("s", template="[[ env ]]"),
            r'release "\[\[ env ]]": --env option or \$WERF_ENV variable required$',
            id="no-env",
        ),
        pytest.param(
            Naming("s", template="[[ project ]]-[[ env ]]"), "--env option", id="no-env-by-default"
        ),
        pytest.param(
            Naming("s", template="[[ project ]]-[[ envv ]]"),
            r'"\[\[ project ]]-\[\[ envv ]]": column 18: function "envv" not defined',
            id="function",
        ),
        pytest.param(
            Naming("s", template="[[ project"), "column 11: unclosed action", id="unclosed"
        ),
        pytest.param(
            Naming("s", template="a\n[[ end ]]"), "column 8: unexpected .*end", id="unexpected"
        ),
        pytest.param(
            Naming("s", template="[[ trunc project 3 ]]"),
            "<project>: wrong type for value; expected int; got string",
            id="argument",
        ),
        pytest.param(Naming("s", template='[[ fail "no" ]]'), "<fail .no.>: .*no", id="fails"),
        pytest.param(Naming("s", template='[[ "" ]]'), "empty name", id="prints-nothing"),
        pytest.param(Naming("s", template="A_b", slugged=False), "not a valid name", id="no-slug"),
        pytest.param(Naming("s", template=" "), "empty name", id="empty"),
        pytest.param(
            Naming("s", template="a-[[ .Env ]]"),
            "it gives 'a-<no value>': something in it has no value",
            id="no-value",
        ),
    ],
)
def test_what_cannot_be_a_name(naming: Naming, problem: str) -> None:
    with pytest.raises(UnfitNameError, match=problem):
        release_name(naming)


def test_namespaces_do_not_know_themselves() -> None:
    with pytest.raises(UnfitNameError, match='function "namespace" not defined') as caught:
        namespace_name(Naming("shop", template="[[ namespace ]]"))
    assert (
        caught.value.hint == "between [[ and ]] stand project and env, and the functions of sprig"
    )


@pytest.mark.parametrize(
    "text", ["live", "[[ project ]]-[[ env ]]", '[[ if env ]]x[[ end ]]-[[ env | default "a" ]]']
)
def test_templates_that_are_right(text: str) -> None:
    assert release_template(text) == namespace_template(text) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" ", "it is empty"),
        ("[[ if env ]]", "unexpected EOF"),
        ("x-[[ projct ]]", 'column 6: function "projct" not defined; between [[ and ]] stand'),
    ],
)
def test_templates_that_are_wrong(text: str, said: str) -> None:
    """No environment is needed to tell: names may never be asked for."""
    assert said in release_template(text)
    assert said in namespace_template(text)


def test_only_releases_know_their_namespace() -> None:
    assert release_template("[[ namespace ]]") == ""
    assert 'function "namespace" not defined' in namespace_template("[[ namespace ]]")
