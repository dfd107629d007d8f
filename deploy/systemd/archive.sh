#!/bin/sh
# Keeps the archive in order, once a day: what came late or again of subjects that were to be forgotten goes, few files are
# made of many, then old days go. docs/archive.md and docs/forget.md say what each does. Only one at a time, and none while
# batch.sh runs: object stores have no locks.
#   RUNWAY_ARCHIVE         its folder, such as s3://runway-archive/live
#   RUNWAY_KEEP_DAYS       how many days are kept: more than the longest label horizon, the longest window and the next together
#   RUNWAY_SAVEPOINT_DAYS  how old the oldest savepoint is that a job may still be started from
#   RUNWAY_ENTITY_SECRET   file with the secret of runway.archive.entity-secret-file, where subjects are forgotten; else nobody is
#   RUNWAY_JAR, FLINK_HOME
set -eu
flink=${FLINK_HOME:-/opt/flink}
jar=${RUNWAY_JAR:-/opt/flink/usrlib/groundtruth-join.jar}
keep=${RUNWAY_KEEP_DAYS:-90}
savepoints=${RUNWAY_SAVEPOINT_DAYS:-8}
: "${RUNWAY_ARCHIVE:?says where the archive is}"
if [ "$keep" -le "$savepoints" ]; then
  echo "archive.sh: days are kept ($keep) for longer than savepoints ($savepoints)" >&2
  exit 2
fi
oldest=$(date -u -d "$savepoints days ago" +%Y-%m-%dT%H:%M:%SZ)
FLINK_CONF_DIR=${FLINK_CONF_DIR:-$flink/conf}
FLINK_PLUGINS_DIR=${FLINK_PLUGINS_DIR:-$flink/plugins}
export FLINK_CONF_DIR FLINK_PLUGINS_DIR

tool() {
  java "-Xmx${RUNWAY_HEAP:-384m}" -Duser.timezone=UTC -cp "$flink/lib/*:$jar" \
    dev.runway.groundtruth.archive.ArchiveMain "$@" --folder "$RUNWAY_ARCHIVE"
}
forgotten=0
if [ -n "${RUNWAY_ENTITY_SECRET:-}" ]; then
  # Before compact: a merged file is new, and would have to stay until no savepoint is older. A 1 says that something stays for
  # now, which a later night takes; anything else is told at the end, for old days are to go all the same.
  tool forget --secret-file "$RUNWAY_ENTITY_SECRET" --oldest-savepoint "$oldest" || forgotten=$?
fi
tool compact --oldest-savepoint "$oldest"
tool retain --days "$keep" --oldest-savepoint "$oldest"
if [ "$forgotten" -gt 1 ]; then
  exit "$forgotten"
fi
