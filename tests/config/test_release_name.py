"""Names of releases and namespaces."""

import pytest

from werfish.config.release_name import Naming, UnfitNameError, namespace_name, release_name


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


def test_a_release_may_be_called_by_its_namespace() -> None:
    assert release_name(Naming("shop", template="[[ namespace ]]-web"), "prod") == "prod-web"


@pytest.mark.parametrize(
    ("naming", "problem"),
    [
        pytest.param(Naming("s", given="Not valid"), "not a valid name", id="given-is-not-mended"),
        pytest.param(Naming("s", template="[[ env ]]"), "--env option or \\$WERF_ENV", id="no-env"),
        pytest.param(Naming("s", template="[[ project | upper ]]"), "not known", id="function"),
        pytest.param(Naming("s", template="A_b", slugged=False), "not a valid name", id="no-slug"),
        pytest.param(Naming("s", template=" "), "empty name", id="empty"),
    ],
)
def test_what_cannot_be_a_name(naming: Naming, problem: str) -> None:
    with pytest.raises(UnfitNameError, match=problem):
        release_name(naming)
