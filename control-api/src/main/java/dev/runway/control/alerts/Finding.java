package dev.runway.control.alerts;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that is wrong now.
 *
 * @param modelId null when it is about no model, and so is the version
 * @param occurrence tells this time from others: an episode, a command, a time
 * @param team null when unknown
 * @param tier 1 to 4; 0 when unknown
 * @param details what it was seen by: flat, for targets show them one by one
 */
record Finding(
    Rule rule,
    @Nullable String modelId,
    @Nullable String modelVersion,
    String occurrence,
    @Nullable String team,
    int tier,
    String summary,
    ObjectNode details) {
  private static final int MAX_SUMMARY = 300;

  Finding {
    summary = summary.length() > MAX_SUMMARY ? summary.substring(0, MAX_SUMMARY) : summary;
  }

  /** Made of what it is about alone, so that whoever finds it again finds the same. */
  UUID id() {
    String name =
        JsonNodeFactory.instance
            .arrayNode()
            .add(rule.name())
            .add(modelId)
            .add(modelVersion)
            .add(occurrence)
            .toString();
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }

  Severity severity() {
    return Severity.of(tier, rule.worst());
  }
}
