"""What ``werf-giterminism.yaml`` may say."""

import pytest

from werfish.config.errors import InvalidConfigError
from werfish.config.giterminism import allowances_of

EVERYTHING = """\
giterminismConfigVersion: 1
cli:
  allowCustomTags: true
config:
  allowUncommitted: true
  allowUncommittedTemplates: ["**/*.tmpl"]
  goTemplateRendering:
    allowEnvVariables: [/CI_.*/, NAME]
    allowUncommittedFiles: [a]
  secrets:
    allowEnvVariables: [TOKEN]
    allowFiles: [~/.netrc]
    allowValueIds: [id]
  stapel:
    allowFromLatest: true
    git:
      allowBranch: true
    mount:
      allowBuildDir: true
      allowFromPaths: [/cache]
  dockerfile:
    allowUncommitted: [Dockerfile]
    allowUncommittedDockerignoreFiles: [.dockerignore]
    allowContextAddFiles: [bin]
helm:
  allowUncommittedFiles: [.helm/x]
includes:
  allowIncludesUpdate: true
"""


def problems(text: str) -> list[tuple[int, str]]:
    with pytest.raises(InvalidConfigError) as caught:
        allowances_of(text, "werf-giterminism.yaml")
    assert str(caught.value).startswith('read "werf-giterminism.yaml": ')
    return [(problem.line, f"{problem.where}: {problem.text}") for problem in caught.value.problems]


def test_every_key_is_known() -> None:
    found = allowances_of(EVERYTHING, "f")
    assert len(found) == 17
    assert found[0] == "cli.allowCustomTags"
    assert "config.stapel.mount.allowFromPaths" in found


@pytest.mark.parametrize(
    "rest",
    ["", "config:\n", "config: {allowUncommitted: false, allowUncommittedTemplates: []}\n"],
)
def test_what_allows_nothing(rest: str) -> None:
    assert allowances_of(f"giterminismConfigVersion: '1'\n{rest}", "f") == ()


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, '"giterminismConfigVersion" is missing'),
        ("config: {}", 1, '"giterminismConfigVersion" is missing'),
        ("giterminismConfigVersion: 2", 1, "write 1"),
        ("giterminismConfigVersion: 1\nconfg: {}", 2, 'did you mean "config"?'),
        ("giterminismConfigVersion: 1\nconfig:\n  stapel:\n    allowFromLates: true", 4,
         'config.stapel: unknown key "allowFromLates"; did you mean "allowFromLatest"?'),
        ("giterminismConfigVersion: 1\ncli: {allowCustomTags: maybe}", 2, "true or false"),
        ("giterminismConfigVersion: 1\nallowUncommitted: true", 2, 'it belongs below "config"'),
        ("- a", 1, "must be a section"),
        ("giterminismConfigVersion: 1\n---\na: b", 3, "one document"),
        ("a: [", 1, "not YAML"),
    ],
)  # fmt: skip
def test_what_is_wrong_has_its_line(text: str, line: int, said: str) -> None:
    found = problems(text)
    assert any(number == line and said in told for number, told in found), found
