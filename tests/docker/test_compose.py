"""The compose files: their schema, and whether what they name is there; no engine runs them."""

import ipaddress
import re
import subprocess
import sys
import warnings
from importlib.util import find_spec

import pytest
import uvicorn
import yaml

from bot.healthy import main as healthy
from bot.settings import Settings, SlackSettings
from bot.web.app import Site, build_web
from retrieval.ingesting.limits import LIMITS
from tests.docker.dockerfile import PROJECT, stages
from tests.workspace.running import serving

FOLDER = PROJECT / "docker"
NAMES = ("compose.yaml", "compose.scale.yaml")
FILES = {name: yaml.safe_load((FOLDER / name).read_text("utf-8")) for name in NAMES}
SCALE = FILES["compose.scale.yaml"]
SERVICES = [(name, service) for name in NAMES for service in FILES[name]["services"]]


def of(file: str, service: str) -> dict:
    return FILES[file]["services"][service]


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_of_compose_takes_it(name):
    if find_spec("check_jsonschema") is None:
        warnings.warn("check-jsonschema is not installed", stacklevel=1)
        pytest.skip("check-jsonschema is not installed")
    told = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec",
         FOLDER / name], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


@pytest.mark.parametrize(("file", "service"), SERVICES)
def test_every_container_is_locked_down(file, service):
    it = of(file, service)
    assert it["read_only"] is True
    assert it["cap_drop"] == ["ALL"]
    assert it["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in it
    assert it["mem_limit"]
    assert it["image"].startswith("advisor:") or it["user"] in {"999:999", "101:101"}
    assert not it["image"].endswith(":latest")


@pytest.mark.parametrize(("file", "service"), SERVICES)
def test_what_is_mounted_and_named_is_there(file, service):
    it, whole = of(file, service), FILES[file]
    for volume in it.get("volumes", []):
        source = volume.split(":")[0]
        assert (FOLDER / source).exists() if source.startswith(".") else source in whole["volumes"]
    assert set(it.get("secrets", [])) <= set(whole.get("secrets", {}))
    assert set(it.get("networks", [])) <= set(whole.get("networks", {}))
    assert set(it.get("depends_on", {})) <= set(whole["services"])
    if "build" in it:
        assert (FOLDER / it["build"]["context"] / it["build"]["dockerfile"]).exists()


@pytest.mark.parametrize(("file", "service"), SERVICES)
def test_every_setting_is_one(file, service):
    known = {f"ADVISOR_{name.upper()}" for name in Settings.model_fields} | {
        f"SLACK_{name.upper()}" for name in SlackSettings.model_fields}
    named = {name for name in of(file, service).get("environment", {})
             if name.startswith(("ADVISOR_", "SLACK_"))}
    assert named <= known
    image = {name for name in stages()["advisor"].env if name.startswith("ADVISOR_")}
    assert image <= known


def test_secrets_of_the_bot_are_settings():
    secrets = SCALE["services"]["advisor-1"]["secrets"]
    assert {name.removeprefix("advisor_") for name in secrets} <= set(Settings.model_fields)


def test_the_health_check_of_compose_is_the_images():
    image = stages()["advisor"].command("HEALTHCHECK")
    assert of("compose.yaml", "advisor")["healthcheck"]["test"] == ["CMD", *image]
    assert of("compose.scale.yaml", "advisor-1")["healthcheck"]["test"] == ["CMD", *image]


def test_replicas_have_time_to_stop_and_start_on_a_database_that_fits():
    from bot.serving.service import LOOK_STOP_SECONDS, STOP_SECONDS

    for name in ("advisor-1", "advisor-2", "advisor-3"):
        it = SCALE["services"][name]
        assert int(it["stop_grace_period"].rstrip("s")) > STOP_SECONDS + LOOK_STOP_SECONDS + 2
        assert it["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert SCALE["services"]["migrate"]["command"] == ["db", "upgrade"]


def test_the_balancer_finds_the_replicas_where_they_are():
    hosts = dict(one.split(":") for one in SCALE["services"]["balancer"]["extra_hosts"])
    where = {name: SCALE["services"][name]["networks"]["inside"]["ipv4_address"] for name in hosts}
    assert hosts == where
    conf = (FOLDER / "nginx.conf").read_text("utf-8")
    assert set(re.findall(r"server (\S+):8080", conf)) == set(hosts)
    subnet = ipaddress.ip_network(SCALE["networks"]["inside"]["ipam"]["config"][0]["subnet"])
    balancer = SCALE["services"]["balancer"]["networks"]["inside"]["ipv4_address"]
    assert {ipaddress.ip_address(one) for one in [*hosts.values(), balancer]} <= set(subnet)
    assert SCALE["services"]["advisor-1"]["environment"]["FORWARDED_ALLOW_IPS"] == balancer


def test_the_balancer_reads_what_the_application_reads():
    from bot.web.bodies import MOST_BYTES

    conf = (FOLDER / "nginx.conf").read_text("utf-8")
    limits = [int(one) << 20 for one in re.findall(r"client_max_body_size (\d+)m;", conf)]
    upload = Settings.model_fields["document_megabytes"].default
    assert limits[0] >= MOST_BYTES
    assert limits[1] > upload * 1_000_000 * 1.1


def test_the_balancer_gives_a_silent_connection_up_before_the_application_does():
    conf = (FOLDER / "nginx.conf").read_text("utf-8")
    gives_up = int(re.findall(r"upstream advisor \{[^}]*keepalive_timeout (\d+)s;", conf)[0])
    assert gives_up < uvicorn.Config(None).timeout_keep_alive


def test_the_balancer_waits_for_a_document_as_long_as_reading_it_may_take():
    conf = (FOLDER / "nginx.conf").read_text("utf-8")
    waits = int(re.findall(r"location /console/ \{[^}]*proxy_read_timeout (\d+)s;", conf)[0])
    assert waits > (Settings.model_fields["fetch_seconds"].default + LIMITS.wall_seconds)


def test_what_is_not_ready_is_told_with_what_it_lacks(capsys):
    """The loop of an upgrade waits by it, and whoever looks on has to see what for."""
    site = Site(slack=None, install=None, advisor=lambda: None, api_token=None,
                faults=lambda: {"loading": "guidance, model and index are being loaded"})
    with serving(build_web(site)) as url:
        assert healthy([f"{url}healthz"]) == 0
        assert healthy([f"{url}readyz"]) == 1
    assert "are being loaded" in capsys.readouterr().err


def test_what_does_not_answer_is_unhealthy(capsys):
    assert healthy(["http://127.0.0.1:9/healthz"]) == 1
    assert capsys.readouterr().err.startswith(
        "http://127.0.0.1:9/healthz does not answer: [Errno 111]")
