"""What a serving process is reached by: Slack's door and sockets, the console, the site.

All of it is there before anything is loaded; what needs guidance asks for what answers each time.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.connecting.slack import OneWorkspace, manifest, secret_of
from bot.console.entry.access import HOME
from bot.serving.console import ServedConsole
from bot.serving.dawdling import HeadInTime
from bot.serving.draining import Server, closing
from bot.serving.intake import Intake, now
from bot.serving.later import Later
from bot.slack.app import build_slack
from bot.slack.clients import client
from bot.slack.door import Door
from bot.slack.socket import Sockets
from bot.telemetry.health import Health
from bot.web.app import Site, build_web

if TYPE_CHECKING:
    from slack_bolt import App

    from bot.serving.loaded import Loaded

ANSWER_SECONDS = 10
"""How long requests that were begun may go on being answered, once no more are taken in."""

Answers = Callable[[], "Loaded | None"]
"""What answers in this process; None until it is loaded."""


def slack_of(intake: Intake, answers: Answers) -> "App":
    """What takes in all that Slack sends, over HTTP or by its sockets."""
    return build_slack(
        _door(intake, answers), signing_secret=secret_of(intake.slack.signing_secret),
        client=client(None, intake.slack.api_url, []))


def _door(intake: Intake, answers: Answers) -> Door:
    def wake() -> None:
        if (loaded := answers()) is not None:
            loaded.desk.wake()

    return Door(
        store=intake.parts.database,
        deliveries=intake.deliveries,
        clients=intake.clients,
        say=intake.say,
        surfaces=lambda: loaded.surfaces if (loaded := answers()) else None,
        wake=wake,
        prompts=manifest()["features"]["agent_view"]["suggested_prompts"],
        removed=((lambda *_: None) if isinstance(intake.tokens, OneWorkspace)
                 else intake.tokens.removed),
        now=now,
        metrics=intake.watching.metrics,
        tracing=intake.watching.tracing,
    )


def sockets_of(intake: Intake, app: "App") -> Sockets | None:
    """The connections of Socket Mode, by which *app* hears; None where Slack comes by HTTP."""
    slack = intake.slack
    if slack.app_token is None or intake.local:
        return None
    token = secret_of(slack.app_token) or ""
    return Sockets(app, client(token, slack.api_url, []), token,
                   metrics=intake.watching.metrics)


def pages_of(intake: Intake, answers: Answers) -> Later | None:
    """The console's pages, made later; None where nobody has said where it is reached."""
    address = intake.public_address
    if address is None:
        return None
    console = ServedConsole(
        intake.parts, intake.slack, intake.clients, workspace=intake.workspace,
        reviewing=intake.parts.reviewing, telling=intake.telling, tell=intake.tell,
        loaded=answers)
    return Later(HOME, lambda: console.routes(address))


def web_of(
    intake: Intake,
    answers: Answers,
    health: Health,
    app: "App",
    console: Later | None,
    lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]],
) -> Starlette:
    """All that is served over HTTP.

    Args:
        intake: What takes messages in.
        answers: What answers, once it is loaded.
        health: How the process is.
        app: What takes in what Slack sends.
        console: The console's pages, if there are any.
        lifespan: What begins and ends with the server.
    """
    settings = intake.parts.settings
    later = () if console is None else (console,)
    local = () if intake.workspace is None else (Mount("/", intake.workspace),)
    return build_web(Site(
        slack=app if intake.slack.signing_secret is not None else None,
        install=(None if isinstance(intake.tokens, OneWorkspace) else intake.tokens.flow),
        advisor=lambda: loaded.advisor if (loaded := answers()) else None,
        second_look=lambda: intake.parts.second_look if answers() else None,
        faults=health.faults,
        warnings=health.warnings,
        lifeless=health.lifeless,
        metrics=intake.watching.metrics,
        scraped=intake.watching.scraped,
        metrics_token=secret_of(settings.metrics_token),
        api_token=secret_of(settings.api_token),
        api_workspace=settings.api_workspace,
        more=(*later, *local),
        lifespan=lifespan,
    ))


def server_of(intake: Intake, web: Starlette, stop: Callable[[], None]) -> Server:
    """What serves *web*; *stop* is called as soon as the process is told to end."""
    server: Server = Server(uvicorn.Config(
        closing(web, lambda: server.draining),
        # Its own handlers would write past ours, which show no words.
        log_config=None, log_level="warning", access_log=False,
        # An open page of the local workspace holds its stream of changes for as long as it may.
        timeout_graceful_shutdown=2 if intake.local else ANSWER_SECONDS,
        # The local workspace sends Slack's own date, from which clocks are compared.
        date_header=not intake.local, ws="websockets-sansio", http=HeadInTime),
        intake.parts.settings.drain_seconds, stop)
    return server
