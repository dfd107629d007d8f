package dev.runway.model;

import java.time.Duration;
import java.util.Map;

/** The catalogue as a Markdown table. */
final class TopicDocument {
  private static final Map<Topic, String> SCHEMAS =
      Map.ofEntries(
          Map.entry(Topic.PREDICTIONS, "prediction"),
          Map.entry(Topic.OUTCOMES, "outcome"),
          Map.entry(Topic.MODELS, "model-document"),
          Map.entry(Topic.BASELINES, "baseline"),
          Map.entry(Topic.SPACES, "embedding-space"),
          Map.entry(Topic.EMBEDDINGS, "embedding"),
          Map.entry(Topic.EMBEDDING_STABILITY, "embedding-stability"),
          Map.entry(Topic.EMBEDDING_TRAFFIC, "embedding-traffic"),
          Map.entry(Topic.EMBEDDING_MIXTURES, "embedding-mixture"),
          Map.entry(Topic.EXPERIMENTS, "experiment-result"),
          Map.entry(Topic.GROUNDTRUTH, "groundtruth"),
          Map.entry(Topic.PERFORMANCE, "performance"),
          Map.entry(Topic.PERFORMANCE_MASTER, "performance"),
          Map.entry(Topic.LATE_OUTCOMES, "late-outcome"),
          Map.entry(Topic.DEAD_LETTERS, "dead-letter"),
          Map.entry(Topic.DRIFT, "drift"),
          Map.entry(Topic.TILES, "tile"),
          Map.entry(Topic.PRODUCER_TILES, "producer-tile"),
          Map.entry(Topic.STALENESS, "staleness"),
          Map.entry(Topic.DECISIONS, "decision"),
          Map.entry(Topic.RETRAINS, "retrain-command"),
          Map.entry(Topic.RETRAIN_STATUS, "retrain-status"),
          Map.entry(Topic.CONTROLS, "control"),
          Map.entry(Topic.TICKS, "tick"),
          Map.entry(Topic.POLICIES, "policy-version"),
          Map.entry(Topic.DEPENDENCIES, "dependency"));

  private TopicDocument() {}

  static String of(Topic... topics) {
    StringBuilder page = new StringBuilder();
    page.append("# Topics\n\n");
    page.append("Generated from `dev.runway.model.Topic`; a test fails when the two differ.\n\n");
    page.append(
        "Names are those of the running product; an isolated replay has a namespace of its");
    page.append(" own in place of `").append(Topic.LIVE).append("`. Partitions are those of the");
    page.append(" local stack. Values are JSON; the schemas are in");
    page.append(
        " `shared/model/src/main/resources/schemas`. Topics without one have no event yet.");
    page.append(" A bar or percent sign inside a part of a compacted topic's key is written");
    page.append(" `%7C` or `%25`.");
    page.append("\n\n| topic | key | partitions | cleanup | retention | schema |\n");
    page.append("|---|---|---|---|---|---|\n");
    for (Topic topic : topics) {
      page.append("| `").append(topic.in(Topic.LIVE));
      page.append("` | ").append(topic.keyedBy().replace("|", "\\|"));
      page.append(" | ").append(topic.partitions());
      page.append(" | ").append(topic.cleanup() == Topic.Cleanup.COMPACT ? "compact" : "delete");
      page.append(" | ").append(retention(topic.retention()));
      page.append(" | ").append(schema(topic)).append(" |\n");
    }
    return page.toString();
  }

  private static String retention(Duration retention) {
    return retention.isZero() ? "newest of each key" : retention.toDays() + " days";
  }

  private static String schema(Topic topic) {
    String schema = SCHEMAS.get(topic);
    return schema == null ? "" : "`" + schema + ".schema.json`";
  }
}
