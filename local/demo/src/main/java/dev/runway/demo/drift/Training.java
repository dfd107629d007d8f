package dev.runway.demo.drift;

import java.util.List;

/**
 * What a version was trained on.
 *
 * @param untilMillis when it was trained: later than all it knew
 * @param rows in order of time
 */
public record Training(String version, long untilMillis, List<TrainingRow> rows) {

  public Training {
    rows = List.copyOf(rows);
  }

  public long fromMillis() {
    return rows.get(0).atMillis();
  }
}
