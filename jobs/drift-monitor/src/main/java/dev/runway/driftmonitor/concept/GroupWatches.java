package dev.runway.driftmonitor.concept;

import dev.runway.model.DriftReading;
import dev.runway.model.OptionalDetector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.Collector;

/**
 * What is watched of a model version beside all of its scores: the scores of each segment, and the
 * numbers it predicts, all of them and those of each segment. Each has a reference of its own, for
 * a segment that has always been harder has not drifted.
 *
 * <p>State per model version: {@code segment-watch}, some 25 KB a segment, and {@code
 * residual-watch}, some 25 KB a segment and for all, until nothing has come for as long as the time
 * to live; where the document asks for KSWIN 10 KB more. While a reference of numbers is not
 * complete it is 16 bytes a label instead: 32 KB of 2,000. A document declares at most 100
 * segments, all others are one; while a window is taken, all that are in it are in memory, some 100
 * KB each. Of numbers without a reference the labels of that window are, too, up to 10,000 a group
 * or twice a reference: 0.7 MB each, so 70 MB where every segment has as many in its first windows.
 */
final class GroupWatches {
  private final ConceptSettings settings;
  private final MapState<String, VersionWatch> segments;
  private final MapState<String, ResidualWatch> residuals;

  // Of the window that is being taken, by segment.
  private final Map<String, VersionWatch> openSegments = new HashMap<>();
  private final Map<String, ResidualWatch> openResiduals = new HashMap<>();
  private List<OptionalDetector> chosen = List.of();

  GroupWatches(RuntimeContext context, StateTtlConfig end, ConceptSettings settings) {
    // Estimates are of all predictions, so no segment is calibrated.
    this.settings = settings.withoutCalibration();
    MapStateDescriptor<String, VersionWatch> bySegment =
        new MapStateDescriptor<>("segment-watch", Types.STRING, VersionWatchSerializer.TYPE);
    bySegment.enableTimeToLive(end);
    segments = context.getMapState(bySegment);
    MapStateDescriptor<String, ResidualWatch> byGroup =
        new MapStateDescriptor<>("residual-watch", Types.STRING, ResidualWatchSerializer.TYPE);
    byGroup.enableTimeToLive(end);
    residuals = context.getMapState(byGroup);
  }

  /**
   * Begins the next window.
   *
   * @param detectors that the document asks for
   */
  void begin(List<OptionalDetector> detectors) {
    chosen = detectors;
  }

  /** Takes a truth of the window; they come in the order of time. */
  void add(long atMillis, TruthLedger.Entry truth) throws Exception {
    String segment = truth.segment();
    if (truth.measured()) {
      numbers(DriftReading.ALL, atMillis).add(atMillis, truth);
      if (segment != null) {
        numbers(segment, atMillis).add(atMillis, truth);
      }
    } else if (segment != null) {
      scores(segment, atMillis).add(atMillis, truth);
    }
  }

  private VersionWatch scores(String segment, long atMillis) throws Exception {
    VersionWatch open = openSegments.get(segment);
    if (open == null) {
      VersionWatch known = segments.get(segment);
      open = known == null || known.isOverAt(atMillis) ? new VersionWatch() : known;
      open.begin(chosen);
      openSegments.put(segment, open);
    }
    return open;
  }

  private ResidualWatch numbers(String segment, long atMillis) throws Exception {
    ResidualWatch open = openResiduals.get(segment);
    if (open == null) {
      ResidualWatch known = residuals.get(segment);
      open = known == null || known.isOverAt(atMillis) ? new ResidualWatch() : known;
      open.begin(settings, chosen);
      openResiduals.put(segment, open);
    }
    return open;
  }

  /** Ends the window of the version in force. */
  void close(VersionKey version, Window window, Collector<DriftReading> out) throws Exception {
    for (Map.Entry<String, VersionWatch> each : new TreeMap<>(openSegments).entrySet()) {
      WatchedGroup group = new WatchedGroup(version, each.getKey());
      each.getValue()
          .close(group, window, window.endMillis(), settings)
          .readings()
          .forEach(out::collect);
      segments.put(each.getKey(), each.getValue());
    }
    for (Map.Entry<String, ResidualWatch> each : new TreeMap<>(openResiduals).entrySet()) {
      WatchedGroup group = new WatchedGroup(version, each.getKey());
      each.getValue().close(group, window, settings).forEach(out::collect);
      residuals.put(each.getKey(), each.getValue());
    }
    openSegments.clear();
    openResiduals.clear();
  }
}
