#!/bin/sh
# Records anew what a metadata service of Metaflow answers that runs already and knows no flow. Has
# three runs of real flows told to it first; needs python3 with venv and a package index.
#
#   control-api/src/test/resources/recordings/metaflow/record.sh http://127.0.0.1:8080 [version]
set -eu
service=$1
version=${2:-2.19.39}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet "metaflow==$version"
export USER=tester METAFLOW_USER=tester METAFLOW_HOME="$work"
export METAFLOW_DEFAULT_METADATA=service METAFLOW_SERVICE_URL="$service"
export METAFLOW_DEFAULT_DATASTORE=local METAFLOW_DATASTORE_SYSROOT_LOCAL="$work"

cd "$work"
flow="$here/../../metaflow/train_ranker.py"
told() {
    "$work/venv/bin/python" "$@" > run.log 2>&1
}
told "$flow" run --tag runway.reads:dataset:s3://clicks --tag runway.writes:feature:rank
# Behind a "!" nothing ends a script, whatever "set -e" says.
fails() {
    if told "$@"; then
        echo "$1 was to fail, and came to its end" >&2
        exit 1
    fi
}
fails "$here/flows/broken_ranker.py" run --tag runway.reads:dataset:s3://broken
fails "$here/flows/never_ends.py" run

cd "$here/../../../../../.."
./mvnw -B -ntp -q -pl control-api -am -Dtest=MetaflowContractTest -Dsurefire.failIfNoSpecifiedTests=false \
    "-Drunway.record.metaflow=$service" test
