package dev.runway.grafana;

/** What was refused, and what came twice or too late. */
final class DataQualityBoard {
  private static final String LETTERS =
      "$__timeFilter(received_at) AND "
          + Views.in("source_topic", "topic")
          + " AND "
          + Views.in("reason", "reason");

  private DataQualityBoard() {}

  static Board make() {
    return new Board(
            "runway-data-quality",
            "Runway: data quality",
            "Events that were refused and why, predictions that came twice, labels that are missing, faults of data.",
            "now-24h")
        .page()
        .query(
            "topic",
            "Topic",
            "SELECT DISTINCT source_topic FROM @v_dead_letter_counts WHERE received_on BETWEEN"
                + " $__timeFrom()::date AND $__timeTo()::date ORDER BY 1",
            true,
            "Topics of which events were refused in the span.")
        .query(
            "reason",
            "Reason",
            "SELECT DISTINCT reason FROM @v_dead_letter_counts WHERE received_on BETWEEN"
                + " $__timeFrom()::date AND $__timeTo()::date ORDER BY 1",
            true,
            "Why events were refused in the span.")
        .teams()
        .row("Dead letters")
        .add(refused(), byReason(), byTopic())
        .add(newest())
        .row("Labels")
        .add(uncovered(), repeated())
        .row("Faults of data")
        .add(suspects());
  }

  private static Panel refused() {
    return Panel.stat(1, 4, "Refused", "Events that were refused in the span.")
        .rows("SELECT count(*) AS events FROM @v_dead_letters WHERE " + LETTERS)
        .rows(9)
        .unit("short")
        .decimals(0)
        .thresholds("green", 1, "orange");
  }

  private static Panel byReason() {
    return Panel.bars(
            2,
            10,
            "Refused, by reason",
            "Events by when the broker took them, and why they were refused.")
        .series(
            """
            SELECT $__timeGroup(received_at, $__interval) AS time, reason AS metric, count(*) AS events
            FROM @v_dead_letters
            WHERE %s
            GROUP BY 1, 2
            ORDER BY 1
            """
                .formatted(LETTERS))
        .unit("short")
        .decimals(0)
        .interval("1m");
  }

  private static Panel byTopic() {
    return Panel.bars(
            3,
            10,
            "Refused, by topic",
            "Events by when the broker took them, and where they were read from.")
        .series(
            """
            SELECT $__timeGroup(received_at, $__interval) AS time, source_topic AS metric, count(*) AS events
            FROM @v_dead_letters
            WHERE %s
            GROUP BY 1, 2
            ORDER BY 1
            """
                .formatted(LETTERS))
        .unit("short")
        .decimals(0)
        .interval("1m");
  }

  private static Panel newest() {
    return Panel.table(
            4,
            24,
            "Newest of them",
            "Where each event is to be found on its topic, and what is wrong with it.")
        .rows(
            """
            SELECT received_at AS "Received", source_topic AS "Topic", source_partition AS "Partition",
              source_offset AS "Offset", reason AS "Reason", field AS "Field", detail AS "What is wrong"
            FROM @v_dead_letters
            WHERE %s
            ORDER BY received_at DESC
            LIMIT 200
            """
                .formatted(LETTERS))
        .unit("Offset", "none");
  }

  private static Panel uncovered() {
    return Panel.table(
            5,
            12,
            "Lowest label coverage",
            "Share of predictions with a label, of the UTC day of each model's newest final window and the six before: as it is now, and a label horizon old.")
        .rows(
            """
            SELECT model_id AS "Model", coalesce(team, 'none') AS "Team", coverage AS "Coverage",
              matured AS "Predictions", final_at AS "Until", last_at AS "Last window"
            FROM @v_final_coverage
            WHERE matured > 0 AND %s
            ORDER BY 3, 1
            LIMIT 50
            """
                .formatted(Views.CHOSEN))
        .unit("Coverage", "percentunit")
        .thresholds("Coverage", "red", 0.9, "orange", 0.95, "green")
        .toModel("Model");
  }

  private static Panel repeated() {
    return Panel.table(
            6,
            12,
            "Most repeated predictions",
            "Prediction events that came twice, the same or with another content, on the last day of the span.")
        .rows(
            """
            SELECT k.model_id AS "Model", coalesce(k.team, 'none') AS "Team", c.received AS "Received",
              c.duplicates AS "Repeated", c.conflicts AS "In conflict"
            FROM @v_known_models AS k
            CROSS JOIN LATERAL (
              SELECT sum(l.received) AS received, sum(l.duplicates) AS duplicates, sum(l.conflicts) AS conflicts
              FROM @v_label_coverage AS l
              WHERE l.model_id = k.model_id AND l.segment = '*' AND l.variant = '*'
                AND l.window_end_at <= $__timeTo()::timestamptz
                AND l.window_end_at > $__timeTo()::timestamptz - interval '1 day') AS c
            WHERE c.duplicates + c.conflicts > 0 AND %s
            ORDER BY c.conflicts DESC, c.duplicates DESC, 1
            LIMIT 50
            """
                .formatted(Views.CHOSEN))
        .unit("short")
        .thresholds("In conflict", "green", 1, "orange")
        .toModel("Model");
  }

  private static Panel suspects() {
    return Panel.table(
            7,
            24,
            "It looks like a fault of the data",
            "Decisions that held a retrain back because what moved looks like a fault: a unit, nulls, a lost category.")
        .rows(
            """
            SELECT decided_at AS "At", model_id AS "Model", model_version AS "Version", explanation AS "In words",
              (SELECT string_agg(f, ', ') FROM jsonb_array_elements_text(features) AS f) AS "Features"
            FROM @v_decisions
            WHERE verdict = 'INVESTIGATE_DATA' AND verdict <> 'NONE' AND $__timeFilter(decided_at) AND %s
            ORDER BY decided_at DESC
            LIMIT 200
            """
                .formatted(Views.CHOSEN))
        .toModel("Model");
  }
}
