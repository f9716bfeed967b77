#!/bin/sh
# Makes what compose.scale.yaml takes for secrets: passwords, the key that signs the log's
# checkpoints, and a self-signed certificate for HOST, to be replaced by a real one.  What is there
# stays; a file that is empty is what a full disk has left.
#   docker/make-secrets.sh HOST
set -eu
host=${1:?Name the host that people reach the bot at, such as advisor.example.com}
# In a pipe it would be missed by nobody, and a password or a key come out empty.
command -v openssl >/dev/null || { echo "Install openssl first: nothing was made." >&2; exit 1; }
folder=$(dirname "$0")/secrets
# The folder keeps others on this machine out; the files are readable, since in the containers
# numbers read them that own nothing here.
mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"
umask 022
if [ ! -s postgres_password ]; then
  openssl rand -hex 24 | tr -d '\n' > postgres_password
fi
if [ ! -s advisor_database_url ]; then
  printf 'postgresql+psycopg://advisor:%s@postgres:5432/advisor' "$(cat postgres_password)" \
    > advisor_database_url
fi
if [ ! -s advisor_log_key ]; then
  openssl rand -base64 32 | tr -d '\n' > advisor_log_key
fi
if [ ! -s tls_key ]; then
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$host" \
    -addext "subjectAltName=DNS:$host" -keyout tls_key -out tls_certificate 2>/dev/null
fi
chmod 444 postgres_password advisor_database_url advisor_log_key tls_key tls_certificate
