package dev.runway.grafana;

/** The story of one model. */
final class ModelBoard {
  private static final String MODEL = "model_id = ${model:sqlstring}";
  private static final String VERSION = MODEL + " AND " + Views.in("model_version", "version");
  private static final String SERIES =
      VERSION + " AND segment = ${segment:sqlstring} AND variant = '*' AND " + Views.SETTLED;

  /**
   * A point that stands for as many milliseconds may as well be that of a day: of longer spans days
   * are read. It is a constant of the query, so that the other half of it is not read at all.
   */
  private static final long DAYS_FROM = 6 * 3_600_000;

  /** A window is final a label horizon after its end, which is up to 35 days. */
  private static final String NOT_FINAL_YET =
      "No final window in this span. A window is final a label horizon after its end (7 days unless the model says"
          + " otherwise, 35 at most): choose a longer span, or Provisional: shown.";

  /**
   * What is said of a window's events as a whole is said under a name of its own, which has no
   * severity. Its dollar is spelt, for Grafana would look for a variable.
   */
  private static final String FEATURE = "feature <> chr(36) || 'events'";

  private ModelBoard() {}

  static Board make() {
    return new Board(
            "runway-model",
            "Runway: model",
            "How one model performs, what of its input has moved, how stale it is, and what was decided about it.",
            "now-30d")
        .page()
        .model()
        .query(
            "version",
            "Version",
            """
            SELECT version FROM (
              SELECT version, created_at AS at FROM @v_model_versions WHERE model_id = ${model:sqlstring}
              UNION ALL
              SELECT model_version, judged_at FROM @v_staleness_latest WHERE model_id = ${model:sqlstring}
              UNION ALL
              SELECT model_version, window_end_at FROM @v_label_coverage
              WHERE model_id = ${model:sqlstring} AND $__timeFilter(window_end_at)
              UNION ALL
              SELECT model_version, window_end_at FROM @v_drift_readings
              WHERE model_id = ${model:sqlstring} AND metric = 'severity' AND feature = '*'
                AND window_end_at <= $__timeTo()::timestamptz
                AND window_end_at > $__timeTo()::timestamptz - interval '1 day') AS v
            GROUP BY version
            ORDER BY max(at) DESC
            """,
            true,
            "Versions that are registered, judged, predicted in the span of time, or were watched for drift on its last day.")
        .query(
            "segment",
            "Segment",
            """
            SELECT segment FROM @v_label_coverage
            WHERE model_id = ${model:sqlstring} AND $__timeFilter(window_end_at)
            UNION SELECT '*'
            ORDER BY 1
            """,
            false,
            "A declared segment; * for all predictions.")
        .query(
            "metric",
            "Metric",
            """
            SELECT DISTINCT metric FROM @v_performance
            WHERE model_id = ${model:sqlstring} AND window_end_at <= $__timeTo()::timestamptz
              AND window_end_at > $__timeTo()::timestamptz - interval '30 days'
            ORDER BY 1
            """,
            false,
            "What of its performance is shown: metrics of the last 30 days of the span.")
        .query(
            "feature",
            "Feature",
            """
            SELECT feature FROM @v_drift_readings
            WHERE model_id = ${model:sqlstring} AND metric = 'severity' AND kind <> 'MODEL' AND %s
              AND $__timeFilter(window_end_at)
            GROUP BY feature
            ORDER BY max(severity) DESC NULLS LAST, feature
            LIMIT 200
            """
                .formatted(FEATURE),
            false,
            "One feature, the one that moved most first.")
        .custom(
            "drift_metric",
            "Drift metric",
            "What is shown of the feature.",
            false,
            "PSI",
            "psi",
            "Jensen-Shannon",
            "js",
            "Kolmogorov-Smirnov",
            "ks",
            "Wasserstein, normalised",
            "w1_norm",
            "missing values",
            "missing",
            "out of range",
            "out_of_range",
            "new words",
            "new_category")
        .provisional()
        .liveBaselines()
        .marks(MODEL)
        .add(now(), versions())
        .row("Performance")
        .add(performance(), newest())
        .row("Drift")
        .add(heat(), feature(), drifting(), alarms(), unwatched())
        .row("Staleness and decisions")
        .add(states(), score(), parts(), decisions())
        .row("Labels")
        .add(coverage(), delay(), fates())
        .row("Retrains")
        .add(retrains());
  }

  private static Panel now() {
    return Panel.stat(
            1,
            8,
            "Now",
            "State of the version that counts for the model, how stale it is, and what is wrong with it.")
        .rows(
            """
            SELECT state_code AS "State", score AS "Score", stale_from AS "Stale from", open_alerts AS "Alerts",
              CASE WHEN %s THEN seconds_since_judged END AS "Judged ago"
            FROM @v_fleet
            WHERE current AND %s
            """
                .formatted(Views.JUDGED, MODEL))
        .rows(6)
        .unit("short")
        .states("State")
        .unit("Score", "percentunit")
        .unit("Stale from", "percentunit")
        .unit("Judged ago", "s")
        .thresholds("Judged ago", "green", 3600, "orange", 7200, "red")
        .thresholds("Alerts", "green", 1, "red");
  }

  private static Panel versions() {
    return Panel.table(
            2,
            16,
            "Versions",
            "Every version that was judged, as it is now, and the features at fault.")
        .rows(
            """
            SELECT model_version AS "Version", current AS "Counts", state_code AS "State",
              suspension AS "Why suspended", since_at AS "Since", score AS "Score", coverage AS "Signals there",
              (SELECT string_agg(f, ', ') FROM jsonb_array_elements_text(features) AS f) AS "Features at fault",
              policy AS "Policy", judged_at AS "Judged at"
            FROM @v_fleet
            WHERE %s
            ORDER BY current DESC, judged_at DESC
            LIMIT 100
            """
                .formatted(MODEL))
        .rows(6)
        .states("State")
        .unit("Score", "percentunit")
        .unit("Signals there", "percentunit");
  }

  private static Panel performance() {
    return Panel.lines(
            3,
            16,
            "${metric}, measured and expected",
            "The metric of each window with its 95 % interval, by version: measured once labels are there, and"
                + " expected without them (blind to concept drift). The time is that of the end of the window of"
                + " predictions. Of spans so long that a point stands for 6 hours or more, the mean of the windows of"
                + " each UTC day is shown, at its start.")
        .series(
            """
            SELECT window_end_at AS time, model_version AS metric, value, low, high
            FROM @v_performance
            WHERE $__interval_ms < %2$d AND %1$s AND metric = ${metric:sqlstring} AND NOT estimated
              AND $__timeFilter(window_end_at)
            UNION ALL
            SELECT day_at, model_version,
              sum(mean * effective_samples) / sum(effective_samples), min(low), max(high)
            FROM @v_performance_days
            WHERE $__interval_ms >= %2$d AND %1$s AND metric = ${metric:sqlstring} AND NOT estimated
              AND $__timeFilter(day_at)
            GROUP BY day_at, model_version
            ORDER BY 1
            """
                .formatted(SERIES, DAYS_FROM))
        .series(
            """
            SELECT window_end_at AS time, model_version || ' expected' AS metric, value, low, high
            FROM @v_performance_estimates
            WHERE %s AND segment = ${segment:sqlstring} AND metric = ${metric:sqlstring}
              AND $__timeFilter(window_end_at)
            ORDER BY window_end_at
            """
                .formatted(VERSION))
        .interval("10m")
        .unit("short")
        .nothing(NOT_FINAL_YET)
        .thin("/^(low|high)/");
  }

  private static Panel newest() {
    return Panel.table(
            4,
            8,
            "Newest window of every metric",
            "The last window in the span, at most 30 days before its end.")
        .rows(
            """
            SELECT DISTINCT ON (metric, model_version) metric AS "Metric", model_version AS "Version",
              value AS "Value", low AS "From", high AS "To", samples AS "Labels", provisional AS "May change",
              window_end_at AS "Window end"
            FROM @v_performance
            WHERE %s AND NOT estimated AND window_end_at <= $__timeTo()::timestamptz
              AND window_end_at > $__timeTo()::timestamptz - interval '30 days'
            ORDER BY metric, model_version, window_end_at DESC
            LIMIT 500
            """
                .formatted(SERIES))
        .nothing(NOT_FINAL_YET)
        .unit("short")
        .decimals(4);
  }

  private static Panel heat() {
    return Panel.heatmap(
            5,
            24,
            "Drift by feature",
            "How severely features differ from the baseline, 0 to 1: 0 until the least difference that matters is"
                + " shown, 1 from the one that is critical on; the 30 that moved most, by version where there are several.")
        .series(
            """
            WITH moved AS (
              SELECT window_end_at, severity,
                CASE WHEN min(model_version) OVER () <> max(model_version) OVER () THEN model_version || ': ' ELSE '' END
                  || feature AS feature
              FROM @v_drift_readings
              WHERE %s AND segment = ${segment:sqlstring} AND metric = 'severity' AND kind <> 'MODEL' AND %s
                AND %s AND $__timeFilter(window_end_at)),
            shown AS (
              SELECT feature
              FROM moved
              GROUP BY feature
              ORDER BY max(severity) DESC NULLS LAST, sum(severity) DESC, feature
              LIMIT 30)
            SELECT $__timeGroup(window_end_at, $__interval) AS time, feature AS metric, max(severity) AS severity
            FROM moved
            JOIN shown USING (feature)
            GROUP BY 1, 2
            ORDER BY 1, 2
            """
                .formatted(VERSION, FEATURE, Views.BASELINES))
        .interval("10m")
        .unit("percentunit")
        .thresholds("green", 0.5, "orange", 1, "red");
  }

  private static Panel feature() {
    return Panel.lines(
            6,
            12,
            "${feature}: ${drift_metric}",
            "One feature's difference from the baseline with its interval, and the threshold that it was compared"
                + " with, which depends on how many predictions there were.")
        .series(
            """
            SELECT window_end_at AS time,
              model_version || CASE WHEN min(profile_id) OVER (PARTITION BY model_version)
                                      <> max(profile_id) OVER (PARTITION BY model_version)
                                    THEN ' against ' || profile_id ELSE '' END AS metric,
              value, low, high, threshold
            FROM @v_drift_readings
            WHERE %s AND segment = ${segment:sqlstring} AND feature = ${feature:sqlstring}
              AND metric = ${drift_metric:sqlstring} AND %s AND $__timeFilter(window_end_at)
            ORDER BY window_end_at
            """
                .formatted(VERSION, Views.BASELINES))
        .unit("short")
        .thin("/^(low|high|threshold)/");
  }

  private static Panel drifting() {
    return Panel.lines(
            7,
            12,
            "Features that have drifted",
            "Of the features that could be judged in a window, those that have materially drifted.")
        .series(
            """
            SELECT window_end_at AS time, model_version AS metric, max(flagged) AS flagged, max(evaluated) AS evaluated
            FROM @v_drift
            WHERE %s AND segment = ${segment:sqlstring} AND profile_id NOT LIKE 'concept.%%'
              AND status <> 'NO_BASELINE' AND %s AND $__timeFilter(window_end_at)
            GROUP BY 1, 2
            ORDER BY 1
            """
                .formatted(VERSION, Views.BASELINES))
        .unit("short")
        .decimals(0)
        .thresholds("green", 1, "red");
  }

  private static Panel alarms() {
    return Panel.table(
            8,
            16,
            "Drift alarms",
            "Features that were flagged in windows in a row, and that still were in the span.")
        .rows(
            """
            SELECT feature AS "Feature", model_version AS "Version", segment AS "Segment", since_at AS "Since",
              raised_at AS "Raised", window_end_at AS "Until", windows AS "Windows", severity AS "Severity"
            FROM @v_drift_alarms
            WHERE %s AND %s AND window_end_at >= $__timeFrom()::timestamptz
              AND since_at <= $__timeTo()::timestamptz
            ORDER BY window_end_at DESC, severity DESC
            LIMIT 200
            """
                .formatted(VERSION, Views.BASELINES))
        .unit("Severity", "percentunit");
  }

  private static Panel unwatched() {
    return Panel.table(
            17,
            8,
            "Versions without a baseline",
            "Their newest windows in the span were compared with nothing, so nothing of them can drift: no line is drawn"
                + " of them above, which is not that they are calm.")
        .rows(
            """
            SELECT n.model_version AS "Version", min(n.window_start_at) AS "Since", max(n.window_end_at) AS "Until"
            FROM @v_drift AS n
            WHERE n.%s AND n.segment = '*' AND n.status = 'NO_BASELINE' AND $__timeFilter(n.window_end_at)
              AND NOT EXISTS (
                SELECT FROM @v_drift AS w
                WHERE w.model_id = n.model_id AND w.model_version = n.model_version AND w.segment = '*'
                  AND w.status <> 'NO_BASELINE' AND w.profile_id NOT LIKE 'concept.%%'
                  AND w.profile_id NOT IN ('change-detectors', 'performance-estimate')
                  AND w.window_end_at >= n.window_end_at AND w.window_end_at <= $__timeTo()::timestamptz)
            GROUP BY n.model_version
            ORDER BY max(n.window_end_at) DESC, n.model_version
            LIMIT 100
            """
                .formatted(MODEL));
  }

  private static Panel states() {
    return Panel.timeline(9, 24, "State of each version", "When versions changed their state.")
        .rows(5)
        .series(
            """
            SELECT $__timeFrom()::timestamptz AS time, v.model_version AS metric, %s AS state
            FROM @v_staleness_latest AS v
            CROSS JOIN LATERAL (
              SELECT b.state
              FROM @v_staleness AS b
              WHERE b.model_id = v.model_id AND b.model_version = v.model_version
                AND b.judged_at <= $__timeFrom()::timestamptz
              ORDER BY b.judged_at DESC
              LIMIT 1) AS p
            WHERE v.%s
            UNION ALL
            SELECT changed_at, model_version, state_code
            FROM @v_state_changes
            WHERE %s AND $__timeFilter(changed_at)
            ORDER BY 1
            """
                .formatted(Views.code("p.state"), MODEL, VERSION));
  }

  private static Panel score() {
    return Panel.lines(
            10,
            12,
            "How stale",
            "The score that decides, 0 to 1, the scores from which on the version was at risk and stale by its tier or"
                + " policy, and the share of the signals' weight that was there.")
        .series(
            """
            SELECT $__timeGroup(judged_at, $__interval) AS time, model_version AS metric, max(score) AS score,
              max(at_risk_from) AS "at risk from", max(stale_from) AS "stale from", min(coverage) AS "signals there"
            FROM @v_staleness
            WHERE %s AND $__timeFilter(judged_at)
            GROUP BY 1, 2
            ORDER BY 1
            """
                .formatted(VERSION))
        .unit("percentunit")
        .range(0, 1)
        .interval("10m")
        .thin("/^(at risk from|stale from|signals there)/");
  }

  private static Panel parts() {
    return Panel.lines(
            11,
            12,
            "What makes it stale",
            "Severity of each signal of each version, 0 to 1: age, drift, performance and others.")
        .series(
            """
            SELECT $__timeGroup(judged_at, $__interval) AS time, model_version || ' ' || p.key AS metric,
              max((p.value ->> 'severity')::double precision) AS severity
            FROM @v_staleness
            CROSS JOIN LATERAL jsonb_each(parts) AS p
            WHERE %s AND $__timeFilter(judged_at)
            GROUP BY 1, 2
            ORDER BY 1
            """
                .formatted(VERSION))
        .unit("percentunit")
        .range(0, 1)
        .interval("10m");
  }

  private static Panel decisions() {
    return Panel.table(
            12,
            24,
            "Decisions",
            "What was decided to be done and why; ./runway why ID tells all of it and decides it again.")
        .rows(
            """
            SELECT decided_at AS "At", model_version AS "Version", verdict AS "Verdict", mode AS "Mode",
              hold AS "Held by", attributed_to AS "Because of", state_after AS "State", score AS "Score",
              explanation AS "In words", command_state AS "Command", decision_id AS "Decision"
            FROM @v_decisions
            WHERE %s AND verdict <> 'NONE' AND $__timeFilter(decided_at)
            ORDER BY decided_at DESC
            LIMIT 200
            """
                .formatted(VERSION))
        .unit("Score", "percentunit")
        .colours(
            "Verdict",
            """
            {"RETRAIN": {"color": "blue"}, "INVESTIGATE_DATA": {"color": "orange"},
             "WAIT_LABELS": {"color": "super-light-blue"}, "ROLLBACK": {"color": "red"}}
            """);
  }

  private static Panel coverage() {
    return Panel.lines(
            13,
            8,
            "Label coverage",
            "Share of predictions with a label: of those whose labels are due by now, of all, and what is to be"
                + " expected in the end. An alert below 90 %.")
        .series(
            """
            SELECT window_end_at AS time, model_version AS metric, coverage, coverage_so_far AS "so far",
              expected_coverage AS expected
            FROM @v_label_coverage
            WHERE %s AND $__timeFilter(window_end_at)
            ORDER BY window_end_at
            """
                .formatted(SERIES))
        .nothing(NOT_FINAL_YET)
        .unit("percentunit")
        .range(0, 1)
        .thin("/^(so far|expected)/")
        .thresholds("red", 0.9, "orange", 0.95, "green");
  }

  private static Panel delay() {
    return Panel.lines(
            14,
            8,
            "Label delay",
            "Time from a prediction to the observation that decided its label.")
        .series(
            """
            SELECT window_end_at AS time, model_version AS metric, p50_millis AS p50, p95_millis AS p95,
              p99_millis AS p99
            FROM @v_label_delay
            WHERE %s AND $__timeFilter(window_end_at)
            ORDER BY window_end_at
            """
                .formatted(SERIES))
        .nothing(NOT_FINAL_YET)
        .unit("ms");
  }

  private static Panel fates() {
    return Panel.bars(
            15,
            8,
            "What became of predictions",
            "Prediction events of the windows, by what became of them.")
        .series(
            """
            SELECT $__timeGroup(window_end_at, $__interval) AS time, sum(joined) AS joined, sum(waiting) AS waiting,
              sum(unlabelled) AS unlabelled, sum(duplicates) AS duplicates, sum(conflicts) AS conflicts
            FROM @v_label_coverage
            WHERE %s AND segment = ${segment:sqlstring} AND variant = '*' AND $__timeFilter(window_end_at)
            GROUP BY 1
            ORDER BY 1
            """
                .formatted(VERSION))
        .unit("short")
        .decimals(0)
        .interval("1h");
  }

  private static Panel retrains() {
    return Panel.table(
            16, 24, "Retrains", "Commands about this model that were issued in the span.")
        .rows(
            """
            SELECT issued_at AS "Issued", action AS "Action", reason_class AS "Cause", state AS "State",
              reason AS "Why", model_version AS "Version", new_version AS "New version", wave AS "Wave",
              started_at AS "Started", ended_at AS "Ended", coalesce(actual_cost, estimated_cost) AS "Cost",
              command_id::text AS "Command"
            FROM @v_retrains
            WHERE %s AND $__timeFilter(issued_at)
            ORDER BY issued_at DESC
            LIMIT 200
            """
                .formatted(MODEL))
        .unit("Cost", "currencyUSD");
  }
}
