"""Submitting a modal: what Slack's client checks itself, and what the app's answer does."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.workspace import interactions
from bot.workspace.showing import check_body, pushed, renewed
from bot.workspace.site import Refusal, Site
from bot.workspace.world import User, View

Json = dict[str, Any]

TROUBLE = "We had some trouble connecting. Try again?"
"""What Slack shows when the app's answer is missing or wrong."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"https?://\S+")


async def submit_view(site: Site, user: User, view: View, state: Mapping[str, Any]) -> Json:
    """Submit *view* with *state*.

    Returns:
        {"ok": True}, or what is wrong: {"ok": False, "error": …, "errors": {block_id: …}}.

    Raises:
        Impossible: Something was chosen that was not offered.
    """
    values = interactions.state_values(view.body["blocks"], state, view.values)
    view = replace(view, values=values, errors={})
    site.world.remember(view)
    errors = missing(view)
    if errors:
        return _wrong(site, view, errors)
    answer = await site.deliveries.ask("interactive", interactions.submitted(site, user, view))
    if not answer.ok:
        return {"ok": False, "error": TROUBLE}
    # The app may have updated the view in the meantime.
    view = site.world.find_view(view.id) or view
    try:
        return _obey(site, view, answer.body)
    except Refusal as refusal:
        site.log.add("refused", what="view_submission", error=refusal.code, **refusal.more)
        return {"ok": False, "error": TROUBLE}


def missing(view: View) -> dict[str, str]:
    """By block, what is wrong with what was typed, as far as Slack's client can tell."""
    errors = {}
    for block, element in interactions.elements(view.body["blocks"]):
        if block["type"] != "input":
            continue
        held = view.values.get(block["block_id"], {}).get(element["action_id"], {})
        value = next((v for k, v in held.items() if k != "type"), None)
        if value in (None, "", []):
            if not block.get("optional"):
                errors[block["block_id"]] = "Please complete this required field."
        elif isinstance(value, str):
            problem = _malformed(element, value)
            if problem is not None:
                errors[block["block_id"]] = problem
    return errors


def _malformed(element: Json, value: str) -> str | None:
    kind = element["type"]
    shortest, longest = element.get("min_length", 0), element.get("max_length", 3000)
    if kind == "plain_text_input" and len(value) < shortest:
        return f"Please use at least {shortest} characters."
    if kind == "plain_text_input" and len(value) > longest:
        return f"Please use at most {longest} characters."
    if kind == "email_text_input" and not _EMAIL.fullmatch(value):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not _URL.fullmatch(value):
        return "Please enter a valid URL."
    if kind == "number_input" and not re.fullmatch(
            r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+", value):
        return "Please enter a number."
    return None


def _obey(site: Site, view: View, body: Any) -> Json:
    stack = site.world.modals.get(view.user, [])
    action = body.get("response_action") if isinstance(body, dict) else None
    if action is None:
        if any(v.id == view.id for v in stack):
            site.world.put_modals(view.user, stack[:[v.id for v in stack].index(view.id)])
        return {"ok": True}
    if action == "clear":
        site.world.put_modals(view.user, [])
        return {"ok": True}
    if action == "errors":
        errors = body.get("errors")
        inputs = {b["block_id"] for b in view.body["blocks"] if b["type"] == "input"}
        if not isinstance(errors, dict) or not errors or not inputs.issuperset(errors):
            raise Refusal("invalid_errors", f"[ERROR] errors must name input blocks: {errors}")
        return _wrong(site, view, {str(k): str(v) for k, v in errors.items()})
    if action == "update":
        renewed(site, view, check_body(body.get("view")))
        return {"ok": True}
    if action == "push":
        pushed(site, view.user, check_body(body.get("view")))
        return {"ok": True}
    raise Refusal("invalid_response_action", f"[ERROR] unknown response_action: {action}")


def _wrong(site: Site, view: View, errors: dict[str, str]) -> Json:
    site.world.put_view(replace(view, errors=errors))
    return {"ok": False, "error": next(iter(errors.values())), "errors": errors}
