"""The DAGs that the recordings are made with."""

import time

from airflow.sdk import DAG, Param, task


def declare(dag_id, step, paused=False, params=None):
    with DAG(dag_id, schedule=None, is_paused_upon_creation=paused, params=params) as dag:
        task(step)()
    return dag


def trains():
    time.sleep(10)


def fails():
    raise RuntimeError("no data")


train = declare("runway_train", trains)
paused = declare("runway_paused", trains, paused=True)
broken = declare("runway_fails", fails)
strict = declare("runway_strict", trains, params={"learning_rate": Param(type="number")})
