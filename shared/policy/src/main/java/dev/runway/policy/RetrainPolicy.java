package dev.runway.policy;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One version of a policy, as the control API has checked it.
 *
 * @param when the condition that asks for a retrain
 * @param unless the condition that holds it back; null when none does
 * @param windows so many windows must hold {@code when} ...
 * @param of ... of the last so many in which it could be judged
 * @param minSamples predictions of a window below which it does not count
 * @param mode null when the approval decides
 * @param approval when a person has to approve
 * @param priority 0 to 9
 * @param notifies it tells people and asks for no retrain
 * @param cooldown null when the ledger's usual one holds
 * @param maxPerDay retrains of a model in a UTC day; 0 for any number
 * @param waitForLabels drift alone waits for the labels that say whether it matters
 * @param cadence how often the model is to be trained; null when the usual holds
 * @param thresholds null when those of the tier hold
 */
public record RetrainPolicy(
    String name,
    int version,
    String team,
    List<String> models,
    boolean enabled,
    String when,
    @Nullable String unless,
    int windows,
    int of,
    long minSamples,
    @Nullable Mode mode,
    Approval approval,
    int priority,
    boolean notifies,
    @Nullable Duration cooldown,
    int maxPerDay,
    boolean waitForLabels,
    @Nullable Duration cadence,
    @Nullable Thresholds thresholds) {

  /** Most windows that a policy may look back over. */
  public static final int MAX_WINDOWS = 1_000;

  /** What happens without a person. */
  public enum Mode {
    ADVISE,
    APPROVE,
    AUTO
  }

  /** When a person has to approve. */
  public enum Approval {
    NEVER,
    TIER1,
    ALWAYS,
    /** The policy does not say: its tier does. */
    OF_TIER
  }

  /**
   * Where a score changes the level, in place of the tier's.
   *
   * @param windows in a row that raise the level
   */
  public record Thresholds(double atRisk, double stale, int windows) {}

  /**
   * From its document.
   *
   * @param document checked against the contract of the control API
   * @throws IllegalArgumentException if it is no policy of this release
   */
  public static RetrainPolicy of(int version, JsonNode document) {
    JsonNode spec = document.path("spec");
    JsonNode retrain = spec.path("action").path("retrain");
    List<String> models = new ArrayList<>();
    spec.path("models").forEach(model -> models.add(model.asText()));
    int windows = spec.path("for").path("windows").asInt(1);
    RetrainPolicy policy =
        new RetrainPolicy(
            document.at("/metadata/name").asText(),
            version,
            document.at("/metadata/team").asText(),
            List.copyOf(models),
            spec.path("enabled").asBoolean(true),
            spec.path("when").asText(),
            spec.path("unless").asText(null),
            windows,
            spec.path("for").path("of").asInt(windows),
            spec.path("minSamples").asLong(0),
            mode(retrain.path("mode").asText("")),
            approval(retrain.path("requireApproval").asText("")),
            priority(spec.at("/action/retrain/priority").asText("normal")),
            !spec.path("action").has("retrain"),
            duration(spec.path("limits").path("cooldown")),
            spec.path("limits").path("maxPerDay").asInt(0),
            spec.path("waitForLabels").asBoolean(false),
            duration(spec.path("cadence")),
            thresholds(spec.path("thresholds")));
    if (policy.name.isEmpty() || policy.when.isEmpty() || models.isEmpty()) {
      throw new IllegalArgumentException("a policy has a name, models and a condition");
    }
    Thresholds own = policy.thresholds;
    if (own != null && !(own.atRisk > 0 && own.stale >= own.atRisk && own.windows >= 1)) {
      throw new IllegalArgumentException(policy.name + ": thresholds " + own + " cannot be");
    }
    if (windows < 1 || policy.of < windows || policy.of > MAX_WINDOWS) {
      throw new IllegalArgumentException(
          policy.name + ": for " + windows + " windows of " + policy.of + " cannot be");
    }
    return policy;
  }

  private static @Nullable Mode mode(String word) {
    return switch (word) {
      case "advise" -> Mode.ADVISE;
      case "approve" -> Mode.APPROVE;
      case "auto" -> Mode.AUTO;
      default -> null;
    };
  }

  private static Approval approval(String word) {
    return switch (word) {
      case "never" -> Approval.NEVER;
      case "tier1" -> Approval.TIER1;
      case "always" -> Approval.ALWAYS;
      default -> Approval.OF_TIER;
    };
  }

  private static int priority(String word) {
    return switch (word) {
      case "low" -> 0;
      case "high" -> 6;
      default -> 3;
    };
  }

  private static @Nullable Duration duration(JsonNode text) {
    return text.isTextual() ? Duration.parse(text.asText()) : null;
  }

  private static @Nullable Thresholds thresholds(JsonNode given) {
    return given.isObject()
        ? new Thresholds(
            given.path("atRisk").asDouble(),
            given.path("stale").asDouble(),
            given.path("windows").asInt(2))
        : null;
  }

  /** What happens without a person to a model of a tier. */
  public Mode mode(int tier) {
    if (notifies) {
      return Mode.ADVISE;
    }
    if (mode != null) {
      return mode;
    }
    return switch (approval) {
      case NEVER -> Mode.AUTO;
      case TIER1 -> tier == 1 ? Mode.APPROVE : Mode.AUTO;
      case ALWAYS -> Mode.APPROVE;
      case OF_TIER -> ofTier(tier);
    };
  }

  /** The mode of a tier where no policy says another one. */
  public static Mode ofTier(int tier) {
    return switch (tier) {
      case 1, 3 -> Mode.APPROVE;
      case 2 -> Mode.AUTO;
      default -> Mode.ADVISE;
    };
  }
}
