package dev.runway.retraintrigger.decision;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.model.Limits;
import dev.runway.retraintrigger.policy.PolicySet;
import dev.runway.retraintrigger.signal.Observation;
import dev.runway.retraintrigger.state.Dossier;
import dev.runway.retraintrigger.state.StoredValue;
import dev.runway.retraintrigger.state.VersionFile;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * All that one decision is made from. It is made from the bytes that are stored with it, and from
 * nothing else, so that whoever has these comes to the same.
 *
 * @param format of these bytes; a later release reads older ones
 * @param version the version that is judged
 * @param policies those that decide about the model, in the order of their names
 * @param dossier of the model as it was before
 */
public record DecisionInputs(
    int format,
    long tickMillis,
    long windowEndMillis,
    String version,
    TriggerSettings settings,
    Surroundings around,
    List<PolicySet.Written> policies,
    Dossier dossier) {

  static final int FORMAT = 1;

  /** Features that an observation keeps where all of them are too many, fewer with each try. */
  private static final int[] FEATURES = {Limits.MAX_FAULTY_FEATURES, 3, 0};

  /**
   * As they are stored: at most {@link Limits#MAX_INPUTS_BYTES}. Of more policies than there is
   * room for the last ones are left out, and that is said: what one person writes must not stop the
   * decisions about all models.
   */
  byte[] bytes() {
    for (int features : FEATURES) {
      byte[] bytes = StoredValue.write(trimmed(features, policies.size()));
      if (bytes.length <= Limits.MAX_INPUTS_BYTES) {
        return bytes;
      }
    }
    for (int kept = policies.size() - 1; kept >= 0; kept--) {
      byte[] bytes = StoredValue.write(trimmed(0, kept));
      if (bytes.length <= Limits.MAX_INPUTS_BYTES) {
        return bytes;
      }
    }
    throw new IllegalStateException(
        "the dossier of %s is larger than its bounds allow".formatted(dossier.modelId));
  }

  /** Reads what a decision was made from. */
  static DecisionInputs of(byte[] bytes) {
    return StoredValue.read(bytes, DecisionInputs.class);
  }

  private DecisionInputs trimmed(int features, int kept) {
    if (features < Limits.MAX_FAULTY_FEATURES) {
      for (VersionFile file : dossier.versions.values()) {
        for (TreeMap<Long, Observation> windows : file.observed.values()) {
          windows.replaceAll((end, observation) -> observation.withFeatures(features));
        }
      }
    }
    return new DecisionInputs(
        format,
        tickMillis,
        windowEndMillis,
        version,
        settings,
        around,
        firstPolicies(kept),
        dossier);
  }

  private List<PolicySet.Written> firstPolicies(int kept) {
    List<PolicySet.Written> first = new ArrayList<>();
    policies.subList(0, kept).forEach(written -> first.add(forOne(written, dossier.modelId)));
    if (kept < policies.size()) {
      first.add(PolicyJudge.leftOut(policies.size() - kept));
    }
    return first;
  }

  /** Of the models of a policy this one alone, and nothing that is for people. */
  private static PolicySet.Written forOne(PolicySet.Written written, String modelId) {
    ObjectNode document = written.document().deepCopy();
    if (document.get("spec") instanceof ObjectNode spec) {
      spec.putArray("models").add(modelId);
    }
    if (document.get("metadata") instanceof ObjectNode metadata) {
      metadata.remove(List.of("labels", "annotations"));
    }
    return new PolicySet.Written(written.version(), document);
  }
}
