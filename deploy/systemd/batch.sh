#!/bin/sh
# Counts past days again from the archive, with the labels that came too late for the stream: docs/archive.md. Each day is
# counted in RUNWAY_BATCH_DAYS nights, so labels that come within these count; the same archive gives the same rows.
#   RUNWAY_FINAL_AFTER  days from which on a day is final: the longest label horizon and two more
#   RUNWAY_BATCH_DAYS   how many days each run counts
#   RUNWAY_TARGET       local runs it in this process, with as many slots as RUNWAY_PARALLELISM; else on the cluster of Flink's
#                       configuration, or of RUNWAY_JOBMANAGER (host:port of its REST)
#   RUNWAY_FLINK, RUNWAY_JAR, RUNWAY_SETTINGS
set -eu
flink=${RUNWAY_FLINK:-/opt/flink/bin/flink}
jar=${RUNWAY_JAR:-/opt/flink/usrlib/groundtruth-join.jar}
settings=${RUNWAY_SETTINGS:-/etc/runway/settings}/groundtruth-join.properties
after=${RUNWAY_FINAL_AFTER:-9}
days=${RUNWAY_BATCH_DAYS:-7}
until=$(date -u -d "$after days ago" +%Y-%m-%d)
day=$(date -u -d "$((after + days - 1)) days ago" +%Y-%m-%d)

to=${RUNWAY_TARGET:+--target $RUNWAY_TARGET}
parallelism=${RUNWAY_PARALLELISM:-2}
if [ "${RUNWAY_TARGET:-}" = local ]; then
  # The image's own configuration has one slot, and the run would wait for a second one until it is ended.
  to="$to -Dtaskmanager.numberOfTaskSlots=$parallelism"
fi
at=${RUNWAY_JOBMANAGER:+--jobmanager $RUNWAY_JOBMANAGER}
# The program that submits asks the archive what it is complete of, so it needs UTC and the memory too.
JVM_ARGS="${JVM_ARGS:-} -Duser.timezone=UTC"
export JVM_ARGS
echo "counts $day to $until"
# Not detached: it fails where the run fails, and ends with it.
# shellcheck disable=SC2086
exec "$flink" run $to $at --parallelism "$parallelism" "$jar" --config "$settings" \
  --mode batch --day "$day" --until "$until"
