#!/bin/sh
# Submits a job by its name, unless one of that name is on the cluster already: two copies would write everything twice, and
# count for each other's offsets. Times of waiting for a cluster are whoever's that calls it: it fails while none answers.
#   RUNWAY_FROM     --fromSavepoint PATH, for a new release
#   RUNWAY_FLINK    Flink's command; RUNWAY_JOBMANAGER  host:port of its REST, where its configuration does not say so
#   RUNWAY_JARS, RUNWAY_SETTINGS  folders of NAME.jar and NAME.properties, the latter as all machines of the cluster see them
set -eu
job=$1
flink=${RUNWAY_FLINK:-/opt/flink/bin/flink}
jar=${RUNWAY_JARS:-/opt/runway/jobs}/$job.jar
settings=${RUNWAY_SETTINGS:-/etc/runway}/$job.properties
at=${RUNWAY_JOBMANAGER:+--jobmanager $RUNWAY_JOBMANAGER}

namespace=$(sed -n 's/^[[:space:]]*runway\.namespace[[:space:]]*[=:][[:space:]]*\([^[:space:]]*\).*$/\1/p' "$settings" | tail -n 1)
name=$job-${namespace:-runway}

# Both those that run, are being restarted or wait, and not those that have ended.
# shellcheck disable=SC2086  # one word or two
jobs=$("$flink" list $at)
if printf '%s\n' "$jobs" | grep -qF " : $name ("; then
  if [ -n "${RUNWAY_FROM:-}" ]; then
    echo "submit.sh: $name runs; stop it with a savepoint before it starts from one" >&2
    exit 1
  fi
  echo "$name is there already"
  exit 0
fi
# shellcheck disable=SC2086
exec "$flink" run $at --detached ${RUNWAY_FROM:-} "$jar" --config "$settings"
