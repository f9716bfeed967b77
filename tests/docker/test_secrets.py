"""Settings from files of secrets, as containers get them."""

import shutil
import subprocess

from bot import setting_sources
from tests.docker.dockerfile import PROJECT


def test_a_file_called_as_a_setting_is_read(tmp_path, monkeypatch):
    (tmp_path / "advisor_log_key").write_text("from-a-file\n")
    (tmp_path / "slack_bot_token").write_text("xoxb-file")
    (tmp_path / "slack_signing_secret").write_text("signing")
    (tmp_path / "of_another_program").write_text("x")
    monkeypatch.setenv("ADVISOR_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-environment")
    assert setting_sources.load().log_key.get_secret_value() == "from-a-file"
    slack = setting_sources.load_slack()
    assert slack.signing_secret.get_secret_value() == "signing"
    assert slack.bot_token.get_secret_value() == "xoxb-environment"


def test_secrets_are_made_once_and_fit_together(tmp_path):
    script = tmp_path / "make-secrets.sh"
    script.write_bytes((PROJECT / "docker" / "make-secrets.sh").read_bytes())

    def make() -> dict[str, bytes]:
        subprocess.run(["sh", script, "advisor.example.com"], check=True)
        return {file.name: file.read_bytes() for file in (tmp_path / "secrets").iterdir()}

    made = make()
    assert make() == made
    assert set(made) == {"postgres_password", "advisor_database_url", "advisor_log_key",
                         "tls_key", "tls_certificate"}
    assert b":" + made["postgres_password"] + b"@postgres:" in made["advisor_database_url"]
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


def test_without_openssl_no_empty_secret_is_made(tmp_path):
    """The log's key came out empty and stayed so: the replicas made one, beside the database."""
    script, bare = tmp_path / "make-secrets.sh", tmp_path / "bare"
    script.write_bytes((PROJECT / "docker" / "make-secrets.sh").read_bytes())
    bare.mkdir()
    for name in ("dirname", "mkdir", "chmod", "tr", "cat", "sh"):
        (bare / name).symlink_to(shutil.which(name))

    done = subprocess.run([shutil.which("sh"), script, "advisor.example.com"], check=False,
                          env={"PATH": str(bare)}, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (1, "Install openssl first: nothing was made.\n")
    assert not (tmp_path / "secrets").exists()


def test_a_secret_that_a_full_disk_left_empty_is_made_anew(tmp_path):
    script = tmp_path / "make-secrets.sh"
    script.write_bytes((PROJECT / "docker" / "make-secrets.sh").read_bytes())
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "advisor_log_key").touch()

    subprocess.run(["sh", script, "advisor.example.com"], check=True)

    assert len((tmp_path / "secrets" / "advisor_log_key").read_bytes()) == 44
