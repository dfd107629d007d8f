package dev.runway.retraintrigger.signal;

import dev.runway.drift.staleness.Decay;
import dev.runway.drift.staleness.SeverityScale;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How bad a decay of one metric is.
 *
 * @param relative whether the decay counts as a share of the reference
 * @param loss whether less is better
 */
public record PerformanceScale(SeverityScale scale, boolean relative, boolean loss) {
  private static final List<String> NAMES =
      List.of("auc", "log_loss", "accuracy", "rmse", "ndcg_at_10");

  private static final PerformanceScale SHARES =
      new PerformanceScale(new SeverityScale(0.02, 0.05), true, false);

  private static final PerformanceScale SHARES_OF_LOSS =
      new PerformanceScale(new SeverityScale(0.03, 0.10), true, true);

  private static final Map<String, PerformanceScale> SCALES =
      Map.of(
          "auc", new PerformanceScale(new SeverityScale(0.01, 0.03), false, false),
          "accuracy", SHARES,
          "ndcg_at_10", SHARES,
          "log_loss", SHARES_OF_LOSS,
          "rmse", SHARES_OF_LOSS);

  /** Of a metric; null when its decay decides nothing. */
  public static @Nullable PerformanceScale of(String metric) {
    return SCALES.get(metric);
  }

  /**
   * Of a metric of which nothing is known but which way it is better: by shares of the reference.
   */
  static PerformanceScale ofShares(boolean loss) {
    return loss ? SHARES_OF_LOSS : SHARES;
  }

  static List<String> names() {
    return NAMES;
  }

  /** How much worse than the reference, for certain. */
  public Decay decay(LabelledWindow.Value reference, LabelledWindow.Value now) {
    double error = Math.hypot(reference.standardError(), now.standardError());
    Decay decay =
        loss
            ? Decay.ofLoss(reference.value(), now.value(), error)
            : Decay.of(reference.value(), now.value(), error);
    return relative && reference.value() > 0 ? decay.relativeTo(reference.value()) : decay;
  }

  /** How much worse, with the sign that more is worse. */
  public double worsening(LabelledWindow.Value before, LabelledWindow.Value now) {
    return loss ? now.value() - before.value() : before.value() - now.value();
  }
}
