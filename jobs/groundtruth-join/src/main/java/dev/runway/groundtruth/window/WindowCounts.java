package dev.runway.groundtruth.window;

import dev.runway.drift.performance.BinaryCounts;
import dev.runway.drift.performance.DelayCounts;
import dev.runway.drift.performance.MulticlassCounts;
import dev.runway.drift.performance.OutcomeCounts;
import dev.runway.drift.performance.RankingCounts;
import dev.runway.drift.performance.RegressionCounts;
import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.groundtruth.join.Contribution;
import dev.runway.groundtruth.join.Verdict;
import dev.runway.model.Task;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Objects;

/**
 * What the predictions of one window add up to. Integers only, so any order of contributions, and
 * any grouping of them into bundles, ends in the same counts; a correction is a retraction and an
 * addition. A bundle may hold negative counts: it is a difference.
 */
public final class WindowCounts {
  private static final int VERSION = 1;

  private final Task task;
  private final OutcomeCounts outcomes;
  private final DelayCounts delays;
  private long revision;
  private long horizonMillis;
  private long joined;
  private long waiting;
  private long unlabelled;
  private long repeats;
  private long conflicts;
  private long matured;
  private long maturedJoined;
  private long predictedUnits;
  private long joinedUnits;
  private long maturedUnits;
  private long maturedJoinedUnits;

  private WindowCounts(Task task, OutcomeCounts outcomes, DelayCounts delays) {
    this.task = task;
    this.outcomes = outcomes;
    this.delays = delays;
  }

  public static WindowCounts empty(Task task) {
    return new WindowCounts(task, emptyOutcomes(task), new DelayCounts());
  }

  private static OutcomeCounts emptyOutcomes(Task task) {
    return switch (task) {
      case BINARY -> new BinaryCounts();
      case MULTICLASS -> new MulticlassCounts();
      case REGRESSION -> new RegressionCounts();
      case RANKING -> new RankingCounts();
    };
  }

  /** Adds what one event changes. */
  public void add(Contribution change) {
    revision += change.revision();
    repeats += change.repeats();
    conflicts += change.conflicts();
    AdmittedPrediction prediction = change.prediction();
    horizonMillis = Math.max(horizonMillis, prediction.terms().horizonMillis());
    Verdict verdict = change.verdict();
    if (verdict != null) {
      addVerdict(prediction, verdict, change.sign());
    }
  }

  private void addVerdict(AdmittedPrediction prediction, Verdict verdict, int sign) {
    long units = sign * prediction.weightUnits();
    predictedUnits += units;
    if (verdict.isFinal()) {
      matured += sign;
      maturedUnits += units;
    }
    if (verdict.joined()) {
      joined += sign;
      joinedUnits += units;
      if (verdict.isFinal()) {
        maturedJoined += sign;
        maturedJoinedUnits += units;
      }
      if (verdict.delayMillis() >= 0) {
        delays.add(verdict.delayMillis(), sign);
      }
      addOutcome(prediction, verdict, sign);
    } else if (verdict.isFinal()) {
      unlabelled += sign;
    } else {
      waiting += sign;
    }
  }

  private void addOutcome(AdmittedPrediction prediction, Verdict verdict, int sign) {
    long units = prediction.weightUnits();
    if (outcomes instanceof BinaryCounts binary) {
      binary.add(prediction.score(), prediction.decision(), verdict.actual() > 0, units, sign);
    } else if (outcomes instanceof MulticlassCounts multiclass) {
      String predicted = Objects.requireNonNull(prediction.label());
      String actual = Objects.requireNonNull(verdict.actualLabel());
      multiclass.add(predicted, actual, units, sign);
    } else if (outcomes instanceof RegressionCounts regression) {
      regression.add(prediction.value(), verdict.actual(), units, sign);
    } else if (outcomes instanceof RankingCounts ranking) {
      ranking.add(Objects.requireNonNull(verdict.relevances()), null, units, sign);
    }
  }

  /** Adds the counts of a bundle. */
  public void add(WindowCounts other) {
    revision += other.revision;
    horizonMillis = Math.max(horizonMillis, other.horizonMillis);
    joined += other.joined;
    waiting += other.waiting;
    unlabelled += other.unlabelled;
    repeats += other.repeats;
    conflicts += other.conflicts;
    matured += other.matured;
    maturedJoined += other.maturedJoined;
    predictedUnits += other.predictedUnits;
    joinedUnits += other.joinedUnits;
    maturedUnits += other.maturedUnits;
    maturedJoinedUnits += other.maturedJoinedUnits;
    outcomes.add(other.outcomes);
    delays.add(other.delays);
  }

  public Task task() {
    return task;
  }

  public OutcomeCounts outcomes() {
    return outcomes;
  }

  /** Delays of labelled predictions. */
  public DelayCounts delays() {
    return delays;
  }

  /** Rises with every fact the window absorbs. */
  public long revision() {
    return revision;
  }

  /** Longest label horizon of the window's predictions. */
  public long horizonMillis() {
    return horizonMillis;
  }

  public long received() {
    return predictions() + repeats + conflicts;
  }

  /** Distinct predictions. */
  public long predictions() {
    return joined + waiting + unlabelled;
  }

  public long joined() {
    return joined;
  }

  public long waiting() {
    return waiting;
  }

  public long unlabelled() {
    return unlabelled;
  }

  public long repeats() {
    return repeats;
  }

  public long conflicts() {
    return conflicts;
  }

  public long matured() {
    return matured;
  }

  public long maturedJoined() {
    return maturedJoined;
  }

  public long predictedUnits() {
    return predictedUnits;
  }

  public long joinedUnits() {
    return joinedUnits;
  }

  public long maturedUnits() {
    return maturedUnits;
  }

  public long maturedJoinedUnits() {
    return maturedJoinedUnits;
  }

  /** Writes a version and the content; equal content gives equal bytes. */
  public void write(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    for (long field : fields()) {
      out.writeLong(field);
    }
    outcomes.write(out);
    delays.write(out);
  }

  /** Reads what {@link #write} wrote. */
  public static WindowCounts read(DataInput in) throws IOException {
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new IOException(
          "window counts of version " + version + ", this build reads up to " + VERSION);
    }
    long[] fields = new long[13];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = in.readLong();
    }
    OutcomeCounts outcomes = OutcomeCounts.read(in);
    WindowCounts counts = new WindowCounts(taskOf(outcomes), outcomes, DelayCounts.read(in));
    counts.setFields(fields);
    return counts;
  }

  private static Task taskOf(OutcomeCounts outcomes) {
    return switch (outcomes.task()) {
      case BINARY -> Task.BINARY;
      case MULTICLASS -> Task.MULTICLASS;
      case REGRESSION -> Task.REGRESSION;
      case RANKING -> Task.RANKING;
    };
  }

  private long[] fields() {
    return new long[] {
      revision,
      horizonMillis,
      joined,
      waiting,
      unlabelled,
      repeats,
      conflicts,
      matured,
      maturedJoined,
      predictedUnits,
      joinedUnits,
      maturedUnits,
      maturedJoinedUnits
    };
  }

  private void setFields(long[] fields) {
    revision = fields[0];
    horizonMillis = fields[1];
    joined = fields[2];
    waiting = fields[3];
    unlabelled = fields[4];
    repeats = fields[5];
    conflicts = fields[6];
    matured = fields[7];
    maturedJoined = fields[8];
    predictedUnits = fields[9];
    joinedUnits = fields[10];
    maturedUnits = fields[11];
    maturedJoinedUnits = fields[12];
  }
}
