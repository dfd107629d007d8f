package dev.runway.retraintrigger.state;

import dev.runway.model.ModelDocument;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a decision needs to know of a model's document.
 *
 * @param team whose model it is; null when the document does not say
 * @param horizonMillis how long labels take
 * @param versions the versions that may predict; empty means any
 */
public record ModelFacts(
    long revision, int tier, @Nullable String team, long horizonMillis, List<String> versions) {

  static ModelFacts of(ModelDocument document) {
    String team = document.team();
    return new ModelFacts(
        document.revision(),
        document.tier(),
        team == null ? document.owner() : team,
        document.horizon().toMillis(),
        List.copyOf(document.versions()));
  }

  /** Whether a version may predict. */
  public boolean knows(String version) {
    return versions.isEmpty() || versions.contains(version);
  }
}
