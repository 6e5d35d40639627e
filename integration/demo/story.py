"""What the demonstration does, in order; every promise on the way is checked."""

from dataclasses import dataclass
from pathlib import Path

from integration.demo import images, page, project
from integration.demo.errors import DemoError
from integration.demo.terminal import Terminal
from werfish.kube.connection import Connection

TAG = "reddit"
REPOSITORY = "demo"
SETTINGS = frozenset({"gitLatestPatch", "dockerInstructions"})
"""What one changed file may cost: its layer, and the image's settings on top of it."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the story plays: *name* is the project's, *registry* the kit's address."""

    terminal: Terminal
    cluster: Connection
    name: str
    registry: str

    @property
    def namespace(self) -> str:
        """The namespace that the project has in the environment "staging"."""
        return f"{self.name}-staging"

    @property
    def publishing(self) -> tuple[str, ...]:
        """The options that building and deploying share, as a user types them."""
        images_repo = f"{self.registry}/{REPOSITORY}"
        return (
            *("--stages-storage", ":local", "--tag-custom", TAG),
            *("--images-repo", images_repo),
        )


def tell(stage: Stage) -> None:
    """Tell the whole story."""
    terminal = stage.terminal
    with terminal.step("A project in git, made from the example .helm-examples/web"):
        commit = begin(stage)
    with terminal.step("Build the image and publish it"):
        build(stage)
    deploy_and_look(stage, "Deploy it, and wait until it is applied", project.FIRST_MESSAGE, commit)
    with terminal.step("A second commit changes one file"):
        commit = change(stage)
    with terminal.step("Build and publish again: only what must be"):
        rebuild(stage)
    deploy_and_look(stage, "Deploy the second commit", project.SECOND_MESSAGE, commit)
    with terminal.step("Dismiss it, with its namespace"):
        dismiss(stage)


def begin(stage: Stage) -> str:
    """Make the project and its first commit; return the commit."""
    terminal = stage.terminal
    project.copy_example(terminal.folder, stage.name)
    terminal.say(f'(as project "{stage.name}", so that nothing of yours is touched)')
    terminal.run("git", "init", "--quiet", "--initial-branch", "main")
    terminal.run("git", "add", ".")
    terminal.run("git", "commit", "--quiet", "--message", "Begin the service")
    return terminal.run("git", "rev-parse", "HEAD").strip()


def build(stage: Stage) -> None:
    """Build and publish."""
    stage.terminal.run("werfish", "build-and-publish", *stage.publishing)


def deploy_and_look(stage: Stage, title: str, message: str, commit: str) -> None:
    """Deploy, then fetch the page: it must have *message* and *commit*."""
    terminal = stage.terminal
    with terminal.step(title):
        terminal.run("werfish", "deploy", *stage.publishing, "--env", "staging")
    with terminal.step("The page of the running pod"):
        path = f"/api/v1/namespaces/{stage.namespace}/services/{stage.name}:http/proxy/"
        terminal.say(f"GET {path}")
        for line in page.fetch(stage.cluster, path, (f"<h1>{message}</h1>", commit)).splitlines():
            terminal.say(f"  {line}")


def change(stage: Stage) -> str:
    """Change the message and commit it; return the commit."""
    terminal = stage.terminal
    terminal.say(f"{project.MESSAGE}: {project.FIRST_MESSAGE} -> {project.SECOND_MESSAGE}")
    project.change_message(terminal.folder)
    terminal.run("git", "commit", "--quiet", "--all", "--message", "Say hello again")
    return terminal.run("git", "rev-parse", "HEAD").strip()


def rebuild(stage: Stage) -> None:
    """Build and publish again; nothing but the patch and the settings may be new."""
    before = images.stages_of(stage.name)
    build(stage)
    after = images.stages_of(stage.name)
    new = {name for id, name in after.items() if id not in before}
    if "gitLatestPatch" not in new or not new <= SETTINGS:
        raise DemoError(f"one changed file rebuilt the stages {sorted(new)}, not only the patch")
    stage.terminal.say(f"new stages: {', '.join(sorted(new))}; no instruction ran again")


def dismiss(stage: Stage) -> None:
    """Dismiss the release with its namespace; neither may be there afterwards."""
    stage.terminal.say("(Kubernetes itself waits 5 s before it empties a namespace)")
    stage.terminal.run("werfish", "dismiss", "--env", "staging", "--with-namespace")
    if page.has_namespace(stage.cluster, stage.namespace):
        raise DemoError(f'namespace "{stage.namespace}" is still there')
    stage.terminal.say(f'namespace "{stage.namespace}" is gone, and all that was in it')


def project_folder(scratch: Path) -> Path:
    """Return where in *scratch* the project lies."""
    return scratch / "web"
