package dev.runway.grafana;

/** Whether new versions of embeddings can take the place of those before them. */
final class EmbeddingsBoard {
  private static final String SPACE = Views.in("space_id", "space");
  private static final String COMPATIBILITY =
      """
      {"STABLE": {"color": "green"}, "MINOR": {"color": "super-light-green"}, "ROTATED": {"color": "blue"},
       "UNDECIDED": {"color": "purple"}, "BREAKING": {"color": "red"}}
      """;

  /** What decided, in the words of the page. */
  private static final String REASONS =
      """
      {"NOT_USED": {"text": "nothing of the vectors is used"},
       "AS_BASELINE": {"text": "they differ as two trainings of the baseline pair do"},
       "NEIGHBOURS": {"text": "too few of the nearest neighbours are still neighbours"},
       "EIGENSPACE": {"text": "the strong directions have changed"},
       "SOME_ITEMS": {"text": "single items have lost their neighbours, place or length"},
       "CKA": {"text": "items lie otherwise to each other as a whole"},
       "NORMS": {"text": "vectors are longer or shorter than before"},
       "ROTATION": {"text": "the same up to a rotation, which the published matrix undoes"},
       "COORDINATES": {"text": "the numbers have moved, and no rotation brings them back"},
       "DIMENSIONS": {"text": "another number of dimensions"},
       "DEAD_DIMENSIONS": {"text": "dimensions have become constant"},
       "UNUSABLE_VECTORS": {"text": "more vectors are NaN, infinite or zero"},
       "TOO_FEW_PAIRS": {"text": "too few items are in both versions yet"},
       "COVERAGE": {"text": "items of one version are not in the other"},
       "FAILED": {"text": "its measures could not be computed"},
       "TOO_WIDE": {"text": "too wide to be compared in the memory there is"},
       "NO_SPREAD": {"text": "all vectors of a version are the same"},
       "NO_FLOOR": {"text": "the baseline pair has too few items, or too little in common"},
       "OTHER_SAMPLE": {"text": "the baseline pair was measured on another number of items"},
       "NOT_COMPARED": {"text": "no document names the pair any more"}}
      """;

  private EmbeddingsBoard() {}

  static Board make() {
    return new Board(
            "runway-embeddings",
            "Runway: embeddings",
            "Whether new versions of embedding spaces can take the place of those before them, for each consumer.",
            "now-90d")
        .page()
        .query(
            "space",
            "Space",
            """
            SELECT space_id FROM @v_embedding_stability
            UNION SELECT space_id FROM @v_embedding_traffic
            UNION SELECT space_id FROM @v_embedding_mixtures
            UNION SELECT space_id FROM @v_embedding_spaces
            ORDER BY 1
            """,
            true,
            "Embedding spaces that are registered, compared, or watched.")
        .add(now(), fresh())
        .add(pairs())
        .add(unfit())
        .row("By consumer")
        .add(consumers(), graph())
        .row("Measures")
        .add(overlap(), cosine(), measures())
        .row("Traffic")
        .add(delays(), shift())
        .add(breached(), mixtures());
  }

  private static Panel now() {
    return Panel.stat(
            1,
            16,
            "Pairs of versions",
            "What was said of the pairs of versions that are compared; one that was not told for two days, or by an older document, does not pass.")
        .rows(
            """
            SELECT count(*) FILTER (WHERE passed) AS "Pass",
              count(*) FILTER (WHERE compatibility = 'ROTATED') AS "Rotated",
              count(*) FILTER (WHERE compatibility = 'UNDECIDED') AS "Undecided",
              count(*) FILTER (WHERE compatibility = 'BREAKING') AS "Breaking",
              count(*) FILTER (WHERE NOT (up_to_date AND current_document)) AS "Out of date"
            FROM @v_embedding_stability
            WHERE %s
            """
                .formatted(SPACE))
        .unit("short")
        .decimals(0)
        .thresholds("Rotated", "green", 1, "blue")
        .thresholds("Undecided", "green", 1, "purple")
        .thresholds("Breaking", "green", 1, "red")
        .thresholds("Out of date", "green", 1, "orange");
  }

  private static Panel fresh() {
    return Panel.stat(
            2,
            8,
            "Freshness, p95",
            "Time from what made an embedding to when it was stored, in the newest window of each version; at most 60 seconds.")
        .rows(
            """
            SELECT max(freshness_p95_seconds) AS p95
            FROM (SELECT DISTINCT ON (space_id, embedding_version) freshness_p95_seconds
                  FROM @v_embedding_traffic
                  WHERE %s AND window_end_at > now() - interval '1 day'
                  ORDER BY space_id, embedding_version, window_end_at DESC) AS newest
            """
                .formatted(SPACE))
        .unit("s")
        .thresholds("green", 60, "red");
  }

  private static Panel pairs() {
    return Panel.table(
            3,
            24,
            "Pairs",
            "Every pair of versions, its verdict over all consumers, and what it rests on.")
        .rows(
            """
            SELECT space_id AS "Space", version_before AS "Before", version_after AS "After",
              compatibility AS "Verdict", passed AS "Passes", baseline AS "Baseline", pairs AS "Items in both",
              knn_overlap AS "Neighbours kept", cka_debiased AS "CKA", raw_cosine AS "Cosine",
              aligned_cosine AS "Cosine, aligned", eigenspace_instability AS "Eigenspace instability",
              norm_ratio AS "Lengths", as_of AS "Newest vector", computed_at AS "Told at"
            FROM @v_embedding_stability
            WHERE %s
            ORDER BY computed_at DESC
            LIMIT 500
            """
                .formatted(SPACE))
        .colours("Verdict", COMPATIBILITY)
        .unit("Neighbours kept", "percentunit")
        .decimals(3)
        .decimals("Items in both", 0);
  }

  private static Panel unfit() {
    return Panel.table(
            13,
            24,
            "Baseline pairs that do not pass themselves",
            "Two trainings without any intended change that break for a consumer, or have less than half in common: no"
                + " new version will pass there, so training has to become steadier, or versions be aligned.")
        .rows(
            """
            SELECT space_id AS "Space", version_before AS "Before", version_after AS "After",
              array_to_string(usages, ', ') AS "Used by", array_to_string(reasons, ', ') AS "Why", team AS "Team",
              current_document AS "Current document", as_of AS "Newest vector", computed_at AS "Told at"
            FROM @v_unfit_baselines
            WHERE %s
            ORDER BY computed_at DESC
            LIMIT 100
            """
                .formatted(SPACE))
        .nothing("All baseline pairs pass themselves.")
        .rows(4);
  }

  private static Panel consumers() {
    return Panel.table(
            4,
            14,
            "Verdicts by way of using",
            "COORDINATES reads the numbers, SIMILARITY compares items, PREDICTION takes a model's answer.")
        .rows(
            """
            SELECT space_id AS "Space", version_before AS "Before", version_after AS "After", v.key AS "Used by",
              v.value ->> 'compatibility' AS "Verdict", v.value ->> 'reason' AS "Why",
              (SELECT string_agg(m, ', ' ORDER BY m) FROM jsonb_array_elements_text(v.value -> 'models') AS m)
                AS "Consumers"
            FROM @v_embedding_stability
            CROSS JOIN LATERAL jsonb_each(verdicts) AS v
            WHERE %s
            ORDER BY computed_at DESC, v.key
            LIMIT 1000
            """
                .formatted(SPACE))
        .colours("Verdict", COMPATIBILITY)
        .words("Why", REASONS);
  }

  private static Panel graph() {
    return Panel.table(
            5,
            10,
            "Consumers by the dependency graph",
            "What uses the model of the space's name, as it is now.")
        .rows(
            """
            SELECT DISTINCT space_id AS "Space", g ->> 'node' AS "Consumer", g ->> 'usage' AS "Uses it by"
            FROM @v_embedding_stability
            CROSS JOIN LATERAL jsonb_array_elements(graph_consumers) AS g
            WHERE %s
            ORDER BY 1, 2
            LIMIT 500
            """
                .formatted(SPACE));
  }

  private static Panel overlap() {
    return Panel.gauge(
            6,
            12,
            "Neighbours kept",
            "Share of the nearest neighbours of an item that are the same in both versions; that of the baseline pair"
                + " is what training alone makes of it.")
        .rows(
            """
            SELECT space_id || ': ' || version_before || ' to ' || version_after
                || CASE WHEN baseline THEN ' (baseline)' ELSE '' END AS pair, knn_overlap AS "neighbours kept"
            FROM @v_embedding_stability
            WHERE %s AND knn_overlap IS NOT NULL
            ORDER BY space_id, baseline DESC, as_of DESC
            LIMIT 50
            """
                .formatted(SPACE))
        .unit("percentunit")
        .range(0, 1)
        .rows(9);
  }

  private static Panel cosine() {
    return Panel.gauge(
            7,
            12,
            "Cosine, raw and aligned",
            "Mean cosine of the two vectors of an item, and after the best rotation: where the first is low and the"
                + " second is not, the space was rotated.")
        .rows(
            """
            SELECT space_id || ': ' || version_before || ' to ' || version_after AS pair, raw_cosine AS raw,
              aligned_cosine AS aligned
            FROM @v_embedding_stability
            WHERE %s AND NOT baseline AND raw_cosine IS NOT NULL
            ORDER BY space_id, as_of DESC
            LIMIT 50
            """
                .formatted(SPACE))
        .unit("short")
        .range(-1, 1)
        .rows(9);
  }

  private static Panel measures() {
    return Panel.table(8, 24, "All measures", "Every measure of every pair with its 95 % interval.")
        .rows(
            """
            SELECT space_id AS "Space", version_before AS "Before", version_after AS "After", m.key AS "Measure",
              (m.value ->> 'value')::double precision AS "Value", (m.value ->> 'low')::double precision AS "From",
              (m.value ->> 'high')::double precision AS "To", m.value ->> 'gap' AS "Why not"
            FROM @v_embedding_stability
            CROSS JOIN LATERAL jsonb_each(metrics) AS m
            WHERE %s
            ORDER BY computed_at DESC, m.key
            LIMIT 1000
            """
                .formatted(SPACE))
        .unit("short")
        .decimals(4);
  }

  private static Panel delays() {
    return Panel.lines(
            9,
            12,
            "Freshness by window, p95",
            "Time from what made an embedding to when it was stored, of all vectors of the sample; at most 60 seconds"
                + " unless the space says otherwise.")
        .series(
            """
            SELECT $__timeGroup(window_end_at, $__interval) AS time, space_id || ' ' || embedding_version AS metric,
              max(freshness_p95_seconds) AS freshness_p95_seconds
            FROM @v_embedding_traffic
            WHERE %s AND $__timeFilter(window_end_at) AND freshness_p95_seconds IS NOT NULL
            GROUP BY 1, 2
            ORDER BY 1
            """
                .formatted(SPACE))
        .interval("10m")
        .unit("s")
        .thresholds("green", 60, "red")
        .thresholdLines();
  }

  private static Panel shift() {
    return Panel.lines(
            10,
            12,
            "How far the mean moved",
            "Distance of a window's mean from that of the windows the version began with, in what vectors are apart"
                + " from it; 0.25 is the usual threshold.")
        .series(
            """
            SELECT $__timeGroup(window_end_at, $__interval) AS time, space_id || ' ' || embedding_version AS metric,
              max(mean_shift) AS mean_shift
            FROM @v_embedding_traffic
            WHERE %s AND $__timeFilter(window_end_at) AND mean_shift IS NOT NULL
            GROUP BY 1, 2
            ORDER BY 1
            """
                .formatted(SPACE))
        .interval("10m")
        .unit("short")
        .thresholds("green", 0.25, "red")
        .thresholdLines();
  }

  private static Panel breached() {
    return Panel.table(
            11,
            12,
            "Windows beyond a threshold",
            "What is beyond its threshold with all of its 95 % interval.")
        .rows(
            """
            SELECT window_end_at AS "Window's end", space_id AS "Space", embedding_version AS "Version",
              (SELECT string_agg(b, ', ' ORDER BY b) FROM jsonb_array_elements_text(breached) AS b)
                AS "Beyond its threshold", mean_shift AS "Mean moved",
              covariance_change AS "Covariance changed", norm_ratio AS "Lengths", freshness_p95_seconds AS "Freshness, p95",
              vectors AS "Vectors"
            FROM @v_embedding_traffic
            WHERE %s AND $__timeFilter(window_end_at) AND jsonb_array_length(breached) > 0
            ORDER BY window_end_at DESC
            LIMIT 200
            """
                .formatted(SPACE))
        .unit("Freshness, p95", "s")
        .decimals(3)
        .decimals("Vectors", 0);
  }

  private static Panel mixtures() {
    return Panel.table(
            12,
            12,
            "Predictions that mix versions",
            "WITHIN: single predictions rest on two versions of a space. ACROSS: some rest on one, some on another.")
        .rows(
            """
            SELECT window_end_at AS "Window's end", model_id AS "Model", model_version AS "Version", space_id AS "Space",
              mixing AS "Mixing", within_share AS "Rest on two", within_low AS "From", within_high AS "To",
              predictions AS "Predictions",
              (SELECT string_agg(v.key, ', ' ORDER BY v.key) FROM jsonb_each(versions) AS v) AS "Versions of the space"
            FROM @v_embedding_mixtures
            WHERE %s AND $__timeFilter(window_end_at) AND mixing <> 'NONE'
            ORDER BY window_end_at DESC
            LIMIT 200
            """
                .formatted(SPACE))
        .unit("Rest on two", "percentunit")
        .unit("From", "percentunit")
        .unit("To", "percentunit")
        .toModel("Model");
  }
}
