package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.IOException;

/** What a model predicts. The code is part of the stored format and never changes. */
public enum Task {
  BINARY(1),
  MULTICLASS(2),
  REGRESSION(3),
  RANKING(4);

  private final int code;

  Task(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /** Empty statistics for this task. */
  public OutcomeCounts empty() {
    return switch (this) {
      case BINARY -> new BinaryCounts();
      case MULTICLASS -> new MulticlassCounts();
      case REGRESSION -> new RegressionCounts();
      case RANKING -> new RankingCounts();
    };
  }

  static Task read(DataInput in) throws IOException {
    int code = in.readUnsignedByte();
    for (Task task : values()) {
      if (task.code == code) {
        return task;
      }
    }
    throw new IOException("unknown task code " + code + " of performance counts");
  }
}
