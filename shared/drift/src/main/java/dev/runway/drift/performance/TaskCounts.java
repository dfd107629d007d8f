package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** What the counts of all tasks have in common. */
abstract class TaskCounts extends Parts {

  public abstract Task task();

  public final void add(OutcomeCounts other) {
    mergeParts(sameTask(other), 1);
  }

  private TaskCounts sameTask(OutcomeCounts other) {
    if (other instanceof TaskCounts that && that.task() == task()) {
      return that;
    }
    throw new IllegalArgumentException("cannot merge " + other.task() + " into " + task());
  }

  public final void writeContent(DataOutput out) throws IOException {
    writeParts(out);
  }

  public void readContent(int version, DataInput in) throws IOException {
    readParts(in);
  }
}
