package dev.runway.retraintrigger.policy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The policies in force, as the control API wrote them. A value: a change makes another set.
 *
 * @param complete whether all that were there at the start have been read; nothing is decided
 *     before
 * @param byName the newest version of each
 */
public record PolicySet(boolean complete, SortedMap<String, Written> byName) {
  /** Of a job that has read none yet. */
  public static final PolicySet UNREAD = new PolicySet(false, new TreeMap<>());

  /** One version of a policy. */
  public record Written(int version, JsonNode document) {}

  public PolicySet {
    byName = new TreeMap<>(byName);
  }

  /** With a version of a policy; an older one changes nothing. */
  public PolicySet with(String name, Written written) {
    Written known = byName.get(name);
    if (known != null && known.version() >= written.version()) {
      return this;
    }
    SortedMap<String, Written> all = new TreeMap<>(byName);
    all.put(name, written);
    return new PolicySet(complete, all);
  }

  /** Without a policy that was taken back. */
  public PolicySet without(String name) {
    SortedMap<String, Written> all = new TreeMap<>(byName);
    all.remove(name);
    return new PolicySet(complete, all);
  }

  /** All that were there have been read. */
  public PolicySet whole() {
    return new PolicySet(true, byName);
  }

  /** Those that decide about a model, in the order of their names. */
  public List<Written> of(String modelId) {
    return byName.values().stream().filter(written -> names(written, modelId)).toList();
  }

  private static boolean names(Written written, String modelId) {
    JsonNode spec = written.document().path("spec");
    if (!spec.path("enabled").asBoolean(true)) {
      return false;
    }
    for (JsonNode model : spec.path("models")) {
      if (model.asText().equals(modelId)) {
        return true;
      }
    }
    return false;
  }
}
