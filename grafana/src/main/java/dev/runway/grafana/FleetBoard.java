package dev.runway.grafana;

/** All models: their states, alarms, and how much of what was promised is used up. */
final class FleetBoard {
  private static final String CURRENT = "current AND " + Views.CHOSEN;

  /** Hours of the span, that in which it begins too. */
  private static final String HOURS =
      "hour_at >= date_trunc('hour', $__timeFrom()::timestamptz)"
          + " AND hour_at <= $__timeTo()::timestamptz";

  private FleetBoard() {}

  static Board make() {
    return new Board(
            "runway-fleet",
            "Runway: fleet",
            "How all models are: states, alarms, and how much of the error budgets is used up.",
            "now-24h")
        .page()
        .teams()
        .marks("model_id IN (SELECT model_id FROM @v_fleet WHERE " + CURRENT + ")")
        .add(states(), inTime(), oldest(), alerts())
        .add(worst())
        .add(history())
        .row("Promises")
        .add(burn(), budgets())
        .row("Alerts")
        .add(openAlerts(), alertsOverTime(), rightAlerts());
  }

  private static Panel states() {
    return Panel.stat(
            1,
            12,
            "Models by state",
            "Models, each by its version that is deployed as primary, else by the one that was judged last. Of one that is"
                + " warming nothing is measured yet, or not any more.")
        .rows(
            """
            SELECT count(*) FILTER (WHERE state = 'HEALTHY') AS "Healthy",
              count(*) FILTER (WHERE state = 'WARMING') AS "Warming",
              count(*) FILTER (WHERE state = 'AT_RISK') AS "At risk",
              count(*) FILTER (WHERE state = 'STALE') AS "Stale",
              count(*) FILTER (WHERE state = 'RETRAINING') AS "Retraining",
              count(*) FILTER (WHERE state = 'SUSPENDED') AS "Suspended",
              count(*) FILTER (WHERE state = 'NO_DATA') AS "No data"
            FROM @v_fleet
            WHERE %s
            """
                .formatted(CURRENT))
        .unit("short")
        .decimals(0)
        .thresholds("Warming", "green", 1, "super-light-blue")
        .thresholds("At risk", "green", 1, "yellow")
        .thresholds("Stale", "green", 1, "red")
        .thresholds("Retraining", "green", 1, "blue")
        .thresholds("Suspended", "green", 1, "purple")
        .thresholds("No data", "green", 1, "orange");
  }

  private static Panel inTime() {
    return Panel.stat(
            2,
            4,
            "Judged in time",
            "Share of models that were judged as lately as their tier has to be (30 minutes, 1, 4, 24 hours); those without"
                + " predictions, deprecated and retired ones do not count.")
        .rows("SELECT avg((NOT overdue)::int) AS in_time FROM @v_fleet WHERE %s".formatted(CURRENT))
        .unit("percentunit")
        .decimals(1)
        .range(0, 1)
        .thresholds("red", 0.95, "orange", 0.99, "green");
  }

  private static Panel oldest() {
    return Panel.stat(
            3,
            4,
            "Longest without a judgement",
            "Time since the model of tiers 1 to 3 was judged that was judged the longest ago, those without predictions not"
                + " counted; an alert from 2 hours on.")
        .rows(
            "SELECT max(seconds_since_judged) AS seconds FROM @v_fleet WHERE %s AND tier < 4 AND %s"
                .formatted(CURRENT, Views.JUDGED))
        .unit("s")
        .thresholds("green", 3600, "orange", 7200, "red");
  }

  private static Panel alerts() {
    return Panel.stat(4, 4, "Open alerts", "Alerts that are open: those of tier 1 are critical.")
        .rows(
            """
            SELECT count(*) FILTER (WHERE severity = 'CRITICAL') AS "Critical",
              count(*) FILTER (WHERE severity <> 'CRITICAL') AS "Others"
            FROM @v_alerts
            WHERE resolved_at IS NULL AND %s
            """
                .formatted(Views.CHOSEN))
        .unit("short")
        .decimals(0)
        .thresholds("Critical", "green", 1, "red")
        .thresholds("Others", "green", 1, "orange");
  }

  private static Panel worst() {
    return Panel.table(
            5,
            24,
            "Models, the worst first",
            "One row for each model as it is now; from which score on it is stale its tier or its policy says. Without"
                + " predictions nothing is judged. A click on a model leads to its own dashboard.")
        .rows(
            """
            SELECT model_id AS "Model", model_version AS "Version", coalesce(team, 'none') AS "Team",
              tier AS "Tier", state_code AS "State", suspension AS "Why suspended", since_at AS "Since",
              score AS "Score", stale_from AS "Stale from", coverage AS "Signals there",
              (SELECT string_agg(f, ', ') FROM jsonb_array_elements_text(features) AS f) AS "Features at fault",
              CASE WHEN %s THEN seconds_since_judged END AS "Judged ago", open_alerts AS "Alerts", muted AS "Muted"
            FROM @v_fleet
            WHERE %s
            ORDER BY state = 'STALE' DESC, open_alerts DESC, score DESC NULLS LAST, model_id
            LIMIT 1000
            """
                .formatted(Views.JUDGED, CURRENT))
        .states("State")
        .unit("Judged ago", "s")
        .thresholds("Judged ago", "green", 3600, "orange", 7200, "red")
        .unit("Score", "percentunit")
        .unit("Stale from", "percentunit")
        .unit("Signals there", "percentunit")
        .toModel("Model");
  }

  private static Panel history() {
    return Panel.timeline(
            6,
            24,
            "States over time",
            "When models changed their state; the 40 that are worst now.")
        .series(
            """
            WITH shown AS (
              SELECT model_id, model_version
              FROM @v_fleet
              WHERE %s
              ORDER BY state IN ('AT_RISK', 'STALE', 'RETRAINING', 'SUSPENDED', 'NO_DATA') DESC,
                score DESC NULLS LAST, model_id
              LIMIT 40)
            SELECT $__timeFrom()::timestamptz AS time, s.model_id AS metric, %s AS state
            FROM shown AS s
            CROSS JOIN LATERAL (
              SELECT b.state
              FROM @v_staleness AS b
              WHERE b.model_id = s.model_id AND b.model_version = s.model_version
                AND b.judged_at <= $__timeFrom()::timestamptz
              ORDER BY b.judged_at DESC
              LIMIT 1) AS p
            UNION ALL
            SELECT c.changed_at, c.model_id, c.state_code
            FROM @v_state_changes AS c
            JOIN shown AS s ON s.model_id = c.model_id AND s.model_version = c.model_version
            WHERE $__timeFilter(c.changed_at)
            ORDER BY 1
            """
                .formatted(CURRENT, Views.code("p.state")));
  }

  private static Panel burn() {
    return Panel.lines(
            7,
            16,
            "Burn of the evaluation budget, by tier",
            "How fast the time is used up that versions may go without a judgement in time: at 1 all of a month's"
                + " is used in a month, at 14.4 a fiftieth of it in an hour. Objectives: 99.9 % of the time for tier 1,"
                + " 99.5 % for 2 and 3, 95 % for 4. Time without predictions is not counted.")
        .series(
            """
            SELECT $__timeGroup(hour_at, $__interval) AS time, 'tier ' || tier AS metric,
              sum(late_seconds) / nullif(sum(gap_seconds), 0) / (1 - max(objective)) AS burn
            FROM @v_evaluation_hours
            WHERE %s AND %s
            GROUP BY 1, tier
            ORDER BY 1
            """
                .formatted(HOURS, Views.CHOSEN))
        .unit("short")
        .decimals(1)
        .interval("1h")
        .thresholds("green", 1, "orange", 14.4, "red")
        .thresholdLines();
  }

  private static Panel budgets() {
    return Panel.gauge(
            8,
            8,
            "Evaluation budget used in this span",
            "Time without a judgement in time, as a share of what the tier's objective allows in as long a span.")
        .rows(
            """
            SELECT 'tier ' || tier AS tier,
              sum(late_seconds) / nullif(sum(gap_seconds), 0) / (1 - max(objective)) AS used
            FROM @v_evaluation_hours
            WHERE %s AND %s
            GROUP BY 1
            ORDER BY 1
            """
                .formatted(HOURS, Views.CHOSEN))
        .unit("percentunit")
        .range(0, 1)
        .rows(9)
        .thresholds("green", 0.5, "orange", 1, "red");
  }

  private static Panel openAlerts() {
    return Panel.table(
            9,
            14,
            "Open alerts",
            "What is wrong now, since when, and who has not been told of it yet.")
        .rows(
            """
            SELECT severity AS "Severity", rule AS "Rule", model_id AS "Model", model_version AS "Version",
              summary AS "What", opened_at AS "Since", muted AS "Muted", array_to_string(untold, ', ') AS "Not told yet"
            FROM @v_alerts
            WHERE resolved_at IS NULL AND %s
            ORDER BY array_position(ARRAY['CRITICAL', 'ERROR', 'WARNING', 'INFO'], severity), opened_at
            LIMIT 500
            """
                .formatted(Views.CHOSEN))
        .colours(
            "Severity",
            """
            {"CRITICAL": {"color": "dark-red"}, "ERROR": {"color": "red"}, "WARNING": {"color": "orange"},
             "INFO": {"color": "blue"}}
            """)
        .toModel("Model");
  }

  private static Panel alertsOverTime() {
    return Panel.bars(10, 10, "Alerts opened", "Alerts by when they were opened, by rule.")
        .series(
            """
            SELECT $__timeGroup(opened_at, $__interval) AS time, rule AS metric, count(*) AS alerts
            FROM @v_alerts
            WHERE $__timeFilter(opened_at) AND %s
            GROUP BY 1, 2
            ORDER BY 1
            """
                .formatted(Views.CHOSEN))
        .unit("short")
        .decimals(0)
        .interval("1h");
  }

  private static Panel rightAlerts() {
    return Panel.table(
            11,
            24,
            "How often alerts were right",
            "Of the alerts that were opened in the last 30 days and that somebody has judged, those that were right, with"
                + " the 95 % interval: of few cases it is wide. Those that nobody judged say nothing.")
        .rows(
            """
            SELECT coalesce(model_id, 'the fleet') AS "Model", rule AS "Rule", alerts AS "Alerts", judged AS "Judged",
              unjudged AS "Not judged", precision AS "Right", precision_low AS "From", precision_high AS "To"
            FROM @v_alert_precision
            WHERE %s
            ORDER BY precision NULLS LAST, judged DESC, alerts DESC, model_id, rule
            LIMIT 500
            """
                .formatted(Views.CHOSEN))
        .unit("Right", "percentunit")
        .unit("From", "percentunit")
        .unit("To", "percentunit")
        .toModel("Model");
  }
}
