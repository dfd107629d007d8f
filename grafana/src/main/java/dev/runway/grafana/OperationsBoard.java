package dev.runway.grafana;

/** Whether the jobs and the control API do their work. */
final class OperationsBoard {
  private OperationsBoard() {}

  static Board make() {
    return new Board(
            "runway-operations",
            "Runway: operations",
            "Lag, checkpoints, restarts and freshness of the jobs, and the control API; most of it from Prometheus.",
            "now-6h")
        .page()
        .source("prometheus", "Prometheus", "prometheus", "Runway metrics", "runway-prometheus")
        .teams()
        .add(jobs(), restarts(), failed(), fresh())
        .row("Freshness")
        .add(judged(), lag(), pending())
        .row("Checkpoints")
        .add(durations(), ages(), sizes())
        .row("Work")
        .add(events(), busy(), tables())
        .row("Control API")
        .add(answers(), errors(), outbox(), consumers())
        .row("Master view")
        .add(master())
        .row("Roll-ups")
        .add(rollUps());
  }

  private static Panel jobs() {
    return Panel.stat(
            1,
            6,
            "Jobs that run",
            "Jobs of the cluster, each by how long it has run since it was last restarted.")
        .promql("max by (job_name) (flink_jobmanager_job_runningTime) / 1000", "{{job_name}}")
        .unit("s")
        .thresholds("red", 60, "orange", 600, "green");
  }

  private static Panel restarts() {
    return Panel.stat(
            2,
            6,
            "Restarts in the last hour",
            "How often each job was restarted; an alert from three on.")
        .promql(
            "max by (job_name) (increase(flink_jobmanager_job_numRestarts[1h]))", "{{job_name}}")
        .unit("short")
        .decimals(0)
        .thresholds("green", 1, "orange", 3, "red");
  }

  private static Panel failed() {
    return Panel.stat(
            3,
            6,
            "Checkpoints that failed in the last hour",
            "One may fail when a process dies; several in a row are a fault.")
        .promql(
            "max by (job_name) (increase(flink_jobmanager_job_numberOfFailedCheckpoints[1h]))",
            "{{job_name}}")
        .unit("short")
        .decimals(0)
        .thresholds("green", 1, "orange", 3, "red");
  }

  private static Panel fresh() {
    return Panel.stat(
            4,
            6,
            "Longest without a judgement",
            "Time since the model of tiers 1 to 3 was judged that was judged the longest ago, from the tables; an alert from 2 hours on.")
        .rows(
            "SELECT max(seconds_since_judged) AS seconds FROM @v_fleet WHERE current AND tier < 4 AND "
                + Views.JUDGED
                + " AND "
                + Views.CHOSEN)
        .unit("s")
        .thresholds("green", 3600, "orange", 7200, "red");
  }

  private static Panel judged() {
    return Panel.table(
            5,
            8,
            "How fresh judgements are, by tier",
            "Time since models with predictions were judged, from the tables: the median, and the longest.")
        .rows(
            """
            SELECT tier AS "Tier", count(*) AS "Models", count(*) FILTER (WHERE overdue) AS "Too late",
              percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_since_judged) AS "Median",
              max(seconds_since_judged) AS "Longest"
            FROM @v_fleet
            WHERE current AND %s AND %s
            GROUP BY tier
            ORDER BY tier
            """
                .formatted(Views.JUDGED, Views.CHOSEN))
        .unit("Median", "s")
        .unit("Longest", "s")
        .thresholds("Too late", "green", 1, "red");
  }

  private static Panel lag() {
    return Panel.lines(
            6, 8, "Behind the topics", "Records that the sources of each job have not read yet.")
        .promql(
            "sum by (job_name, task_name) (flink_taskmanager_job_task_operator_pendingRecords)",
            "{{job_name}}: {{task_name}}")
        .unit("short")
        .thresholds("green", 100_000, "orange", 1_000_000, "red");
  }

  private static Panel pending() {
    return Panel.lines(
            7,
            8,
            "Behind in event time",
            "Time between now and the watermark that reaches the operators of each job; large while history is replayed.")
        .promql(
            "max by (job_name) (time() - (flink_taskmanager_job_task_currentInputWatermark > 0) / 1000)",
            "{{job_name}}")
        .unit("s")
        .thresholds("green", 900, "orange", 7200, "red");
  }

  private static Panel durations() {
    return Panel.lines(8, 8, "How long checkpoints take", "The last one of each job.")
        .promql(
            "max by (job_name) (flink_jobmanager_job_lastCheckpointDuration) / 1000",
            "{{job_name}}")
        .unit("s")
        .thresholds("green", 30, "orange", 120, "red");
  }

  private static Panel ages() {
    return Panel.lines(
            9, 8, "Checkpoints that completed, per minute", "None for ten minutes is an alert.")
        .promql(
            "max by (job_name) (rate(flink_jobmanager_job_numberOfCompletedCheckpoints[10m])) * 60",
            "{{job_name}}")
        .unit("short")
        .decimals(1)
        .thresholds("red", 0.1, "green");
  }

  private static Panel sizes() {
    return Panel.lines(
            10, 8, "Size of the state", "Bytes of the last whole checkpoint of each job.")
        .promql("max by (job_name) (flink_jobmanager_job_lastCheckpointFullSize)", "{{job_name}}")
        .unit("bytes");
  }

  private static Panel events() {
    return Panel.lines(11, 8, "Records read", "Records a second that the sources of each job read.")
        .promql(
            "sum by (job_name) (rate(flink_taskmanager_job_task_operator_KafkaSourceReader_KafkaConsumer_records_consumed_total[1m]))",
            "{{job_name}}")
        .unit("short");
  }

  private static Panel busy() {
    return Panel.lines(
            12,
            8,
            "Busy and held up",
            "Of each second, how long the busiest task of a job works, and how long it is held up by what is behind it.")
        .promql(
            "max by (job_name) (flink_taskmanager_job_task_busyTimeMsPerSecond) / 1000",
            "{{job_name}} busy")
        .promql(
            "max by (job_name) (flink_taskmanager_job_task_backPressuredTimeMsPerSecond) / 1000",
            "{{job_name}} held up")
        .unit("percentunit")
        .range(0, 1)
        .thresholds("green", 0.8, "orange", 0.95, "red");
  }

  private static Panel tables() {
    return Panel.lines(
            13,
            8,
            "Rows of the tables",
            "Rows a second that were written, refused, and tried again.")
        .promql("sum(rate(flink_taskmanager_job_task_operator_written[1m]))", "written")
        .promql("sum(rate(flink_taskmanager_job_task_operator_refused[1m]))", "refused")
        .promql("sum(rate(flink_taskmanager_job_task_operator_retried[1m]))", "tried again")
        .unit("short");
  }

  private static Panel answers() {
    return Panel.lines(
            14,
            8,
            "Time of answers, p99",
            "By operation. Impact is to stay below half a second; an alert from one second on.")
        .promql(
            "histogram_quantile(0.99, sum by (operation, le) (rate(runway_control_request_seconds_bucket[5m])))",
            "{{operation}}")
        .unit("s")
        .thresholds("green", 0.5, "orange", 1, "red")
        .thresholdLines();
  }

  private static Panel errors() {
    return Panel.lines(
            15,
            8,
            "Answers that are the API's fault",
            "Share of requests that were answered with 5xx; an alert from one in a thousand on.")
        .promql(
            "(sum(rate(runway_control_requests_total{status=\"5xx\"}[5m])) or vector(0)) / sum(rate(runway_control_requests_total[5m]))",
            "5xx")
        .unit("percentunit")
        .thresholds("green", 0.001, "red")
        .thresholdLines();
  }

  private static Panel outbox() {
    return Panel.lines(
            16,
            8,
            "Messages that wait",
            "Age of the oldest message that has not reached Kafka yet.")
        .promql("max(runway_control_outbox_oldest_seconds)", "oldest")
        .unit("s")
        .thresholds("green", 60, "red");
  }

  private static Panel consumers() {
    return Panel.lines(
            17,
            24,
            "Behind the topics: control API",
            "Records that its consumer groups have not read yet.")
        .promql("max by (group) (runway_control_consumer_lag)", "{{group}}")
        .unit("short")
        .thresholds("green", 1000, "orange", 10_000, "red");
  }

  private static Panel master() {
    return Panel.table(
            18,
            24,
            "Batch runs over the archive",
            "The newest first; an alert when none has run or looked for three days. Differences are values in which stream and archive are not of one mind: labels that came too late.")
        .rows(
            """
            SELECT started_at AS "Started", first_day::text AS "First day", last_day::text AS "Last day",
              extract(epoch FROM took)::double precision AS "Took", windows AS "Windows",
              not_covered AS "Not covered", too_long AS "Too long", differences AS "Differences",
              looked_at AS "Nothing due at"
            FROM @v_master_runs
            ORDER BY started_at DESC
            LIMIT 30
            """)
        .unit("Took", "s");
  }

  private static Panel rollUps() {
    return Panel.table(
            19,
            24,
            "What is to be rolled up",
            "Days of models, hours and commands that have changed since they were rolled up. Views tell them from the windows meanwhile. An alert when something has waited for 12 hours.")
        .rows(
            """
            SELECT roll_up AS "Table", waiting AS "Wait", seconds AS "For"
            FROM @v_roll_ups
            ORDER BY roll_up
            """)
        .unit("For", "s");
  }
}
