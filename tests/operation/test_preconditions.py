"""What doctor and server insist on: each is told by both, and each says what to do."""

import os
import re
import resource
import shutil
from collections import namedtuple
from pathlib import Path

import certifi
import pytest

from bot.connecting import preconditions
from bot.errors import BadSetting
from bot.setting_sources import load, load_slack
from bot.settings import Settings, SlackSettings
from bot.telemetry import sending, tracing


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path_factory, monkeypatch):
    """Nothing of the machine that the tests run on counts."""
    for name in [*os.environ]:
        if name.startswith("ADVISOR_") or name.lower() in {
                "http_proxy", "https_proxy", "ssl_cert_file"}:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**12, 0, 10**12))


SLACK = {"bot_token": "xoxb-1", "app_token": "xapp-1"}
SEVERAL = {"signing_secret": "s", "client_id": "1", "client_secret": "2"}


def settings(folder: Path, **given) -> Settings:
    return Settings(data_dir=folder, _env_file=None, **given)


def slack(**given) -> SlackSettings:
    return SlackSettings(_env_file=None, **given)


def faults(folder: Path, to: SlackSettings, **given) -> dict[str, str]:
    """What does not hold."""
    found = preconditions.conditions(settings(folder, **given), to)
    return {one.name: one.fault for one in found if one.fault is not None}


def test_an_installation_as_it_comes_has_no_fault(tmp_path):
    assert faults(tmp_path, slack()) == {}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("to", "given", "name", "beginning"), [
    ({}, {"production": True}, "serving", "ADVISOR_PRODUCTION is set, so "),
    ({}, {"host": "192.0.2.1"}, "serving", "The local workspace listens on this machine only."),
    (SLACK, {"log_key": "short"}, "key of the log", "ADVISOR_LOG_KEY is not 32 bytes in Base64."),
    (SLACK, {"log_key": "é"}, "key of the log", "ADVISOR_LOG_KEY is not 32 bytes in Base64."),
    (SLACK, {"log_keys_before": "x"}, "key of the log", "ADVISOR_LOG_KEYS_BEFORE holds no "),
    (SEVERAL, {"token_key": "short"}, "key of tokens", "ADVISOR_TOKEN_KEY is set, but is no "),
    (SEVERAL, {}, "key of tokens", "ADVISOR_TOKEN_KEY is missing: "),
    (SLACK, {"base_url": "http://elsewhere.example"}, "address", "ADVISOR_BASE_URL can't be used"),
    (SLACK, {"embeddings": "/no/such"}, "model folder", "Embedding model '/no/such' is neither a "),
    (SLACK, {"model_dir": "/no/such"}, "model folder", "ADVISOR_MODEL_DIR names /no/such, which "),
    (SLACK, {"model_dir": "/usr"}, "model folder", "ADVISOR_MODEL_DIR names /usr, which holds no "),
    (SLACK, {"prompts_dir": "/no/such"}, "sentences folder", "ADVISOR_PROMPTS_DIR names /no/such"),
])
def test_what_keeps_a_server_from_starting_is_told_and_insisted_on(
        tmp_path, to, given, name, beginning):
    found = faults(tmp_path, slack(**to), **given)
    assert list(found) == [name]
    assert found[name].startswith(beginning)
    with pytest.raises(BadSetting) as refused:
        preconditions.insist(settings(tmp_path, **given), slack(**to), [].append)
    assert str(refused.value) == found[name]


@pytest.mark.parametrize(("given", "beginning"), [
    ({"reviewers": "U024BE7LH, Kim Adler"},
     "ADVISOR_REVIEWERS holds 'Kim Adler', which is no id of a person: such an id is like "
     "U024BE7LH."),
    ({"admins": "@kim"}, "ADVISOR_ADMINS holds '@kim', which is no id of a person"),
    ({"compliance_channel": "#compliance"}, "ADVISOR_COMPLIANCE_CHANNEL holds '#compliance', which "
     "is no id of a channel: such an id is like C024BE91L."),
    ({"reviewer_group": "leads"}, "ADVISOR_REVIEWER_GROUP holds 'leads', which is no id of a "),
])
def test_a_name_in_the_place_of_an_id_of_slack_is_told_and_keeps_nobody_from_starting(
        tmp_path, given, beginning):
    found = faults(tmp_path, slack(), **given)
    assert list(found) == ["ids of Slack"]
    assert found["ids of Slack"].startswith(beginning)
    warned = []
    preconditions.insist(settings(tmp_path, **given), slack(), warned.append)
    assert warned == [found["ids of Slack"]]


def test_a_grace_within_which_a_call_may_not_have_ended_is_told(tmp_path):
    """The README says that it has to be longer, and nobody was told who had set it shorter."""
    warned = []
    preconditions.insist(settings(tmp_path, post_grace_seconds=10), slack(), warned.append)

    assert warned == [
        "ADVISOR_POST_GRACE_SECONDS is 10, and one call to Slack may take 10 seconds: what Slack "
        "is still taking could be posted again. Set it to more, or leave it out."]
    assert faults(tmp_path, slack(), post_grace_seconds=10.5) == {}


def test_ids_of_slack_are_taken(tmp_path):
    assert faults(tmp_path, slack(), reviewers="U024BE7LH,W012A3CDE", admins="U0KIM00001",
                  compliance_channel="C0COMPLI01", reviewer_group="S0614TZR7") == {}


@pytest.mark.parametrize(("name", "given", "told"), [
    ("ADVISOR_BASE_URL", "advisor.example.com", "Write it like https://advisor.example.com"),
    ("ADVISOR_CHAT_MODEL", "gpt 4", "Write it like openai:gpt-4o-mini or ollama:llama3.1"),
    ("ADVISOR_LOG_LEVEL", "loud", "Write it like DEBUG, INFO, WARNING or ERROR"),
    ("ADVISOR_CHAT_PRICES", "1", "Write it like 0.15/0.60"),
    ("ADVISOR_FETCH_PROXY", "proxy:1", "Write it like http://proxy.example.com:3128"),
])
def test_of_a_setting_that_is_written_wrongly_it_is_said_how_to_write_it(
        monkeypatch, name, given, told):
    monkeypatch.setenv(name, given)
    with pytest.raises(BadSetting) as refused:
        load()
    assert str(refused.value) == f"Some settings can't be used.\n{name}: {told} (given: {given!r})"


@pytest.mark.parametrize(("name", "given", "told"), [
    ("CHROMA_URL", "chroma:8000", "Write it like http://chroma:8000, or leave it empty to keep the "
     "index in the data folder"),
    ("CHROMA_URL", "ftp://chroma", "Write it like http://chroma:8000, or leave it empty to keep "
     "the index in the data folder"),
    ("CHROMA_URL", "http://chroma:port", "Write it like http://chroma:8000, or leave it empty to "
     "keep the index in the data folder"),
    ("BASE_URL", "https://a.example:99999", "It is no address: its host or its port can't be read"),
    ("FETCH_PROXY", "http://:3128", "It is no address: its host or its port can't be read"),
    ("CONTACT", "Kim\nor Ada", "It is read within a sentence, so write it in one line"),
    ("CONTACT", "x" * 201, "String should have at most 200 characters"),
    ("CONTACT", " ", "String should have at least 1 character"),
    ("CHAT_USES", "", "String should have at least 1 character"),
    ("METRICS", "perhaps", "Write true or false"),
    ("PORT", '"8080"', "It stands in quotes, which count as a part of it here; take them out"),
    ("DATA_DIR", "'/var/lib'", "It stands in quotes, which count as a part of it here; take them "
     "out"),
])
def test_a_setting_that_would_be_noticed_late_is_refused_at_once(monkeypatch, name, given, told):
    monkeypatch.setenv(f"ADVISOR_{name}", given)
    with pytest.raises(BadSetting) as refused:
        load()
    assert str(refused.value).startswith(
        f"Some settings can't be used.\nADVISOR_{name}: {told} (given: ")


def test_neither_a_token_nor_a_password_is_told_again(monkeypatch):
    monkeypatch.setenv("ADVISOR_LOG_KEY", '"hush"')
    monkeypatch.setenv("ADVISOR_CHROMA_URL", "ftp://kim:hush@chroma")
    with pytest.raises(BadSetting) as refused:
        load()
    assert "hush" not in str(refused.value)
    assert "ADVISOR_LOG_KEY: It stands in quotes" in str(refused.value)


@pytest.mark.parametrize(("name", "token", "told"), [
    ("SLACK_BOT_TOKEN", "xoxb-1-hush\n# of the app in Oslo", "is a line break"),
    ("SLACK_APP_TOKEN", "xapp-1\u2026hush", "is U+2026 (horizontal ellipsis)"),
    ("SLACK_SIGNING_SECRET", "hu\u200bsh", "is U+200B (zero width space)"),
    ("ADVISOR_CHAT_API_KEY", "sk-hush\x07", "is U+0007"),
    ("ADVISOR_API_TOKEN", "h\u00fcsh", "is U+00FC (latin small letter u with diaeresis)"),
])
def test_a_sign_that_no_token_has_is_told_and_not_taken_for_a_fault_of_slack_or_of_ours(
        monkeypatch, name, token, told):
    """A second line in a file of secrets ended the start "by a fault of the program", where
    nothing that was given had to be wrong; with an ellipsis somebody was sent to status.slack.com,
    and the server asked again every two seconds."""
    monkeypatch.setenv(name, token)
    with pytest.raises(BadSetting) as refused:
        load_slack() if name.startswith("SLACK") else load()
    assert f"{name}: Its sign " in str(refused.value) and told in str(refused.value)
    assert "(given: a secret)" in str(refused.value)
    assert not re.search("xoxb|hush", str(refused.value))


def test_what_nobody_sees_around_a_token_is_no_part_of_it(monkeypatch):
    """Windows begins a file with a mark, and copying brings along what has no width."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "\ufeffxoxb-1\u200b\r\n")
    monkeypatch.setenv("SLACK_APP_TOKEN", " \u2060xapp-1 ")
    slack = load_slack()
    assert slack.bot_token.get_secret_value() == "xoxb-1"
    assert slack.app_token.get_secret_value() == "xapp-1"


@pytest.mark.parametrize(("name", "given"), [
    ("CHROMA_URL", "ftp://kim:hu/sh@chroma"), ("BASE_URL", "https://kim:a hush@advisor.example/x"),
    ("FETCH_PROXY", "kim:hush@proxy.example:3128"), ("FETCH_FROM", "mirror, http://kim:hu/sh@mirror"),
    ("CHAT_BASE_URL", "http://kim:hush?hush@models.example/v1")])
def test_a_password_is_not_told_again_whatever_is_in_it(monkeypatch, name, given):
    monkeypatch.setenv(f"ADVISOR_{name}", given)
    if name == "CHAT_BASE_URL":
        monkeypatch.setenv("ADVISOR_CHAT_MODEL", "openai:small")
    with pytest.raises(BadSetting) as refused:
        load()
    told = str(refused.value)
    assert f"ADVISOR_{name}: " in told and "…@" in told
    assert not re.search("hu.?sh|kim", told)


@pytest.mark.parametrize(("name", "given", "told"), [
    ("DATABASE_URL", "'postgresql+psycopg://db/advisor?user=kim&password=hush&more'",
     "'postgresql+psycopg://db/advisor?user=…"),
    ("CHROMA_URL", "ftp://chroma?token=hush", "ftp://chroma?token=…")])
def test_a_password_behind_an_address_is_not_told_again(monkeypatch, name, given, told):
    """libpq takes it there as well as before the host."""
    monkeypatch.setenv(f"ADVISOR_{name}", given)
    with pytest.raises(BadSetting) as refused:
        load()
    assert str(refused.value).endswith(f"(given: {told!r})")


def test_blanks_around_a_setting_count_for_nothing_and_an_empty_one_is_unset(monkeypatch):
    for name, given in (("DATA_DIR", " /srv/advisor "), ("PRODUCTION", "true "), ("PORT", ""),
                        ("CORPUS_DIR", ""), ("MODEL_DIR", " "), ("LOG_KEY", ""), ("METRICS", ""),
                        ("LOG_LEVEL", "INFO\r"), ("CHROMA_URL", ""), ("DATABASE_URL", " "),
                        ("HOST", ""), ("BASE_URL", " ")):
        monkeypatch.setenv(f"ADVISOR_{name}", given)
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "")
    monkeypatch.setenv("SLACK_API_URL", " ")
    found, usual = load(), Settings.model_fields
    assert (found.data_dir, found.production, found.log_level) == (
        Path("/srv/advisor"), True, "INFO")
    for name in ("port", "corpus_dir", "model_dir", "log_key", "metrics", "chroma_url",
                 "database_url", "base_url"):
        assert getattr(found, name) == usual[name].default
    assert load_slack().signing_secret is None
    assert load_slack().api_url == "https://slack.com/api/"
    # An address of nothing would listen to everybody who reaches the machine.
    assert found.host == "127.0.0.1"


def test_an_empty_level_of_the_log_is_unset(monkeypatch):
    monkeypatch.setenv("ADVISOR_LOG_LEVEL", " ")
    assert load().log_level == "WARNING"


def test_a_folder_of_secrets_that_is_none_is_told(monkeypatch):
    monkeypatch.setenv("ADVISOR_SECRETS_DIR", "/no/such")
    with pytest.raises(BadSetting, match=r"^ADVISOR_SECRETS_DIR names /no/such, which is no "):
        load()


def test_a_name_of_slack_that_is_nearly_one_of_ours_is_told(tmp_path, monkeypatch):
    for name in ("SLACK_BOT_TOKN", "SLACK_WEBHOOK_ADDRESS", "ADVISOR_CONTCAT", "ADVISOR_FOO_BAR"):
        monkeypatch.setenv(name, "x")
    assert faults(tmp_path, slack())["names of settings"] == (
        "Nobody reads ADVISOR_CONTCAT (did you mean ADVISOR_CONTACT?), ADVISOR_FOO_BAR, "
        "SLACK_BOT_TOKN (did you mean SLACK_BOT_TOKEN?). Correct the name, or take it out; "
        "README.md lists all settings.")


@pytest.mark.parametrize(("name", "given", "fits"), [
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317", True),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector", False),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:port", False),
    ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http:// collector", False),
    ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", True),
    ("OTEL_EXPORTER_OTLP_PROTOCOL", "http", False),
])
def test_where_numbers_and_traces_go_is_looked_at_before_they_are_sent(
        tmp_path, monkeypatch, name, given, fits):
    monkeypatch.setenv(name, given)
    told = faults(tmp_path, slack()).get("telemetry")
    assert (told is None) is fits
    assert fits or (name in told and repr(given) in told)
    warned = []
    preconditions.insist(settings(tmp_path), slack(), warned.append)
    assert warned == ([] if fits else [told])


@pytest.mark.parametrize(("name", "given", "fits"), [
    ("OTEL_EXPORTER_OTLP_TIMEOUT", "10", True),
    ("OTEL_EXPORTER_OTLP_TIMEOUT", "10s", False),
    ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "", False),
    ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip", True),
    ("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", "none", False),
    ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "many", False),
    ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "", True),
])
def test_a_figure_that_opentelemetry_cannot_read_is_named(
        tmp_path, monkeypatch, name, given, fits):
    """The server ended "by a fault of the program; nothing that you gave has to be wrong"."""
    monkeypatch.setenv(name, given)
    assert "telemetry" not in faults(tmp_path, slack())  # nothing is sent

    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    told = faults(tmp_path, slack()).get("telemetry")
    assert (told is None) is fits
    assert fits or str(told).startswith(f"{name} is {given!r}; write ")
    for exporter_of in (tracing.exporter_of, sending.exporter_of):
        if fits:
            exporter_of(os.environ).shutdown()
        else:
            with pytest.raises(BadSetting, match=name):
                exporter_of(os.environ)


@pytest.mark.parametrize(("name", "given", "told"), [
    ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "is 'http/json'; write grpc or http/protobuf"),
    ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/json", "is 'http/json'; write grpc or http/"),
    ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", "opentelemetry-exporter-otlp-proto-http "),
    ("OTEL_EXPORTER_OTLP_TIMEOUT", "10s", "is '10s'; write a number of seconds"),
])
def test_what_cannot_be_sent_keeps_a_server_from_starting(
        tmp_path, monkeypatch, name, given, told):
    """It listened, said where it is, and ended seconds later."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv(name, given)
    with pytest.raises(BadSetting, match=re.escape(told)) as refused:
        preconditions.insist(settings(tmp_path), slack(), [].append)
    assert name in str(refused.value)


@pytest.mark.parametrize("name", [
    "OTEL_EXPORTER_OTLP_CERTIFICATE", "OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY", "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"])
@pytest.mark.parametrize(("held", "lacks"), [
    (None, "is not there, so numbers and traces may not arrive"),
    ("", "holds nothing in PEM that can be read")])
def test_a_certificate_to_send_by_is_looked_at_before_the_server_listens(
        tmp_path, monkeypatch, name, held, lacks):
    """A line of the log told it, once the server had said where it listens."""
    file = tmp_path / "ours.pem"
    if held is not None:
        file.write_text(held)
    monkeypatch.setenv(name, str(file))
    assert "telemetry" not in faults(tmp_path, slack())  # nothing is sent

    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector:4317")
    warned = []
    preconditions.insist(settings(tmp_path), slack(), warned.append)
    assert warned == [faults(tmp_path, slack())["telemetry"]]
    assert warned[0].startswith(f"{name} names {file}, which {lacks}")


def test_a_certificate_that_can_not_be_opened_keeps_a_server_from_starting(tmp_path, monkeypatch):
    """What sends would end the process over it, seconds after the start."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector:4317")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_CERTIFICATE", str(tmp_path))
    with pytest.raises(BadSetting, match=r"_CERTIFICATE names .*can't be read: Is a directory"):
        preconditions.insist(settings(tmp_path), slack(), [].append)


def test_of_certificates_that_are_some_nothing_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector:4317")
    for name in ("CERTIFICATE", "CLIENT_CERTIFICATE"):
        monkeypatch.setenv(f"OTEL_EXPORTER_OTLP_{name}", certifi.where())
    assert "telemetry" not in faults(tmp_path, slack())


def test_numbers_that_are_not_counted_need_no_protocol(tmp_path, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")
    preconditions.insist(settings(tmp_path, metrics=False), slack(), [].append)
    with pytest.raises(BadSetting, match="http/json"):
        preconditions.insist(settings(tmp_path), slack(), [].append)


@pytest.mark.parametrize(("given", "told"), [
    ({"bot_token": "xapp-1-A", "app_token": "xoxb-1-B"}, [
        "SLACK_BOT_TOKEN holds an app-level token", "SLACK_APP_TOKEN holds a bot token"]),
    ({"bot_token": "xoxp-1-A", "app_token": "xapp-1-B"}, [
        "SLACK_BOT_TOKEN holds a person's token"]),
    ({"bot_token": "xoxb-1-A", "signing_secret": "xapp-1-B"}, [
        "SLACK_SIGNING_SECRET holds an app-level token"]),
    ({"bot_token": "xoxe.xoxb-1-A", "app_token": "xapp-1-B"}, []),
    ({"bot_token": "of-a-proxy", "signing_secret": "5f2d0c"}, []),
])
def test_tokens_in_each_others_place_are_told_by_how_they_begin(tmp_path, given, told):
    """Slack refused them as wrong, after the server had said that it connects."""
    lines = faults(tmp_path, slack(**given)).get("tokens", "").splitlines()
    assert [line.partition(":")[0] for line in lines] == told
    assert not any("-1-" in line for line in lines)  # of the token itself nothing


def test_a_password_before_a_receiver_of_telemetry_is_not_told(tmp_path, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:geheim@otel.example:4317")
    told = faults(tmp_path, slack())["telemetry"]
    assert told.startswith("OTEL_EXPORTER_OTLP_ENDPOINT is '…@otel.example:4317', which is no ")


def test_every_setting_with_a_pattern_has_an_example_that_fits_it():
    for kind in (Settings, SlackSettings):
        for name, field in kind.model_fields.items():
            for one in field.metadata:
                pattern = getattr(one, "pattern", None)
                if pattern is not None:
                    assert field.examples, name
                    assert all(re.search(pattern, it) for it in field.examples), name


def test_a_key_that_nobody_needs_and_is_none_keeps_nobody_from_starting(tmp_path):
    said = []
    preconditions.insist(settings(tmp_path, token_key="short"), slack(**SLACK), said.append)
    assert [one.partition(":")[0] for one in said] == [
        "ADVISOR_TOKEN_KEY is set, but is no Fernet key"]


def test_a_damaged_key_in_the_data_folder_is_named(tmp_path):
    (tmp_path / "log.key").write_bytes(b"\xe9\xe9")
    assert faults(tmp_path, slack())["key of the log"].startswith(
        f"{tmp_path / 'log.key'} is not 32 bytes in Base64.")


@pytest.mark.parametrize("given", ["http://[::1", "http://proxy:port", "socks5://proxy:1", "http://"])
def test_a_proxy_that_is_no_address_is_named(tmp_path, monkeypatch, given):
    monkeypatch.setenv("HTTPS_PROXY", given)
    assert faults(tmp_path, slack(**SLACK)) == {"network": (
        "HTTPS_PROXY is no address of a proxy; write http://host:port, or leave it out.")}


@pytest.mark.parametrize("given", ["http://proxy.example:3128", "proxy.example:3128"])
def test_a_proxy_that_is_an_address_is_taken(tmp_path, monkeypatch, given):
    monkeypatch.setenv("HTTPS_PROXY", given)
    assert faults(tmp_path, slack(**SLACK)) == {}


def test_a_file_of_certificates_that_holds_none_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    assert faults(tmp_path, slack(**SLACK))["network"].startswith(
        f"SSL_CERT_FILE names {tmp_path / 'none.pem'}, which holds no certificates")
    (tmp_path / "none.pem").write_text("hello")
    assert "network" in faults(tmp_path, slack(**SLACK))


def test_a_misspelt_setting_is_told_with_the_nearest_and_keeps_nobody_from_starting(
        tmp_path, monkeypatch):
    monkeypatch.setenv("ADVISOR_CHAT_MODLE", "x:y")
    monkeypatch.setenv("ADVISOR_ZEBRA", "1")
    (tmp_path / ".env").write_text("export ADVISOR_REVIEWRS=U1\n#ADVISOR_NOTHING=\nOTHER=1\n")
    monkeypatch.chdir(tmp_path)
    said = []
    preconditions.insist(settings(tmp_path), slack(), said.append)
    assert said == [
        "Nobody reads ADVISOR_CHAT_MODLE (did you mean ADVISOR_CHAT_MODEL?), ADVISOR_REVIEWRS "
        "(did you mean ADVISOR_REVIEWERS?), ADVISOR_ZEBRA. Correct the name, or take it out; "
        "README.md lists all settings."]


def test_a_variable_of_others_in_env_is_told_since_they_never_look_there(tmp_path, monkeypatch):
    """A key of OpenAI's beside ADVISOR_CHAT_MODEL, or a proxy, was passed over without a word."""
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "traceidratio")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)
    Path(".env").write_text(
        "OPENAI_API_KEY=hush\nhttps_proxy=http://p:1\nOTEL_TRACES_SAMPLER=traceidratio\n"
        "FORWARDED_ALLOW_IPS=10.0.0.1\nADVISOR_CHAT_API_KEY=k\nCOMPOSE_PROJECT_NAME=x\n")
    said = []
    preconditions.insist(settings(tmp_path), slack(), said.append)
    assert said == [
        f"{Path('.env').absolute()} names FORWARDED_ALLOW_IPS, OPENAI_API_KEY, https_proxy. What "
        "reads such a variable looks into the environment alone, so there it counts for nothing: "
        "set it in the environment of the process."]
    assert preconditions.not_taken() == tuple(said)


def test_a_misspelt_secret_is_told_too(tmp_path, monkeypatch):
    (tmp_path / "advisor_log_kee").write_text("x")
    monkeypatch.setenv("ADVISOR_SECRETS_DIR", str(tmp_path))
    assert "ADVISOR_LOG_KEE (did you mean ADVISOR_LOG_KEY?)" in faults(
        tmp_path, slack())["names of settings"]


@pytest.mark.parametrize(("lines", "which"), [
    ('ADVISOR_PORT 8081\nADVISOR_CONTACT=Ada\n= hush\n',
     "lines 1 and 3 are no settings as they have to be written, and count"),
    ('# Ours.\n\nADVISOR_CONTACT="Ada\nADVISOR_PORT=8081\n',
     "line 3 is no setting as it has to be written, and counts"),
])
def test_a_line_of_env_that_is_no_setting_is_told_with_its_place(
        tmp_path, caplog, lines, which):
    """Its parser said that a statement could not be parsed, and neither where nor what to do."""
    Path(".env").write_text(lines, "utf-8")
    load()
    assert caplog.messages == []
    assert faults(tmp_path, slack()) == {"lines of .env": (
        f"{Path('.env').absolute()}: {which} for nothing. Write NAME=value, and close a quote on "
        "the line that it begins on.")}


def test_an_env_file_as_people_write_it_is_read(tmp_path):
    Path(".env").write_text(
        'export ADVISOR_PORT=8081\n# Ours.\n\nADVISOR_CONTACT="Ada\'s desk"\nADVISOR_HOST\n',
        "utf-8")
    assert faults(tmp_path, slack()) == {}
    assert (load().port, load().contact) == (8081, "Ada's desk")


@pytest.mark.parametrize("where", ["folder", "file/erasures.jsonl", "file/deeper/erasures.jsonl"])
def test_a_list_of_erasures_that_can_t_be_written_is_told_before_an_erasure_needs_it(
        tmp_path, where):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("", "utf-8")
    file = tmp_path / where
    told: list[str] = []
    preconditions.insist(settings(tmp_path, erasure_list=file), slack(), told.append)
    assert told == [
        f"ADVISOR_ERASURE_LIST can't be used: {file} can't be written as a file. Until it can, "
        "nothing is erased, neither by hand nor by retention."]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["file", "folder"]


def test_a_list_of_erasures_that_is_made_with_its_folder_is_taken(tmp_path):
    file = tmp_path / "new" / "deeper" / "erasures.jsonl"
    assert faults(tmp_path, slack(), erasure_list=file) == {}
    assert list(tmp_path.iterdir()) == []
    file.parent.mkdir(parents=True)
    file.write_text("{}\n", "utf-8")
    assert faults(tmp_path, slack(), erasure_list=file) == {}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_list_of_erasures_in_a_folder_that_may_not_be_written_is_told(tmp_path):
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o500)
    assert list(faults(tmp_path, slack(), erasure_list=shut / "erasures.jsonl")) == [
        "list of erasures"]


def test_a_data_folder_that_cannot_be_looked_at_hides_no_other_fault(tmp_path):
    """The doctor ended there, and told of nothing else."""
    place = tmp_path / ("x" * 300)
    told = "can't be looked at: File name too long. Let the account that runs this use it, or name "
    assert faults(place, slack(), production=True) == {
        "serving": "ADVISOR_PRODUCTION is set, so the local workspace does not start. Set the "
                   "SLACK_ variables; docs/slack-setup.md tells which.",
        "key of the log": f"{place / 'log.key'} {told}another place.",
        "disk": f"{place} {told}another place."}


def test_a_disk_that_is_nearly_full_is_told(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**12, 10**12, 499_999_999))
    assert faults(tmp_path, slack())["disk"].startswith(
        f"The disk of the data folder {tmp_path} has 499 MB left.")


@pytest.mark.parametrize(("most", "told"), [
    (64, True), (255, True), (256, False), (resource.RLIM_INFINITY, False)])
def test_too_few_files_at_once_are_told_before_anybody_is_turned_away(
    most, told, tmp_path, monkeypatch
):
    """With 64 whoever connected beside some 20 others was turned away, and no line said why."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (most, most))
    found = faults(tmp_path, slack())
    assert ("open files" in found) is told
    if told:
        assert f"may have {most} files" in found["open files"]
