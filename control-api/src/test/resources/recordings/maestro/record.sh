#!/bin/sh
# Records anew what a Maestro answers that runs already and knows none of these workflows.
#
#   control-api/src/test/resources/recordings/maestro/record.sh http://127.0.0.1:8080
set -eu
maestro=$1
here=$(cd "$(dirname "$0")" && pwd)
for workflow in "$here"/workflows/*.json; do
    curl -fsS -o /dev/null -H 'user: runway' -H 'Content-Type: application/json' \
        -d "@$workflow" "$maestro/api/v3/workflows"
done
cd "$here/../../../../../.."
./mvnw -B -ntp -q -pl control-api -am -Dtest=MaestroContractTest -Dsurefire.failIfNoSpecifiedTests=false \
    "-Drunway.record.maestro=$maestro" test
