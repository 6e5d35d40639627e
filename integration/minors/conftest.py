"""Every test of this folder runs on each further minor, one after the other."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from integration.kit.api import Endpoints
from integration.kit.kubernetes import minors
from integration.kit.part import kit_of
from integration.kit.versions import FURTHER_SERVERS, Servers

VERSIONS = [servers.api.version for servers in FURTHER_SERVERS]


@pytest.fixture(scope="package", params=FURTHER_SERVERS, ids=VERSIONS)
def servers(request: pytest.FixtureRequest) -> Servers:
    """Return what serves the cluster of the test."""
    found: Servers = request.param
    return found


@pytest.fixture(scope="package")
def kit(kit: Endpoints, servers: Servers, minors_programs: None) -> Iterator[Endpoints]:
    """Everything real, but that a further minor of Kubernetes, without nodes, is the cluster."""
    with minors.running(kit_of(), servers) as path, pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUBECONFIG", str(path))
        variables = {**kit.variables, "KUBECONFIG": str(path)}
        yield replace(kit, kubeconfig=str(path), variables=variables)
