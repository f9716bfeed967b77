"""A small app on the other side of the pages: it answers with one of everything."""

from slack_bolt import App
from slack_sdk import WebClient

COUNTRIES = ["Kenya", "Uganda", "Ukraine", "United Kingdom", "Uruguay"]
FREE_ENTRY = "Describe it in more than one word."


def text(words):
    return {"type": "plain_text", "text": words}


def option(words, **more):
    return {"text": text(words), "value": words.lower(), **more}


def panel(count=0, chosen="nothing", countries="nowhere"):
    """Blocks that show what was pressed last."""
    return [
        {"type": "section", "block_id": "said", "text": {
            "type": "mrkdwn", "text": f"Pressed {count} times, chose {chosen}, for {countries}"}},
        {"type": "actions", "block_id": "acts", "elements": [
            {"type": "button", "action_id": "count", "text": text("Count"), "value": str(count)},
            {"type": "static_select", "action_id": "pick", "placeholder": text("Who?"),
             "options": [option("Police"), option("Army"), option("Ministry of Health")],
             "confirm": {"title": text("Sure?"), "text": text("It will be recorded."),
                         "confirm": text("Choose"), "deny": text("Not yet")}},
        ]},
        {"type": "actions", "block_id": "places", "elements": [
            {"type": "multi_external_select", "action_id": "countries", "min_query_length": 1,
             "placeholder": text("Countries")},
            {"type": "button", "action_id": "done", "text": text("Done"), "style": "primary"}]},
    ]


def form():
    return {"type": "modal", "callback_id": "deal", "title": text("Describe a deal"),
            "submit": text("Check"), "close": text("Cancel"), "blocks": [
                {"type": "input", "block_id": "what", "label": text("What is sold?"),
                 "element": {"type": "plain_text_input", "action_id": "v"}},
                {"type": "input", "block_id": "who", "label": text("Who will use it?"),
                 "element": {"type": "static_select", "action_id": "v",
                             "options": [option("Police"), option("Army")]}},
                {"type": "input", "block_id": "where", "label": text("Where?"), "optional": True,
                 "element": {"type": "external_select", "action_id": "v", "min_query_length": 0}},
                {"type": "actions", "block_id": "more", "elements": [
                    {"type": "button", "action_id": "deeper", "text": text("Go deeper")}]},
            ]}


def echo_app(token: str, signing_secret: str, api: str) -> App:
    """The app, which calls the Web API at *api*."""
    app = App(client=WebClient(token=token, base_url=api), signing_secret=signing_secret)

    @app.event("app_mention")
    def _(event, client):
        thread = event.get("thread_ts", event["ts"])
        client.chat_postMessage(channel=event["channel"], thread_ts=thread, text="A panel",
                                blocks=panel())

    @app.event("message")
    def _(event, client):
        if event.get("channel_type") != "im" or event.get("subtype") or event.get("bot_id"):
            return
        thread = event.get("thread_ts", event["ts"])
        if "stream" in event["text"]:
            stream = client.chat_stream(channel=event["channel"], thread_ts=thread, buffer_size=1)
            for word in ("one ", "two ", "three"):
                stream.append(markdown_text=word)
            stream.stop()
        elif "wait" in event["text"]:
            client.assistant_threads_setStatus(
                channel_id=event["channel"], thread_ts=thread, status="is reading the guidance …")
        else:
            client.chat_postMessage(channel=event["channel"], thread_ts=thread,
                                    text=f"You said: {event['text']}")

    @app.event("app_home_opened")
    def _(event, client):
        if event["tab"] == "home":
            client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [
                {"type": "header", "text": text("Your deals")},
                {"type": "actions", "block_id": "h", "elements": [
                    {"type": "button", "action_id": "start", "text": text("Start")}]}]})
        else:
            client.assistant_threads_setSuggestedPrompts(
                channel_id=event["channel"], prompts=[{"title": "Try me", "message": "Prompted"}])

    @app.action("count")
    def _(ack, body, action, client):
        ack()
        client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="A panel",
                           blocks=panel(int(action["value"]) + 1))

    @app.action("pick")
    def _(ack, body, action, client):
        ack()
        client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="A panel",
                           blocks=panel(chosen=action["selected_option"]["value"]))

    @app.action("countries")
    def _(ack):
        ack()

    @app.action("done")
    def _(ack, body, client):
        ack()
        chosen = body["state"]["values"]["places"]["countries"]["selected_options"]
        client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="A panel",
                           blocks=panel(countries=" and ".join(o["value"] for o in chosen)))

    @app.options("countries")
    @app.options("v")
    def _(ack, payload):
        found = [c for c in COUNTRIES if c.lower().startswith(payload["value"].lower())]
        ack(options=[option(c) for c in found])

    @app.shortcut("describe_deal")
    @app.action("start")
    def _(ack, body, client):
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=form())

    @app.shortcut("check_deal")
    def _(ack, body, client):
        ack()
        client.chat_postEphemeral(
            channel=body["channel"]["id"], user=body["user"]["id"],
            text=f"Checked: {body['message']['text']}")

    @app.action("deeper")
    def _(ack, body, client):
        ack()
        client.views_push(trigger_id=body["trigger_id"], view={
            "type": "modal", "title": text("Deeper"), "close": text("Back"),
            "blocks": [{"type": "section", "text": text("Further down")}]})

    @app.view("deal")
    def _(ack, body, view, client):
        what = view["state"]["values"]["what"]["v"]["value"]
        if " " not in what:
            ack(response_action="errors", errors={"what": FREE_ENTRY})
            return
        ack()
        who = view["state"]["values"]["who"]["v"]["selected_option"]["value"]
        where = view["state"]["values"]["where"]["v"]["selected_option"]
        client.chat_postMessage(channel=body["user"]["id"].replace("U", "D", 1),
                                text=f"{what} for {who} in {where and where['value']}")

    @app.command("/advisor")
    def _(ack, command, client):
        ack(f"You asked: {command['text']}")

    return app
