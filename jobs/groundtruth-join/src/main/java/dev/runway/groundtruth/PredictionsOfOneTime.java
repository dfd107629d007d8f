package dev.runway.groundtruth;

import dev.runway.groundtruth.join.AdmittedPrediction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Predictions of one key and one time, for Flink's batch execution, which sorts by time and no
 * further. They leave in the order in which Kafka took them, as in a stream, where the first of
 * several copies says by which terms it is judged; and each record once, for a job that started
 * without its state has read and archived records again.
 *
 * <p>No state: a key is begun and ended without another in between.
 */
final class PredictionsOfOneTime {
  /** A key has a handful. Of one with more the order is Kafka's among so many at a time. */
  private static final int MOST = 10_000;

  private static final Comparator<AdmittedPrediction> AS_RECORDED =
      Comparator.comparingLong(AdmittedPrediction::recordedAtMillis)
          .thenComparingInt(AdmittedPrediction::partition)
          .thenComparingLong(AdmittedPrediction::offset);

  private final List<AdmittedPrediction> waiting = new ArrayList<>();

  void add(AdmittedPrediction event) {
    waiting.add(event);
  }

  boolean isFull() {
    return waiting.size() >= MOST;
  }

  /** Whether some wait of a time before another. */
  boolean areBefore(long atMillis) {
    return !waiting.isEmpty() && waiting.get(0).predictedAtMillis() < atMillis;
  }

  /** Takes all of them out. */
  List<AdmittedPrediction> take() {
    waiting.sort(AS_RECORDED);
    List<AdmittedPrediction> once = new ArrayList<>(waiting.size());
    AdmittedPrediction last = null;
    for (AdmittedPrediction event : waiting) {
      if (!isRecord(last, event)) {
        once.add(event);
      }
      last = event;
    }
    waiting.clear();
    return once;
  }

  private static boolean isRecord(@Nullable AdmittedPrediction last, AdmittedPrediction event) {
    return last != null && AS_RECORDED.compare(last, event) == 0;
  }
}
