package dev.runway.driftmonitor.concept;

import dev.runway.driftmonitor.concept.WindowTruths.Timed;
import dev.runway.model.DriftReading;
import java.util.List;
import java.util.Map;
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
 * <p>State per model version: {@code segment-watch}, some 20 KB a segment, and {@code
 * residual-watch}, some 20 KB a segment and for all, until nothing has come for as long as the time
 * to live. A document declares at most 100 segments, all others are one.
 */
final class GroupWatches {
  private final ConceptSettings settings;
  private final MapState<String, VersionWatch> segments;
  private final MapState<String, ResidualWatch> residuals;

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

  /** Takes the next window of the version in force. */
  void close(VersionKey version, Window window, WindowTruths truths, Collector<DriftReading> out)
      throws Exception {
    for (Map.Entry<String, List<Timed>> each : truths.scored().entrySet()) {
      String segment = each.getKey();
      if (segment.equals(DriftReading.ALL)) {
        continue;
      }
      VersionWatch known = segments.get(segment);
      VersionWatch watch = known == null ? new VersionWatch() : known;
      watch
          .close(
              new WatchedGroup(version, segment),
              window,
              each.getValue(),
              window.endMillis(),
              settings)
          .readings()
          .forEach(out::collect);
      segments.put(segment, watch);
    }
    for (Map.Entry<String, List<Timed>> each : truths.measured().entrySet()) {
      String segment = each.getKey();
      ResidualWatch known = residuals.get(segment);
      ResidualWatch watch = known == null ? new ResidualWatch() : known;
      watch
          .close(new WatchedGroup(version, segment), window, each.getValue(), settings)
          .forEach(out::collect);
      residuals.put(segment, watch);
    }
  }
}
