#!/bin/sh
# control-api or prepare, with what is to be said to it. Times are in UTC everywhere.
set -eu
what=$1
shift
case "$what" in
  control-api) main=dev.runway.control.ControlApi ;;
  prepare) main=dev.runway.deploy.Prepare ;;
  *)
    echo "start.sh: control-api or prepare, not '$what'" >&2
    exit 2
    ;;
esac
exec java -Duser.timezone=UTC -XX:MaxRAMPercentage=60 -XX:+ExitOnOutOfMemoryError -cp "/opt/runway/$what/*" "$main" "$@"
