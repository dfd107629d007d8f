package dev.runway.grafana;

/** Whether new versions of embeddings can take the place of those before them. */
final class EmbeddingsBoard {
  private static final String SPACE = Views.in("space_id", "space");
  private static final String OF_VERSION = "space_id || ' ' || embedding_version";
  private static final String COMPATIBILITY =
      """
      {"STABLE": {"color": "green"}, "MINOR": {"color": "super-light-green"}, "ROTATED": {"color": "blue"},
       "UNDECIDED": {"color": "purple"}, "BREAKING": {"color": "red"}}
      """;

  private EmbeddingsBoard() {}

  static Board make() {
    return new Board(
            "runway-embeddings",
            "Runway: embeddings",
            "Whether new versions of embedding spaces can take the place of those before them, for each consumer; what their"
                + " vectors are over time, and who mixes versions.",
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
        .row("By consumer")
        .add(consumers(), graph())
        .row("Measures")
        .add(overlap(), cosine(), measures())
        .row("Traffic")
        .add(moved(), unusable(), freshness(), beyond())
        .row("Mixed versions")
        .add(mixing(), mixed());
  }

  private static Panel now() {
    return Panel.stat(
            1,
            16,
            "Pairs of versions",
            "What was said of the pairs of versions that are compared; one that was not told for two days does not pass.")
        .rows(
            """
            SELECT count(*) FILTER (WHERE passed) AS "Pass",
              count(*) FILTER (WHERE compatibility = 'ROTATED') AS "Rotated",
              count(*) FILTER (WHERE compatibility = 'UNDECIDED') AS "Undecided",
              count(*) FILTER (WHERE compatibility = 'BREAKING') AS "Breaking",
              count(*) FILTER (WHERE NOT up_to_date) AS "Out of date"
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
            "Time from what made an embedding to when it was stored, the longest of the newest windows of all versions"
                + " with vectors on the last day of the span; at most 60 seconds.")
        .rows(
            """
            SELECT max(w.freshness_p95_seconds) AS p95
            FROM (
              SELECT DISTINCT ON (space_id, embedding_version) freshness_p95_seconds
              FROM @v_embedding_traffic
              WHERE %s AND freshness_p95_seconds IS NOT NULL AND window_end_at <= $__timeTo()::timestamptz
                AND window_end_at > $__timeTo()::timestamptz - interval '1 day'
              ORDER BY space_id, embedding_version, window_end_at DESC) AS w
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
        .decimals(3);
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
              v.value ->> 'consumers' AS "Consumers"
            FROM @v_embedding_stability
            CROSS JOIN LATERAL jsonb_each(verdicts) AS v
            WHERE %s
            ORDER BY computed_at DESC, v.key
            LIMIT 1000
            """
                .formatted(SPACE))
        .colours("Verdict", COMPATIBILITY);
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
    return Panel.lines(
            6,
            12,
            "Neighbours kept",
            "Share of the nearest neighbours of an item that are the same in both versions, at the time of the"
                + " newest vector; that of the baseline pair is what training alone makes of it.")
        .series(
            """
            SELECT as_of AS time, space_id || CASE WHEN baseline THEN ' baseline' ELSE '' END AS metric, knn_overlap
            FROM @v_embedding_stability
            WHERE %s AND $__timeFilter(as_of)
            ORDER BY as_of
            """
                .formatted(SPACE))
        .unit("percentunit")
        .range(0, 1);
  }

  private static Panel cosine() {
    return Panel.lines(
            7,
            12,
            "Cosine, raw and aligned",
            "Mean cosine of the two vectors of an item, and after the best rotation: where the first is low and the"
                + " second is not, the space was rotated.")
        .series(
            """
            SELECT as_of AS time, space_id AS metric, raw_cosine AS raw, aligned_cosine AS aligned
            FROM @v_embedding_stability
            WHERE %s AND NOT baseline AND $__timeFilter(as_of)
            ORDER BY as_of
            """
                .formatted(SPACE))
        .unit("short")
        .range(-1, 1);
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

  private static Panel moved() {
    return Panel.lines(
            9,
            12,
            "How far vectors moved",
            "Of each window against those that the version began with: the mean in what vectors were apart from it, the"
                + " covariance as a share of what it was. Thresholds are those of the space's document.")
        .series(
            """
            SELECT window_end_at AS time, %s AS metric, mean_shift AS "mean shift",
              covariance_change AS "covariance change"
            FROM @v_embedding_traffic
            WHERE %s AND reference_vectors IS NOT NULL AND $__timeFilter(window_end_at)
            ORDER BY window_end_at
            """
                .formatted(OF_VERSION, SPACE))
        .unit("short");
  }

  private static Panel unusable() {
    return Panel.lines(
            10,
            12,
            "Lengths and unusable vectors",
            "Mean length over what it was in the windows that the version began with, and how much more of the vectors"
                + " are NaN, infinite or zero than were.")
        .series(
            """
            SELECT window_end_at AS time, %s AS metric, norm_ratio AS "length", unusable_rise AS "unusable, more"
            FROM @v_embedding_traffic
            WHERE %s AND reference_vectors IS NOT NULL AND $__timeFilter(window_end_at)
            ORDER BY window_end_at
            """
                .formatted(OF_VERSION, SPACE))
        .unit("short");
  }

  private static Panel freshness() {
    return Panel.lines(
            11,
            12,
            "Freshness",
            "Time from what made an embedding to when it was stored, by window; p95 is to be at most 60 seconds.")
        .series(
            """
            SELECT window_end_at AS time, %s AS metric, freshness_p50_seconds AS p50, freshness_p95_seconds AS p95
            FROM @v_embedding_traffic
            WHERE %s AND freshness_p95_seconds IS NOT NULL AND $__timeFilter(window_end_at)
            ORDER BY window_end_at
            """
                .formatted(OF_VERSION, SPACE))
        .unit("s")
        .thresholds("green", 60, "red")
        .thresholdLines();
  }

  private static Panel beyond() {
    return Panel.table(
            12,
            12,
            "Windows beyond a threshold",
            "Windows in which something of the vectors was beyond its threshold for sure, and what.")
        .rows(
            """
            SELECT space_id AS "Space", embedding_version AS "Version", window_end_at AS "Window end",
              (SELECT string_agg(b, ', ') FROM jsonb_array_elements_text(breached) AS b) AS "Beyond",
              vectors AS "Vectors", mean_shift AS "Mean shift", covariance_change AS "Covariance change",
              norm_ratio AS "Lengths", unusable_rise AS "Unusable, more"
            FROM @v_embedding_traffic
            WHERE %s AND breached <> '[]' AND $__timeFilter(window_end_at)
            ORDER BY window_end_at DESC
            LIMIT 200
            """
                .formatted(SPACE))
        .unit("short")
        .decimals(3);
  }

  private static Panel mixing() {
    return Panel.lines(
            13,
            12,
            "Predictions that mix versions in themselves",
            "Share of the predictions of a window that rest on several versions of one space at once, and the threshold"
                + " from which on the window is called WITHIN.")
        .series(
            """
            SELECT window_end_at AS time, model_id || ' ' || model_version || ' of ' || space_id AS metric,
              within_share AS share, threshold
            FROM @v_embedding_mixtures
            WHERE %s AND $__timeFilter(window_end_at)
            ORDER BY window_end_at
            """
                .formatted(SPACE))
        .unit("percentunit")
        .range(0, 1)
        .thin("/^threshold/");
  }

  private static Panel mixed() {
    return Panel.table(
            14,
            12,
            "Windows with several versions",
            "ACROSS: predictions rest on several versions of the space, each on one. WITHIN: one prediction on several.")
        .rows(
            """
            SELECT model_id AS "Model", model_version AS "Version", space_id AS "Space", window_end_at AS "Window end",
              mixing AS "Mixing", predictions AS "Predictions", within_share AS "Within", within_low AS "From",
              within_high AS "To", versions::text AS "Versions of the space"
            FROM @v_embedding_mixtures
            WHERE %s AND mixing <> 'NONE' AND $__timeFilter(window_end_at)
            ORDER BY window_end_at DESC
            LIMIT 200
            """
                .formatted(SPACE))
        .colours(
            "Mixing",
            """
            {"ACROSS": {"color": "orange"}, "WITHIN": {"color": "red"}}
            """)
        .unit("Within", "percentunit")
        .unit("From", "percentunit")
        .unit("To", "percentunit")
        .toModel("Model");
  }
}
