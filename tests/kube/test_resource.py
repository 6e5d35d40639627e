"""What resources are called."""

from werfish.kube.resource import Gvk, ResourceId, names_of


def test_names_tell_apart_what_stands_together() -> None:
    service, own = Gvk("", "v1", "Service"), Gvk("serving.knative.dev", "v1", "Service")
    ids = [
        ResourceId(service, "a", "web"),
        ResourceId(own, "a", "web"),
        ResourceId(service, "a", "db"),
        ResourceId(service, "b", "db"),
        ResourceId(service, "a", "only"),
    ]
    assert list(names_of(ids).values()) == [
        "Service/web",
        "Service.serving.knative.dev/web",
        "Service/db in a",
        "Service/db in b",
        "Service/only",
    ]
