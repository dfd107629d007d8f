package dev.runway.retraintrigger.decision;

import dev.runway.policy.Condition;
import dev.runway.policy.Conditions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Conditions that were compiled already: compiling takes milliseconds, judging microseconds. The
 * text alone decides what a condition is, so who asks first makes no difference.
 */
final class CompiledConditions {
  private static final int MOST = 1_000;

  private static final Map<String, Compiled> KNOWN =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Compiled> eldest) {
          return size() > MOST;
        }
      };

  private CompiledConditions() {}

  /**
   * A condition, or why it is none in this release.
   *
   * @param condition null when it does not compile
   * @param complaint null when it compiles
   */
  record Compiled(@Nullable Condition condition, @Nullable String complaint) {}

  static Compiled of(String text) {
    synchronized (KNOWN) {
      return KNOWN.computeIfAbsent(text, CompiledConditions::compile);
    }
  }

  private static Compiled compile(String text) {
    try {
      return new Compiled(Conditions.compile(text), null);
    } catch (IllegalArgumentException e) {
      return new Compiled(null, e.getMessage());
    }
  }
}
