package dev.runway.e2e.drift;

import dev.runway.demo.drift.TrainingRow;
import dev.runway.model.FeatureSink;
import java.util.HashMap;
import java.util.Map;

/**
 * One prediction or training row.
 *
 * @param values by feature, the score among them: a Double or a String; a missing one is not there
 */
record PlainRow(long atMillis, String segment, Map<String, Object> values) {
  static final String SCORE = "$score";

  static PlainRow of(TrainingRow row) {
    Map<String, Object> values = new HashMap<>();
    row.features()
        .writeTo(
            new FeatureSink() {
              @Override
              public void number(String name, double value) {
                values.put(name, value);
              }

              @Override
              public void category(String name, String value) {
                values.put(name, value);
              }

              @Override
              public void missing(String name) {
                // Not there.
              }
            });
    values.put(SCORE, row.score());
    return new PlainRow(row.atMillis(), row.segment(), values);
  }
}
