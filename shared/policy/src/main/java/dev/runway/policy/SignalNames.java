package dev.runway.policy;

import java.util.List;
import java.util.Locale;

/**
 * The names that conditions may use. A name that is none of them would never be known, and a
 * condition that asks for it neither true nor false: so it is refused when a policy is saved.
 */
public final class SignalNames {
  /** Of {@code signal} and {@code history}, in the order of the documentation. */
  public static final List<String> SIGNALS =
      List.of(
          // Severities, 0 to 1, and what they make together.
          "age",
          "data_drift",
          "concept_drift",
          "performance",
          "embedding",
          "custom",
          "experiment",
          "score",
          "signal_coverage",
          // Of the readings of drift.
          "psi_max",
          "drifted_features",
          "samples",
          "conditional_kl",
          // Of the labels.
          "coverage",
          "auc",
          "log_loss",
          "accuracy",
          "rmse",
          "ndcg_at_10");

  /** Of {@code model}. */
  public static final List<String> MODEL = List.of("id", "version", "tier", "team", "canary");

  private SignalNames() {}

  /** The one that is written most like a word. */
  static String nearest(String word, List<String> names) {
    String nearest = names.get(0);
    int least = Integer.MAX_VALUE;
    for (String name : names) {
      int changes = changes(word.toLowerCase(Locale.ROOT), name);
      if (changes < least) {
        nearest = name;
        least = changes;
      }
    }
    return nearest;
  }

  /** Letters to be added, taken away or replaced until one word is the other (Levenshtein). */
  private static int changes(String from, String to) {
    int[] before = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      before[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] now = new int[to.length() + 1];
      now[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int other = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
        now[j] = Math.min(before[j - 1] + other, 1 + Math.min(before[j], now[j - 1]));
      }
      before = now;
    }
    return before[to.length()];
  }
}
