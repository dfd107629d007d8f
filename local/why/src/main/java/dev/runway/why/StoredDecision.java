package dev.runway.why;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.model.Decision;
import dev.runway.model.SignalPart;
import dev.runway.retraintrigger.decision.Judge;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A decision as its row has it.
 *
 * @param parts by signal; {@code null} where the row has none
 * @param policyVersion 0 without a policy
 * @param inputs what it was made from, byte by byte
 */
record StoredDecision(
    String decisionId,
    String modelId,
    String modelVersion,
    long windowEndMillis,
    String verdict,
    String mode,
    @Nullable String hold,
    @Nullable String attributedTo,
    String stateBefore,
    String stateAfter,
    @Nullable String episode,
    @Nullable Double score,
    @Nullable String severityClass,
    double coverage,
    @Nullable JsonNode parts,
    @Nullable JsonNode missing,
    @Nullable JsonNode features,
    @Nullable String profileId,
    @Nullable String policy,
    int policyVersion,
    String inputs,
    String explanation,
    String evidenceHash,
    @Nullable String commandId,
    int tier,
    @Nullable String team,
    long atMillis) {

  /** A column whose value is another one when the decision is made again. */
  record Difference(String column, String stored, String again) {}

  /**
   * Makes the decision again from its inputs, by the code of this release.
   *
   * @throws IllegalArgumentException if the inputs are not what a release has written
   */
  StoredDecision again() {
    Decision decision = Judge.judge(inputs.getBytes(StandardCharsets.UTF_8)).decision();
    JsonNode signals = signals(decision);
    return new StoredDecision(
        decision.id().toString(),
        decision.modelId(),
        decision.modelVersion(),
        decision.windowEndMillis(),
        decision.verdict().name(),
        decision.mode().name(),
        name(decision.hold()),
        decision.attributedTo(),
        decision.stateBefore().name(),
        decision.stateAfter().name(),
        decision.episode(),
        decision.score(),
        name(decision.severityClass()),
        decision.coverage(),
        signals.get("parts"),
        signals.get("missing"),
        signals.get("features"),
        decision.profileId(),
        decision.policy(),
        decision.policy() == null ? 0 : decision.policyVersion(),
        new String(decision.inputs(), StandardCharsets.UTF_8),
        decision.explanation(),
        decision.evidenceHash(),
        decision.commandId(),
        decision.tier(),
        decision.team(),
        decision.atMillis());
  }

  private static JsonNode signals(Decision decision) {
    try {
      return new ObjectMapper()
          .readTree(SignalPart.json(decision.parts(), decision.missing(), decision.features()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("written by this release, and yet unreadable", e);
    }
  }

  private static @Nullable String name(@Nullable Enum<?> constant) {
    return constant == null ? null : constant.name();
  }

  /** The columns in which another decision differs, be it by one bit. */
  List<Difference> differences(StoredDecision other) {
    Map<String, String> theirs = other.columns();
    List<Difference> differences = new ArrayList<>();
    columns()
        .forEach(
            (column, value) -> {
              String their = Objects.requireNonNull(theirs.get(column));
              if (!value.equals(their)) {
                differences.add(new Difference(column, value, their));
              }
            });
    return differences;
  }

  /** Of each column a text that is another one when a bit of the value is. */
  Map<String, String> columns() {
    Map<String, String> columns = new LinkedHashMap<>();
    columns.put("decision_id", decisionId);
    columns.put("model_id", modelId);
    columns.put("model_version", modelVersion);
    columns.put("window_end_at", Long.toString(windowEndMillis));
    columns.put("verdict", verdict);
    columns.put("mode", mode);
    columns.put("hold", text(hold));
    columns.put("attributed_to", text(attributedTo));
    columns.put("state_before", stateBefore);
    columns.put("state_after", stateAfter);
    columns.put("episode", text(episode));
    columns.put("score", text(score));
    columns.put("severity_class", text(severityClass));
    columns.put("coverage", text(coverage));
    columns.put("parts", text(parts));
    columns.put("missing", text(missing));
    columns.put("features", text(features));
    columns.put("profile_id", text(profileId));
    columns.put("policy", text(policy));
    columns.put("policy_version", Integer.toString(policyVersion));
    columns.put("inputs", inputs);
    columns.put("explanation", explanation);
    columns.put("evidence_hash", evidenceHash);
    columns.put("command_id", text(commandId));
    columns.put("tier", Integer.toString(tier));
    columns.put("team", text(team));
    columns.put("decided_at", Long.toString(atMillis));
    return columns;
  }

  private static String text(@Nullable Object value) {
    return value == null ? "none" : value.toString();
  }

  /** The database sorts the fields of an object, and writes the same number in another way. */
  private static String text(@Nullable JsonNode json) {
    if (json == null || json.isNull()) {
      return "none";
    }
    if (json.isNumber()) {
      return Double.toString(json.doubleValue());
    }
    if (json.isArray()) {
      List<String> values = new ArrayList<>();
      json.forEach(value -> values.add(text(value)));
      return values.toString();
    }
    if (json.isObject()) {
      List<String> fields = new ArrayList<>();
      json.properties().forEach(field -> fields.add(field.getKey() + "=" + text(field.getValue())));
      fields.sort(null);
      return fields.toString();
    }
    return json.asText();
  }
}
