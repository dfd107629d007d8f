package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.IOException;

/** What a model predicts. The code is part of the stored format and never changes. */
public enum Task {
  BINARY(1, 1),
  MULTICLASS(2, 2),
  REGRESSION(3, 1),
  RANKING(4, 1);

  private final int code;
  private final int version;

  Task(int code, int version) {
    this.code = code;
    this.version = version;
  }

  int code() {
    return code;
  }

  /** Version of the stored format of its counts; older ones can be read. */
  int version() {
    return version;
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
