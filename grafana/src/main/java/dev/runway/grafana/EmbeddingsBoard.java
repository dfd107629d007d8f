package dev.runway.grafana;

/** Whether new versions of embeddings can take the place of those before them. */
final class EmbeddingsBoard {
  private static final String SPACE = Views.in("space_id", "space");
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
        .row("By consumer")
        .add(consumers(), graph())
        .row("Measures")
        .add(overlap(), cosine(), measures());
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
            "Time from what made an embedding to when it was stored, of the newer versions; at most 60 seconds.")
        .rows(
            """
            SELECT max((metrics #>> '{freshness_p95_seconds,value}')::double precision) AS p95
            FROM @v_embedding_stability
            WHERE %s AND up_to_date
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
}
