#!/bin/sh
# Records anew what Airflow answers: installs it into a temporary folder, starts it there, and runs
# AirflowContractTest against it. Takes some minutes, needs python3 with venv and a package index.
#
#   control-api/src/test/resources/recordings/airflow/record.sh [version]
set -eu
version=${1:-3.3.2}
port=18080
here=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$here/../../../../../.." && pwd)
work=$(mktemp -d)
airflow=
trap 'test -z "$airflow" || kill -- "$airflow"; wait; rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet "apache-airflow==$version"

export AIRFLOW_HOME="$work/home"
mkdir -p "$AIRFLOW_HOME"
passwords="$AIRFLOW_HOME/passwords.json"
echo '{"runway": "for-recordings", "viewer": "for-recordings"}' > "$passwords"
chmod 600 "$passwords"
export PATH="$work/venv/bin:$PATH"
export AIRFLOW__CORE__LOAD_EXAMPLES=False
export AIRFLOW__CORE__DAGS_FOLDER="$here/dags"
export AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS=runway:user,viewer:viewer
export AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE="$passwords"
export AIRFLOW__CORE__EXECUTION_API_SERVER_URL="http://127.0.0.1:$port/execution/"
export AIRFLOW__API__HOST=127.0.0.1
export AIRFLOW__API__PORT=$port
export AIRFLOW__API__BASE_URL="http://127.0.0.1:$port"
export AIRFLOW__API__WORKERS=1
export AIRFLOW__API_AUTH__JWT_EXPIRATION_TIME=20
export AIRFLOW__API_AUTH__JWT_LEEWAY=0
export PYTHONDONTWRITEBYTECODE=1
setsid airflow standalone > "$work/airflow.log" 2>&1 &
airflow=-$!

known() {
    airflow dags list --output plain 2> /dev/null | grep -c '^runway_'
}
tries=0
until curl -fs -o "$work/health" "http://127.0.0.1:$port/api/v2/monitor/health" && test "$(known)" = 4; do
    tries=$((tries + 1))
    test $tries -lt 60 || { tail -50 "$work/airflow.log" >&2; exit 1; }
    sleep 2
done

cd "$repository"
./mvnw -B -ntp -q -pl control-api -am -Dtest=AirflowContractTest -Dsurefire.failIfNoSpecifiedTests=false \
    "-Drunway.record.airflow=http://127.0.0.1:$port" test
echo "recorded from Airflow $version into $here"
