package dev.runway.retraintrigger.decision;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.model.Limits;
import dev.runway.retraintrigger.policy.PolicySet;
import dev.runway.retraintrigger.state.Dossier;
import dev.runway.retraintrigger.state.StoredValue;
import dev.runway.retraintrigger.state.VersionFile;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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

  static final int FORMAT = 4;

  /** Since then the fleet has to have heard of an episode, and not only had the time to. */
  private static final int WITH_HEARD = 2;

  /** Since then a window is read as of its own end, however late that is. */
  private static final int IN_PLACE = 3;

  /** Since then a version that has a baseline may be one of which nothing is measured. */
  private static final int UNMEASURED = 4;

  /** What a file can do without, the least first, where there is no room for all of it. */
  private static final List<Consumer<VersionFile>> SLIMMER =
      List.of(
          file -> {},
          file -> file.keepFeatures(3),
          file -> file.keepFeatures(0),
          VersionFile::keepNewestWindows);

  /**
   * As they are stored: at most {@link Limits#MAX_INPUTS_BYTES}. Of more policies than there is
   * room for the last ones are left out, and that is said: what one person writes must not stop the
   * decisions about all models. The history goes last.
   *
   * @return null if there is too much of all the rest
   */
  byte @Nullable [] bytes() {
    for (Consumer<VersionFile> slimmer : SLIMMER) {
      dossier.versions.values().forEach(slimmer);
      byte[] bytes = written(policies.size());
      if (bytes.length <= Limits.MAX_INPUTS_BYTES) {
        return bytes;
      }
    }
    byte[] bytes = withFewerPolicies();
    if (bytes == null) {
      dossier.versions.values().forEach(VersionFile::forgetHistory);
      bytes = withFewerPolicies();
    }
    return bytes;
  }

  /** Up to which tick the fleet has heard of the model; of an older release it is not known. */
  long heardMillis() {
    return format < WITH_HEARD ? Long.MAX_VALUE : around.heardMillis();
  }

  /** Whether the window that counted last is read as of its own end though others followed it. */
  boolean readsInPlace() {
    return format >= IN_PLACE;
  }

  /** Whether a version of which nothing is measured is warming though it has a baseline. */
  boolean warmsUnmeasured() {
    return format >= UNMEASURED;
  }

  private byte @Nullable [] withFewerPolicies() {
    for (int kept = policies.size(); kept >= 0; kept--) {
      byte[] bytes = written(kept);
      if (bytes.length <= Limits.MAX_INPUTS_BYTES) {
        return bytes;
      }
    }
    return null;
  }

  /** Reads what a decision was made from. */
  static DecisionInputs of(byte[] bytes) {
    return StoredValue.read(bytes, DecisionInputs.class);
  }

  private byte[] written(int kept) {
    return StoredValue.write(
        new DecisionInputs(
            format,
            tickMillis,
            windowEndMillis,
            version,
            settings,
            around,
            firstPolicies(kept),
            dossier));
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
