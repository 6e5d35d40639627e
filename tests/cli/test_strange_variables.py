"""Variables of werf's without effect are told, where they would have changed what is done."""

import pytest

from werfish.cli.strange_variables import strange_variables


@pytest.mark.parametrize("value", ["", "0", "false", "No"])
def test_what_is_off_is_not_told(value: str) -> None:
    assert [*strange_variables({"WERF_SKIP_BUILD": value, "WERF_REPO": "x"})] == []


def test_what_is_on_is_told_with_what_serves_here() -> None:
    [told] = strange_variables({"WERF_SAVE_BUILD_REPORT": "1"})
    assert told.endswith("is werf's, and has no effect; here there is WERF_REPORT_PATH")
