package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/**
 * What is kept of all predictions with outcomes of one group (model, version, segment, window).
 *
 * <p>The counts form a group under {@link #add}: order, batching, and corrections (retract with
 * sign -1, then add) leave the same state, byte for byte. State in which more was retracted than
 * added is legal in between; its metrics are null. Mutable and not thread safe, so never a key.
 */
public sealed interface OutcomeCounts
    permits BinaryCounts, MulticlassCounts, RegressionCounts, RankingCounts {

  Task task();

  /**
   * Adds all events of another group.
   *
   * @throws IllegalArgumentException if the tasks differ
   */
  void add(OutcomeCounts other);

  /** True if nothing is left: never used, or all of it taken back. */
  boolean isEmpty();

  /** Events, without weights. */
  long count();

  /** Sum of weights, correctly rounded. */
  double weight();

  /**
   * All metrics of the task in a fixed order, undefined ones with null. Allocates; not per event.
   */
  List<Metric> metrics();

  /** Writes version, task and content; equal content gives equal bytes. */
  default void write(DataOutput out) throws IOException {
    out.writeByte(task().version());
    out.writeByte(task().code());
    writeContent(out);
  }

  /** Writes the part behind version and task. */
  void writeContent(DataOutput out) throws IOException;

  /** Reads that part, as a version wrote it, into counts that are still empty. */
  void readContent(int version, DataInput in) throws IOException;

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if a newer version wrote it, or the bytes are not such counts
   */
  static OutcomeCounts read(DataInput in) throws IOException {
    int version = in.readUnsignedByte();
    Task task = Task.read(in);
    if (version < 1 || version > task.version()) {
      throw new IOException(
          task
              + " counts of version "
              + version
              + ", this build reads up to "
              + task.version()
              + ": they were written by a newer Runway or are no performance counts");
    }
    OutcomeCounts counts = task.empty();
    counts.readContent(version, in);
    return counts;
  }
}
