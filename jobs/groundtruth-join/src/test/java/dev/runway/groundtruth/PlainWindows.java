package dev.runway.groundtruth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.groundtruth.join.Contribution;
import dev.runway.groundtruth.state.WindowDeltaSerializer;
import dev.runway.groundtruth.window.ModelVersion;
import dev.runway.groundtruth.window.PerformanceReport;
import dev.runway.groundtruth.window.WindowCounts;
import dev.runway.groundtruth.window.WindowDelta;
import dev.runway.groundtruth.window.WindowKey;
import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** Bundles and windows as the topology has them, in plain Java, checked at every step. */
final class PlainWindows {
  private record Place(ModelVersion model, WindowKey window) {}

  private static final WindowDeltaSerializer SHIPPED = new WindowDeltaSerializer();

  private final WindowBundle bundling = new WindowBundle();
  private final Map<WindowBundle.Key, WindowBundle.Groups> bundle = new HashMap<>();
  private final Map<Place, WindowCounts> open = new HashMap<>();
  private final Map<Place, Long> lastRevision = new HashMap<>();
  private long receivedByClosed;
  private int bundles;

  final Map<Reference.Group, PerformanceReading> finals = new HashMap<>();

  void add(Contribution change) {
    bundling.add(bundle.computeIfAbsent(bundling.key(change), bundling::create), change);
  }

  /** Hands the bundle on to the windows. */
  void flush() {
    List<WindowDelta> deltas = new ArrayList<>();
    bundle.forEach((key, groups) -> bundling.emit(key, groups, new ListCollector<>(deltas)));
    bundle.clear();
    for (WindowDelta sent : deltas) {
      WindowDelta delta = shipped(sent);
      Place place = new Place(delta.model(), delta.window());
      WindowCounts counts =
          open.computeIfAbsent(place, key -> WindowCounts.empty(delta.counts().task()));
      assertThat(delta.counts().revision()).as("a bundle moves the revision").isPositive();
      counts.add(delta.counts());
      // A reading costs a hundred times what adding does: now and then is often enough.
      if (++bundles % 16 == 0) {
        show(place, counts, Maturity.PROVISIONAL);
      }
    }
  }

  /** Lets event time reach a point: the bundle leaves first, then windows close. */
  void reaches(long watermark) {
    flush();
    for (Place place : List.copyOf(open.keySet())) {
      WindowCounts counts = open.get(place);
      // Written so that it does not overflow at the end of time.
      if (place.window().endMillis() <= watermark - counts.horizonMillis()) {
        open.remove(place);
        receivedByClosed += received(place, counts);
        PerformanceReading last = show(place, counts, Maturity.FINAL);
        PerformanceReading before =
            finals.put(
                new Reference.Group(
                    last.modelId(),
                    last.modelVersion(),
                    last.windowStartMillis(),
                    last.windowEndMillis(),
                    last.segment(),
                    last.variant()),
                last);
        assertThat(before).as("a window closes once").isNull();
      }
    }
  }

  /** Prediction events in the counts of whole windows. */
  long received() {
    long received = receivedByClosed;
    for (Map.Entry<Place, WindowCounts> window : open.entrySet()) {
      received += received(window.getKey(), window.getValue());
    }
    return received;
  }

  private static long received(Place place, WindowCounts counts) {
    return place.window().isWhole() ? counts.received() : 0;
  }

  boolean isEmpty() {
    return open.isEmpty() && bundle.isEmpty();
  }

  private PerformanceReading show(Place place, WindowCounts counts, Maturity maturity) {
    PerformanceReading reading =
        PerformanceReport.of(place.model(), place.window(), counts, maturity, null, 0);
    Long before = lastRevision.put(place, reading.revision());
    assertThat(reading.revision())
        .as("revision of %s", place)
        .isGreaterThan(before == null ? 0 : before);
    PerformanceReading.Coverage coverage = reading.coverage();
    assertThat(
            List.of(
                coverage.joined(),
                coverage.waiting(),
                coverage.unlabelled(),
                coverage.duplicates(),
                coverage.conflicts(),
                coverage.matured() - coverage.maturedJoined()))
        .as("counts of %s", place)
        .allMatch(count -> count >= 0);
    assertThat(coverage.received())
        .isEqualTo(
            coverage.joined()
                + coverage.waiting()
                + coverage.unlabelled()
                + coverage.duplicates()
                + coverage.conflicts());
    return reading;
  }

  private static WindowDelta shipped(WindowDelta delta) {
    try {
      DataOutputSerializer out = new DataOutputSerializer(256);
      SHIPPED.serialize(delta, out);
      return SHIPPED.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
