#!/bin/sh
# Draws the passwords that compose.yaml reads, in ./secrets; those that are there stay. The folder is yours alone: the files in
# it can be read by every user, for the programs in the containers are other ones.
set -eu
cd "$(dirname "$0")"
mkdir -p secrets
chmod 700 secrets
for name in postgres runway_owner runway_writer runway_reader runway_api grafana_admin; do
  if [ ! -s "secrets/$name" ]; then
    od -An -N24 -tx1 /dev/urandom | tr -d ' \n' > "secrets/$name"
    chmod 444 "secrets/$name"
  fi
done
