package dev.runway.groundtruth.join;

import dev.runway.model.Prediction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * 64-bit hash of everything that ground truth uses of a prediction. Two events under one id are a
 * repeat when it is equal and a conflict when it is not; a wrong "equal" has a chance of 2^-64.
 * Stored with each open prediction, so the function never changes.
 */
final class Fingerprint {
  private long hash = 0x9E3779B97F4A7C15L;

  private Fingerprint() {}

  static long of(Prediction event) {
    Fingerprint print = new Fingerprint();
    print.add(event.modelVersion());
    print.add(event.predictedAtMillis());
    print.add(Double.doubleToLongBits(event.score()));
    print.add(event.label());
    print.add(Double.doubleToLongBits(event.value()));
    List<String> ranking = event.ranking();
    print.add(ranking == null ? -1 : ranking.size());
    if (ranking != null) {
      ranking.forEach(print::add);
    }
    print.add(event.entityId());
    print.add(event.segment());
    print.add(event.experiment());
    print.add(event.variant());
    print.add(Double.doubleToLongBits(event.propensity()));
    print.add(Double.doubleToLongBits(event.weight()));
    return print.hash;
  }

  private void add(@Nullable String text) {
    if (text == null) {
      add(-1);
      return;
    }
    add(text.length());
    for (int i = 0; i < text.length(); i++) {
      add(text.charAt(i));
    }
  }

  /** One round of the splitmix64 finaliser over the running hash and the next value. */
  private void add(long value) {
    long mixed = (hash ^ value) + 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    hash = mixed ^ (mixed >>> 31);
  }
}
