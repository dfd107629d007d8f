package dev.runway.backtest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.runway.policy.Conditions;
import dev.runway.policy.RetrainPolicy;
import dev.runway.retraintrigger.policy.PolicySet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A policy that nobody has stored yet, as YAML or JSON.
 *
 * @param name of the file, for people
 */
record PolicyFile(String name, RetrainPolicy policy, JsonNode document) {
  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  /**
   * Reads and compiles it.
   *
   * @throws IllegalStateException with the place of what is wrong with it
   */
  static PolicyFile read(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IllegalStateException("no such file: " + file.toAbsolutePath());
    }
    try {
      JsonNode document = YAML.readTree(Files.readAllBytes(file));
      RetrainPolicy policy = RetrainPolicy.of(1, document);
      requireCompiled(file, policy);
      if (policy.notifies()) {
        throw new IllegalStateException(file + ": spec.action tells people and retrains nothing");
      }
      return new PolicyFile(file.getFileName().toString(), policy, document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "%s: line %d, column %d: %s"
              .formatted(
                  file,
                  e.getLocation().getLineNr(),
                  e.getLocation().getColumnNr(),
                  e.getOriginalMessage()),
          e);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new IllegalStateException(file + ": " + e.getMessage(), e);
    }
  }

  private static void requireCompiled(Path file, RetrainPolicy policy) {
    List<String> complaints = new ArrayList<>();
    Conditions.complaints(policy.when()).forEach(what -> complaints.add("spec.when, " + what));
    String unless = policy.unless();
    if (unless != null) {
      Conditions.complaints(unless).forEach(what -> complaints.add("spec.unless, " + what));
    }
    if (!complaints.isEmpty()) {
      throw new IllegalStateException(file + " does not compile: " + String.join("; ", complaints));
    }
  }

  /** The policies in force with this one in the place of the one that has its name. */
  PolicySet among(PolicySet inForce) {
    SortedMap<String, PolicySet.Written> all = new TreeMap<>(inForce.byName());
    PolicySet.Written old = all.get(policy.name());
    all.put(policy.name(), new PolicySet.Written(old == null ? 1 : old.version() + 1, document));
    return new PolicySet(true, all);
  }

  /** Policies in force, by their names. */
  static PolicySet inForce(List<PolicySet.Written> written) {
    PolicySet all = PolicySet.UNREAD.whole();
    for (PolicySet.Written one : written) {
      all = all.with(one.document().at("/metadata/name").asText(), one);
    }
    return all;
  }
}
