package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.control.graph.ImpactWalks;
import dev.runway.testkit.PostgresDatabase;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.PGConnection;

/** Impact against a walk in plain Java, and how it finds its way in a large graph. */
class ImpactITCase {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> KINDS =
      List.of("COORDINATES", "SIMILARITY", "PREDICTION", "DATA_ONLY");

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(3)
  @RegisterExtension
  static final RunningApi API = new RunningApi(POSTGRES, "127.0.0.1:1", Map.of());

  /** One dependency of a test graph; nodes are numbers. */
  private record Link(int upstream, int downstream, String kind, boolean ended) {}

  @BeforeEach
  void emptyGraph() throws Exception {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "TRUNCATE runway.graph_edges, runway.graph_nodes, runway.embedding_stability,"
            + " runway.embedding_spaces",
        "DELETE FROM runway.models");
  }

  @Test
  void impact_isWhatAPlainWalkFinds() throws Exception {
    Random random = new Random(11);
    int nodes = 250;
    List<Link> links = new ArrayList<>();
    for (int i = 0; i < 3 * nodes; i++) {
      int upstream = random.nextInt(nodes - 1);
      int downstream = upstream + 1 + random.nextInt(Math.min(40, nodes - upstream - 1));
      links.add(
          new Link(upstream, downstream, KINDS.get(random.nextInt(4)), random.nextInt(4) == 0));
    }
    store(nodes, links);

    int compared = 0;
    for (int round = 0; round < 60; round++) {
      int start = random.nextInt(nodes);
      int depth = List.of(1, 2, 5, 50).get(random.nextInt(4));
      JsonNode impact =
          API.get("/v1/graph/impact?limit=1000&node=feature:%d&depth=%d".formatted(start, depth))
              .body();
      compared += requireSame(impact.path("downstream"), walk(links, start, depth, true));
      compared += requireSame(impact.path("upstream"), walk(links, start, depth, false));
    }
    assertThat(compared).isGreaterThan(1_000);
  }

  /** The newest pair of the space, for the way in which the dependency uses it. */
  @Test
  void dependenciesThatCarryVectors_tellWhatWasSaidLastOfTheirSpace() throws Exception {
    for (String model : List.of("titles", "ranker", "related", "price")) {
      API.post("/v1/models", Bodies.model(model, "ranking"));
    }
    edge("model:titles", "model:ranker", "COORDINATES");
    edge("model:titles", "model:related", "SIMILARITY");
    edge("model:titles", "model:price", "PREDICTION");
    edge("model:ranker", "model:price", "COORDINATES"); // Of a model that is no space.
    edge("feature:titles", "model:ranker", "COORDINATES"); // No model, and no space.
    compared("titles", "v5", "v5-again", "0 minutes", true, 2);
    compared("titles", "v4", "v5", "9 days", false, 2);
    compared("titles", "v5", "v6", "1 hour", false, 2);
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        // Newer, and no document names it any more.
        """
        INSERT INTO runway.embedding_stability
        SELECT (jsonb_populate_record(s, '{"version_after": "v7", "compatibility": "UNDECIDED"}')).*
        FROM runway.embedding_stability AS s WHERE version_after = 'v6'
        """,
        """
        UPDATE runway.embedding_stability SET as_of = now(), measured =
            '{"verdicts": {"COORDINATES": {"compatibility": "UNDECIDED", "reason": "NOT_COMPARED", "models": []}}}'
        WHERE version_after = 'v7'
        """);

    JsonNode impact = API.get("/v1/models/titles/impact").body();
    JsonNode below = impact.path("downstream").path("nodes");
    assertThat(below.findValuesAsText("name")).containsExactly("price", "ranker", "related");
    assertThat(below.get(0).has("embeddings")).isFalse();
    JsonNode rotated = below.get(1).path("embeddings");
    assertThat(rotated).hasSize(1);
    assertThat(told(rotated.get(0)))
        .isEqualTo("titles COORDINATES ROTATED ROTATION v5 v6 true true");
    assertThat(rotated.get(0).path("as_of").asText()).endsWith(":00Z");
    assertThat(told(below.get(2).at("/embeddings/0")))
        .isEqualTo("titles SIMILARITY STABLE AS_BASELINE v5 v6 true true");
    // From the other side it is the space itself that says so.
    JsonNode above = API.get("/v1/models/ranker/impact").body().path("upstream").path("nodes");
    assertThat(above.findValuesAsText("name")).containsExactly("titles", "titles");
    assertThat(above.get(0).has("embeddings")).as(above.get(0).toString()).isFalse();
    assertThat(told(above.get(1).at("/embeddings/0"))).startsWith("titles COORDINATES ROTATED");
    JsonNode edges = API.get("/v1/graph/edges?upstream=model:titles").body().path("items");
    assertThat(edges).hasSize(3);
    for (JsonNode edge : edges) {
      JsonNode said = edge.path("embedding");
      if (edge.path("kind").asText().equals("PREDICTION")) {
        assertThat(said.isMissingNode()).isTrue();
      } else {
        assertThat(said.path("usage")).isEqualTo(edge.path("kind"));
        assertThat(told(said)).contains(" v5 v6 ");
      }
    }

    // A newer document, and a job that stands: what was said is told with that.
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "INSERT INTO runway.embedding_spaces (space_id, revision, state, team, document, message)"
            + " VALUES ('titles', 3, 'ACTIVE', 'ranking', '{}', '')",
        "UPDATE runway.embedding_stability SET computed_at = now() - interval '3 days'");
    JsonNode old =
        API.get("/v1/models/titles/impact").body().at("/downstream/nodes/1/embeddings/0");
    assertThat(told(old)).isEqualTo("titles COORDINATES ROTATED ROTATION v5 v6 false false");
  }

  /** Whoever uses one version is told what may come in its place. */
  @Test
  void dependencyOnAVersion_tellsOfThePairThatBeginsWithIt() throws Exception {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.graph_nodes (node_id, kind, name, source) VALUES
            ('version:titles/2026/05', 'VERSION', 'titles/2026/05', 'registry'),
            ('model:ranker', 'MODEL', 'ranker', 'registry')
        """);
    edge("version:titles/2026/05", "model:ranker", "COORDINATES");
    compared("titles", "2026/05", "2026/06", "1 hour", false, 1);
    compared("titles", "2026/06", "2026/07", "0 minutes", false, 1);

    JsonNode nodes =
        API.get("/v1/graph/impact?node=model:ranker").body().path("upstream").path("nodes");

    assertThat(told(nodes.get(0).at("/embeddings/0")))
        .isEqualTo("titles COORDINATES ROTATED ROTATION 2026/05 2026/06 true true");
  }

  /**
   * {@code as_of} is of the pair that was compared last, and {@code compatibility} of the ways that
   * the document names: neither chooses.
   */
  @Test
  void ofSeveralPairs_theWorstThatEndsInANewestVersionIsTold() throws Exception {
    for (String model : List.of("titles", "ranker")) {
      API.post("/v1/models", Bodies.model(model, "ranking"));
    }
    edge("model:titles", "model:ranker", "COORDINATES");
    compared("titles", "v4", "v5", "0 minutes", false, 1);
    compared("titles", "v5", "v6", "1 hour", false, 1);
    assertThat(ofRanker()).isEqualTo("titles COORDINATES ROTATED ROTATION v5 v6 true true");

    // A second way to the newest version breaks who uses coordinates; the row says it of no one.
    compared("titles", "v3", "v6", "2 hours", false, 1);
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        UPDATE runway.embedding_stability SET compatibility = 'STABLE', measured =
            '{"verdicts": {"COORDINATES": {"compatibility": "BREAKING", "reason": "DIMENSIONS", "models": []}}}'
        WHERE version_before = 'v3'
        """);
    assertThat(ofRanker()).isEqualTo("titles COORDINATES BREAKING DIMENSIONS v3 v6 true true");

    // One that breaks and is not the newest is over.
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "UPDATE runway.embedding_stability SET version_after = 'v5' WHERE version_before = 'v3'");
    assertThat(ofRanker()).isEqualTo("titles COORDINATES ROTATED ROTATION v5 v6 true true");
  }

  private static String ofRanker() throws Exception {
    JsonNode nodes = API.get("/v1/models/titles/impact").body().at("/downstream/nodes");
    return told(nodes.get(0).at("/embeddings/0"));
  }

  /** However many spaces there are, a verdict reads the pairs of one by their key. */
  @Test
  void verdicts_areFoundByTheKeyOfTheirSpace() throws Exception {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.embedding_stability (space_id, version_before, version_after,
            document_revision, as_of, baseline, compatibility, items_before, items_after, pairs,
            unusable_pairs, dimensions_before, dimensions_after, sample_size, neighbours, measured,
            computed_at)
        SELECT 'space-' || s, 'v' || p, 'v' || p + 1, 1, now(), false, 'STABLE', 900, 900, 900, 0, 64,
            64, 500, 10, '{"verdicts": {"COORDINATES": {"compatibility": "STABLE", "reason": "NOISE"}}}',
            now()
        FROM generate_series(1, 2000) AS s, generate_series(1, 8) AS p
        """,
        "ANALYZE runway.embedding_stability");
    try (Connection connection = POSTGRES.connect(PostgresDatabase.SUPERUSER)) {
      connection.setAutoCommit(false);
      connection.createStatement().execute("SET search_path = runway");
      ResultSet found =
          connection
              .createStatement()
              .executeQuery(
                  "SELECT count(embedding_verdict('model:space-' || s, 'COORDINATES'))"
                      + " FROM generate_series(1, 100) AS s");
      found.next();
      assertThat(found.getInt(1)).isEqualTo(100);
      ResultSet reads =
          connection
              .createStatement()
              .executeQuery(
                  "SELECT seq_scan, idx_scan, idx_tup_fetch FROM pg_stat_xact_user_tables"
                      + " WHERE schemaname = 'runway' AND relname = 'embedding_stability'");
      reads.next();
      assertThat(reads.getLong(1)).as("reads of the whole table").isZero();
      assertThat(reads.getLong(2)).isGreaterThanOrEqualTo(100);
      // The pairs of each space, for each one that goes on from it, and a few of the planner.
      assertThat(reads.getLong(3)).as("rows read of 16,000").isLessThan(100 * (8 + 8 + 2));
    }
  }

  private static String told(JsonNode verdict) {
    return String.join(
        " ",
        List.of(
                "space_id",
                "usage",
                "compatibility",
                "reason",
                "version_before",
                "version_after",
                "up_to_date",
                "current_document")
            .stream()
            .map(field -> verdict.path(field).asText("-"))
            .toList());
  }

  private static void edge(String upstream, String downstream, String kind) throws Exception {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.graph_nodes (node_id, kind, name, source)
        VALUES ('%1$s', 'FEATURE', split_part('%1$s', ':', 2), 'api') ON CONFLICT DO NOTHING
        """
            .formatted(upstream),
        "INSERT INTO runway.graph_edges (upstream, downstream, kind, source, created_by)"
            + " VALUES ('%s', '%s', '%s', 'api', 'test')".formatted(upstream, downstream, kind));
  }

  private static void compared(
      String space, String before, String after, String ago, boolean baseline, int revision)
      throws Exception {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.embedding_stability (space_id, version_before, version_after,
            document_revision, as_of, baseline, compatibility, items_before, items_after, pairs,
            unusable_pairs, dimensions_before, dimensions_after, sample_size, neighbours, measured,
            computed_at)
        VALUES ('%s', '%s', '%s', %d, date_trunc('minute', now() - interval '%s'), %b, 'ROTATED', 900, 900,
            900, 0, 64, 64, 500, 10,
            '{"metrics": {}, "verdicts": {
                "COORDINATES": {"compatibility": "ROTATED", "reason": "ROTATION", "models": ["ranker"]},
                "SIMILARITY": {"compatibility": "STABLE", "reason": "AS_BASELINE", "models": []}}}', now())
        """
            .formatted(space, before, after, revision, ago, baseline));
  }

  @Test
  void whatIsCut_isTold() throws Exception {
    List<Link> links = new ArrayList<>();
    for (int i = 1; i <= 30; i++) {
      links.add(new Link(0, i, "DATA_ONLY", false));
      links.add(new Link(i, 30 + i, "DATA_ONLY", false));
    }
    store(61, links);
    String path = "/v1/graph/impact?node=feature:0";

    assertThat(cut(path)).isEmpty();
    assertThat(cut(path + "&depth=2")).isEmpty();
    assertThat(cut(path + "&depth=1")).containsExactly("DEPTH");
    assertThat(cut(path + "&limit=59")).containsExactly("LIMIT");
    assertThat(cut(path + "&limit=29&depth=1")).containsExactly("DEPTH", "LIMIT");
    assertThat(API.get(path + "&limit=5").body().at("/downstream/reached").asInt()).isEqualTo(60);
  }

  @Test
  void widestWalk_endsToo() throws Exception {
    List<Link> links = new ArrayList<>();
    for (int i = 1; i <= 21_000; i++) {
      links.add(new Link(0, i, "DATA_ONLY", false));
    }
    store(21_001, links);

    JsonNode side = API.get("/v1/graph/impact?node=feature:0").body().path("downstream");

    assertThat(side.path("cut").toString()).isEqualTo("[\"STEPS\",\"LIMIT\"]");
    assertThat(side.path("reached").asInt()).isEqualTo(20_000);
    assertThat(side.path("nodes").size()).isEqualTo(100);
  }

  @Test
  void planOfADensePart_isBoundedToo() throws Exception {
    API.post("/v1/models", Bodies.model("dense", "ranking"));
    List<Link> links = new ArrayList<>();
    for (int i = 0; i < 330; i++) {
      for (int j = 0; j < 330; j++) {
        links.add(new Link(i, 330 + j, "PREDICTION", false));
      }
    }
    store(660, links);
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.graph_edges (upstream, downstream, kind, source, created_by)
        SELECT 'model:dense', 'feature:' || n, 'PREDICTION', 'api', 'test'
        FROM generate_series(0, 329) AS n
        """,
        "ANALYZE runway.graph_nodes, runway.graph_edges");

    RunningApi.Reply plan = API.get("/v1/models/dense/retrain-plan");

    assertThat(plan.status()).as(plan.http().body()).isEqualTo(200);
    assertThat(plan.body().path("complete").asBoolean()).isFalse();
    assertThat(plan.body().at("/waves/0/models/0/model_id").asText()).isEqualTo("dense");
  }

  /**
   * Features, models that read four of them, and models that read models: the shape of a fleet. How
   * long it takes is measured by {@code ./runway bench control}.
   */
  @Test
  void impact_findsItsWayByIndexes_howeverLargeTheGraph() throws Exception {
    int models = 5_000;
    int features = 20_000;
    int sources = 2_000;
    int perModel = 3;
    Random random = new Random(3);
    List<Link> links = new ArrayList<>();
    for (int i = 0; i < features; i++) {
      links.add(new Link(random.nextInt(sources), sources + i, "DATA_ONLY", false));
    }
    int first = sources + features;
    for (int i = 0; i < models; i++) {
      for (int j = 0; j < perModel; j++) {
        // Some features are read by many: the square of a uniform number is small more often.
        double share = random.nextDouble() * random.nextDouble();
        links.add(new Link(sources + (int) (features * share), first + i, "DATA_ONLY", false));
      }
      if (i > 0 && random.nextInt(4) > 0) {
        int upstream = first + (int) (i * random.nextDouble() * random.nextDouble());
        links.add(new Link(upstream, first + i, KINDS.get(random.nextInt(3)), false));
      }
      for (int j = 0; j < 2 && i > 0; j++) {
        links.add(new Link(first + random.nextInt(i), first + i, "PREDICTION", false));
      }
    }
    int nodes = first + models;
    store(nodes, links);
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.models (model_id, revision, state, owner, team, tier, tags,
            strict_versions, judging, message)
        SELECT name, 1, 'ACTIVE', 'ada', 'team-' || node_number %% 40, 1 + node_number %% 4, '{}',
            false, '{}', ''
        FROM (SELECT name, name::int AS node_number FROM runway.graph_nodes
              WHERE name::int >= %d) AS n
        """
            .formatted(first),
        """
        UPDATE runway.graph_nodes SET model_id = name, kind = 'MODEL' WHERE name::int >= %d
        """
            .formatted(first),
        "ANALYZE runway.graph_nodes, runway.graph_edges, runway.models");

    for (String walk : ImpactWalks.ALL) {
      List<JsonNode> reads = new ArrayList<>();
      readsOfEdges(plan(walk, "feature:0"), false, reads);
      assertThat(reads)
          .as(walk)
          .isNotEmpty()
          .allSatisfy(
              read ->
                  assertThat(read.path("Node Type").asText())
                      .as(read.toString())
                      .isIn("Index Scan", "Index Only Scan", "Bitmap Heap Scan"));
    }
  }

  /** As the API asks: the values are bound. */
  private static JsonNode plan(String walk, String start) throws Exception {
    try (Connection connection = POSTGRES.connect("runway_api");
        PreparedStatement statement =
            connection.prepareStatement("EXPLAIN (FORMAT JSON) " + walk)) {
      statement.setString(1, start);
      int[] depthsAndLimits = {10, 20_001, 10, 10, 100};
      for (int i = 0; i < depthsAndLimits.length; i++) {
        statement.setInt(2 + i, depthsAndLimits[i]);
      }
      ResultSet rows = statement.executeQuery();
      rows.next();
      return JSON.readTree(rows.getString(1)).at("/0/Plan");
    }
  }

  /** How dependencies are read within the walk, which is where there may be many steps. */
  private static void readsOfEdges(JsonNode node, boolean inWalk, List<JsonNode> found) {
    boolean walks = inWalk || node.path("Node Type").asText().equals("Recursive Union");
    if (walks && node.path("Relation Name").asText().equals("graph_edges")) {
      found.add(node);
    }
    node.path("Plans").forEach(each -> readsOfEdges(each, walks, found));
  }

  private static List<String> cut(String path) {
    List<String> cut = new ArrayList<>();
    API.get(path).body().at("/downstream/cut").forEach(reason -> cut.add(reason.asText()));
    return cut;
  }

  /** What a walk found of a node. */
  private record Found(int depth, Set<String> uses) {}

  private static int requireSame(JsonNode side, Map<String, Found> expected) {
    Map<String, Found> found = new TreeMap<>();
    for (JsonNode node : side.path("nodes")) {
      Set<String> uses = new TreeSet<>();
      node.path("uses").forEach(use -> uses.add(use.asText()));
      found.put(node.path("node_id").asText(), new Found(node.path("depth").asInt(), uses));
    }
    assertThat(found).isEqualTo(expected);
    assertThat(side.path("reached").asInt()).isEqualTo(expected.size());
    return found.size();
  }

  private static Map<String, Found> walk(List<Link> links, int start, int depth, boolean down) {
    Map<Integer, Integer> depths = new HashMap<>(Map.of(start, 0));
    Deque<Integer> waiting = new ArrayDeque<>(List.of(start));
    while (!waiting.isEmpty()) {
      int node = waiting.remove();
      if (depths.get(node) > depth) {
        continue;
      }
      for (Link link : links) {
        int from = down ? link.upstream() : link.downstream();
        int to = down ? link.downstream() : link.upstream();
        if (from == node && !link.ended() && depths.putIfAbsent(to, depths.get(node) + 1) == null) {
          waiting.add(to);
        }
      }
    }
    Map<String, Found> found = new TreeMap<>();
    depths.forEach(
        (node, at) -> {
          if (at > 0 && at <= depth) {
            Set<String> uses = new TreeSet<>();
            for (Link link : links) {
              int from = down ? link.upstream() : link.downstream();
              int to = down ? link.downstream() : link.upstream();
              if (to == node && !link.ended() && depths.containsKey(from)) {
                uses.add(link.kind());
              }
            }
            found.put("feature:" + node, new Found(at, uses));
          }
        });
    return found;
  }

  private static void store(int nodes, List<Link> links) throws Exception {
    StringBuilder rows = new StringBuilder();
    for (Link link : links) {
      rows.append("feature:%d\tfeature:%d\t".formatted(link.upstream(), link.downstream()))
          .append(link.kind())
          .append("\tapi\t2026-01-01T00:00:00Z\t")
          .append(link.ended() ? "2026-02-01T00:00:00Z" : "\\N")
          .append("\ttest\n");
    }
    try (Connection connection = POSTGRES.connect(PostgresDatabase.SUPERUSER)) {
      connection
          .createStatement()
          .execute(
              """
              INSERT INTO runway.graph_nodes (node_id, kind, name, source)
              SELECT 'feature:' || n, 'FEATURE', n, 'api' FROM generate_series(0, %d) AS n;
              CREATE TEMP TABLE links (upstream text, downstream text, kind text, source text,
                  valid_from timestamptz, valid_to timestamptz, created_by text)
              """
                  .formatted(nodes - 1));
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn("COPY links FROM STDIN", new StringReader(rows.toString()));
      // Two of the same kind between two nodes are one that holds.
      connection
          .createStatement()
          .execute(
              """
              INSERT INTO runway.graph_edges (upstream, downstream, kind, source, valid_from,
                  valid_to, created_by)
              SELECT DISTINCT upstream, downstream, kind, source, valid_from, valid_to, created_by
              FROM links
              """);
    }
  }
}
