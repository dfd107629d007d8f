package dev.runway.groundtruth.window;

import dev.runway.drift.performance.BinaryCounts;
import dev.runway.drift.performance.DelayCounts;
import dev.runway.drift.performance.MulticlassCounts;
import dev.runway.drift.performance.OutcomeCounts;
import dev.runway.drift.performance.RankingCounts;
import dev.runway.drift.performance.RegressionCounts;
import dev.runway.drift.performance.WeightSum;
import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.groundtruth.join.Contribution;
import dev.runway.groundtruth.join.Terms;
import dev.runway.groundtruth.join.Verdict;
import dev.runway.model.Task;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What the predictions of one window add up to. Integers only, so any order of contributions, and
 * any grouping of them into bundles, ends in the same counts; a correction is a retraction and an
 * addition. A bundle may hold negative counts: it is a difference.
 */
public final class WindowCounts {
  /** Version 1 had sums of weights of 64 bits, and no {@link #silenceUnits}. */
  private static final int VERSION = 2;

  private static final int FIELDS = 9;
  private static final int SUMS = 5;

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
  private final WeightSum predictedUnits = new WeightSum();
  private final WeightSum joinedUnits = new WeightSum();
  private final WeightSum maturedUnits = new WeightSum();
  private final WeightSum maturedJoinedUnits = new WeightSum();
  private final WeightSum silenceUnits = new WeightSum();

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
    predictedUnits.add(units);
    if (verdict.isFinal()) {
      matured += sign;
      maturedUnits.add(units);
    }
    if (verdict.joined()) {
      joined += sign;
      joinedUnits.add(units);
      if (verdict.isFinal()) {
        maturedJoined += sign;
        maturedJoinedUnits.add(units);
      }
      if (verdict.delayMillis() >= 0) {
        delays.add(verdict.delayMillis(), sign);
      }
      addOutcome(prediction, verdict, sign);
    } else if (verdict.isFinal()) {
      unlabelled += sign;
    } else {
      waiting += sign;
      if (prediction.terms().negativeAfterMillis() != Terms.NEVER) {
        silenceUnits.add(units);
      }
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
    List<WeightSum> sums = sums();
    for (int i = 0; i < SUMS; i++) {
      sums.get(i).add(other.sums().get(i));
    }
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

  /** Joined predictions without a label that was observed: silence counts as one. */
  public long joinedBySilence() {
    return joined - delays.count();
  }

  /** Weight of the distinct predictions; read only, as the other sums. */
  public WeightSum predictedUnits() {
    return predictedUnits;
  }

  public WeightSum joinedUnits() {
    return joinedUnits;
  }

  public WeightSum maturedUnits() {
    return maturedUnits;
  }

  public WeightSum maturedJoinedUnits() {
    return maturedJoinedUnits;
  }

  /** Weight of the waiting predictions that are joined by silence if nothing else comes. */
  public WeightSum silenceUnits() {
    return silenceUnits;
  }

  /** Weight of the waiting predictions. */
  public WeightSum waitingUnits() {
    // What is neither joined nor unlabelled; unlabelled is what matured without being joined.
    return predictedUnits.minus(joinedUnits).minus(maturedUnits.minus(maturedJoinedUnits));
  }

  /** Writes a version and the content; equal content gives equal bytes. */
  public void write(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    for (long field : fields()) {
      out.writeLong(field);
    }
    for (WeightSum sum : sums()) {
      sum.write(out);
    }
    outcomes.write(out);
    delays.write(out);
  }

  /** Reads what {@link #write} wrote. */
  public static WindowCounts read(DataInput in) throws IOException {
    int version = in.readUnsignedByte();
    if (version < 1 || version > VERSION) {
      throw new IOException(
          "window counts of version " + version + ", this build reads up to " + VERSION);
    }
    long[] fields = new long[FIELDS];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = in.readLong();
    }
    List<WeightSum> sums = version == 1 ? readSumsOfVersion1(in) : readSums(in);
    OutcomeCounts outcomes = OutcomeCounts.read(in);
    WindowCounts counts = new WindowCounts(taskOf(outcomes), outcomes, DelayCounts.read(in));
    counts.setFields(fields);
    for (int i = 0; i < sums.size(); i++) {
      counts.sums().get(i).add(sums.get(i));
    }
    return counts;
  }

  private static List<WeightSum> readSums(DataInput in) throws IOException {
    List<WeightSum> sums = new ArrayList<>();
    for (int i = 0; i < SUMS; i++) {
      WeightSum sum = new WeightSum();
      sum.readFrom(in);
      sums.add(sum);
    }
    return sums;
  }

  private static List<WeightSum> readSumsOfVersion1(DataInput in) throws IOException {
    List<WeightSum> sums = new ArrayList<>();
    for (int i = 0; i < SUMS - 1; i++) {
      WeightSum sum = new WeightSum();
      sum.add(in.readLong());
      sums.add(sum);
    }
    return sums;
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
      maturedJoined
    };
  }

  /** In their stored order. */
  private List<WeightSum> sums() {
    return List.of(predictedUnits, joinedUnits, maturedUnits, maturedJoinedUnits, silenceUnits);
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
  }
}
