package dev.runway.sql.function;

import dev.runway.drift.reading.DriftPolicy;
import dev.runway.drift.reading.DriftReading;
import dev.runway.drift.reading.DriftReport;
import dev.runway.drift.reading.DriftScorer;
import dev.runway.drift.reading.FeatureDrift;
import dev.runway.drift.tile.TileLayout;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.functions.TableFunction;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;

/**
 * {@code tile_readings(profile, tile [, minimum])}: what drift-monitor would say of a tile, one row
 * per feature and metric, with its standard limits.
 *
 * <p>Of what the monitor learns from the windows before, the scatter of a feature and its weekly
 * rhythm, a single tile knows nothing: {@code threshold}, {@code p_value}, {@code q_value} and
 * {@code alarm} are those of a first window.
 */
@FunctionHint(
    output =
        @DataTypeHint(
            "ROW<feature STRING, `metric` STRING, `value` DOUBLE, low DOUBLE, high DOUBLE,"
                + " standard_error DOUBLE, error DOUBLE, samples BIGINT, `method` STRING,"
                + " threshold DOUBLE, p_value DOUBLE, q_value DOUBLE, alarm STRING>"))
public final class TileReadings extends TableFunction<Row> {

  private static final String NAME = "tile_readings";

  private transient @Nullable Profiles profiles;

  private Profiles profiles() {
    Profiles own = profiles;
    if (own == null) {
      own = new Profiles(NAME);
      profiles = own;
    }
    return own;
  }

  /** With the monitor's minimum of values below which no distribution is judged. */
  public void eval(@Nullable String profile, byte @Nullable [] tile) {
    eval(profile, tile, (int) DriftPolicy.standard().minimum());
  }

  /** With a minimum of one's own, 2 or more. */
  public void eval(@Nullable String profile, byte @Nullable [] tile, @Nullable Integer minimum) {
    if (profile == null || tile == null || minimum == null) {
      return;
    }
    Profiles opened = profiles();
    TileLayout layout = opened.layout(profile);
    DriftReport report = new DriftScorer(policy(minimum)).score(layout, opened.tile(layout, tile));
    for (FeatureDrift feature : report.features()) {
      for (DriftReading reading : feature.readings()) {
        collect(row(reading));
      }
    }
  }

  static DriftPolicy policy(int minimum) {
    DriftPolicy standard = DriftPolicy.standard();
    return new DriftPolicy(
        standard.warning(),
        standard.critical(),
        standard.level(),
        standard.correction(),
        minimum,
        standard.missingWarning(),
        standard.missingCritical(),
        standard.newMass());
  }

  private static Row row(DriftReading reading) {
    return Row.of(
        reading.feature(),
        reading.metric(),
        reading.value(),
        reading.low(),
        reading.high(),
        reading.se(),
        reading.error(),
        reading.n(),
        reading.method(),
        reading.threshold(),
        reading.p(),
        reading.q(),
        reading.severity().name());
  }
}
