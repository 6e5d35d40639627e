"""The merge beside the answers of the API servers of further minors."""

import pytest

from integration.test_merge_results import *

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]
