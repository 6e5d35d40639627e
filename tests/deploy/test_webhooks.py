"""What a webhook that is away holds up is done when it is back, and nothing else waits twice."""

import pytest

from werfish.deploy.webhooks import Insistence
from werfish.kube.errors import InvalidError, WebhookAwayError

AWAY = 'Internal error occurred: failed calling webhook "w.example.com": connection refused'


class Webhook:
    """Is away for the first *tries* of each of *names*; takes down what was done and waited."""

    def __init__(self, tries: int, names: str) -> None:
        self.left = dict.fromkeys(names, tries)
        self.tried: list[str] = []
        self.paused: list[float] = []
        self.said: list[str] = []

    def do(self, name: str) -> None:
        self.tried.append(name)
        if self.left.get(name, 0):
            self.left[name] -= 1
            raise WebhookAwayError(f"create {name}", AWAY, status=500)

    def insistence(self) -> Insistence:
        return Insistence(self.said.append, self.paused.append, (1, 2, 3))


def test_only_what_was_held_up_is_tried_again() -> None:
    webhook = Webhook(2, "ab")
    webhook.insistence().each(webhook.do, "abc")
    assert sorted(webhook.tried) == list("aaabbbc")
    assert webhook.paused == [1, 2]


def test_it_is_told_once() -> None:
    webhook = Webhook(2, "ab")
    webhook.insistence().each(webhook.do, "ab")
    assert len(webhook.said) == 1
    assert 'webhook "w.example.com"' in webhook.said[0]


def test_one_that_stays_away_is_an_error_in_the_end() -> None:
    webhook = Webhook(99, "a")
    with pytest.raises(WebhookAwayError, match="create a"):
        webhook.insistence().each(webhook.do, "ab")
    assert webhook.paused == [1, 2, 3]
    assert webhook.tried.count("b") == 1


def test_other_errors_leave_at_once() -> None:
    webhook = Webhook(0, "")

    def refuse(name: str) -> None:
        raise InvalidError(f"create {name}", "no", status=422)

    with pytest.raises(InvalidError):
        webhook.insistence().each(refuse, "a")
    assert webhook.paused == []
