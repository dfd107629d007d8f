package dev.runway.tables;

import dev.runway.model.PerformanceReading;
import dev.runway.tables.write.Column;
import dev.runway.tables.write.Column.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The columns that every table of windows begins with: which window of which model and task it is
 * about.
 */
final class WindowColumns {
  static final String REVISION = "revision";
  static final String COMPUTED_AT = "computed_at";

  /**
   * Final revisions of one window of performance may be equal though a later reading corrects the
   * earlier one; the time that Kafka gave a reading tells them apart, and is the same in every
   * replay. All records of a batch have one time: of these the last one counts, see {@link
   * dev.runway.tables.write.Table}.
   */
  static final List<String> NEWER_BY = List.of(REVISION, COMPUTED_AT);

  private static final List<Column> WINDOW =
      List.of(
          new Column("model_id", Kind.TEXT),
          new Column("model_version", Kind.TEXT),
          new Column("segment", Kind.TEXT),
          new Column("variant", Kind.TEXT),
          new Column("window_start_at", Kind.INSTANT),
          new Column("window_end_at", Kind.INSTANT),
          new Column("task", Kind.TEXT));

  /** How many they are. */
  static final int COUNT = WINDOW.size();

  private WindowColumns() {}

  static List<Column> and(Column... further) {
    List<Column> all = new ArrayList<>(WINDOW);
    all.addAll(List.of(further));
    return all;
  }

  static @Nullable Object[] values(PerformanceReading reading, @Nullable Object... further) {
    @Nullable Object[] all = new Object[COUNT + further.length];
    all[0] = reading.modelId();
    all[1] = reading.modelVersion();
    all[2] = reading.segment();
    all[3] = reading.variant();
    all[4] = reading.windowStartMillis();
    all[5] = reading.windowEndMillis();
    all[6] = reading.task().name();
    System.arraycopy(further, 0, all, COUNT, further.length);
    return all;
  }
}
