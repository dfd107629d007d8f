package dev.runway.groundtruth;

import dev.runway.drift.performance.KaplanMeier;
import dev.runway.groundtruth.window.ModelVersion;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Label-delay curves of the model versions shown last. A curve costs a look at every open window of
 * its version and moves slowly, so it is kept for a minute, and longer where making it takes long:
 * at most a thousandth of the time goes into it. Only provisional readings use it.
 */
final class DelayCurves {
  private static final long KEPT_MILLIS = 60_000;
  private static final int SHARE_OF_TIME = 1_000;

  /** About 9 KB each. */
  private static final int MOST = 500;

  /** Makes a curve. */
  interface Maker {
    @Nullable KaplanMeier make() throws Exception;
  }

  private record Curve(@Nullable KaplanMeier delays, long untilMillis) {}

  private final Map<ModelVersion, Curve> curves =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ModelVersion, Curve> eldest) {
          return size() > MOST;
        }
      };

  /**
   * The curve of a version; null when no label is known.
   *
   * @param nowMillis processing time
   */
  @Nullable KaplanMeier of(ModelVersion model, long nowMillis, Maker maker) throws Exception {
    Curve known = curves.get(model);
    if (known == null || known.untilMillis() <= nowMillis) {
      long started = System.nanoTime();
      KaplanMeier delays = maker.make();
      long tookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
      known = new Curve(delays, nowMillis + Math.max(KEPT_MILLIS, SHARE_OF_TIME * tookMillis));
      curves.put(model, known);
    }
    return known.delays();
  }
}
