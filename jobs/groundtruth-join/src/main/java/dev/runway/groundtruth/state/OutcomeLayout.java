package dev.runway.groundtruth.state;

import dev.runway.groundtruth.join.AdmittedOutcome;
import dev.runway.groundtruth.join.JoinKey;
import dev.runway.model.Outcome;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Layout 1 of {@link AdmittedOutcome} without its key: about 25 bytes for a class label.
 *
 * <p>Outcomes of open predictions have it, and rows for the archive, which wait in savepoints under
 * the version of {@link AdmittedOutcomeSerializer}: who changes it raises the versions of both, and
 * goes on reading this one.
 */
final class OutcomeLayout {
  private static final int LABEL = 1;
  private static final int VALUE = 1 << 1;
  private static final int ITEM = 1 << 2;
  private static final int RETRACTS = 1 << 3;
  private static final int ACTUAL_ZERO = 1 << 4;
  private static final int ACTUAL_ONE = 1 << 5;
  private static final int ACTUAL_VALUE = 1 << 6;
  private static final int FORMER_SAMPLE = 1 << 7;

  private OutcomeLayout() {}

  static void write(AdmittedOutcome outcome, DataOutput out) throws IOException {
    int parts = parts(outcome);
    out.writeByte(parts);
    Compact.writeLong(out, outcome.observedAtMillis());
    Compact.writeLong(out, outcome.sequence());
    Compact.writeLong(out, outcome.partition());
    Compact.writeLong(out, outcome.offset());
    Compact.writeLong(out, outcome.recordedAtMillis());
    Compact.writeIfPresent(out, outcome.label());
    Compact.writeIfPresent(out, outcome.value());
    Compact.writeIfPresent(out, outcome.item());
    if (has(parts, RETRACTS)) {
      Compact.writeLong(out, outcome.retracts());
    }
    if (has(parts, ACTUAL_VALUE)) {
      out.writeDouble(outcome.actual());
    }
  }

  private static int parts(AdmittedOutcome outcome) {
    return (outcome.label() == null ? 0 : LABEL)
        | (Double.isNaN(outcome.value()) ? 0 : VALUE)
        | (outcome.item() == null ? 0 : ITEM)
        | (outcome.retracts() == Outcome.RETRACTS_NOTHING ? 0 : RETRACTS)
        | actualPart(outcome.actual())
        | (outcome.formerSample() ? FORMER_SAMPLE : 0);
  }

  private static int actualPart(double actual) {
    if (Double.isNaN(actual)) {
      return 0;
    }
    if (actual == 1) {
      return ACTUAL_ONE;
    }
    // Minus zero is a value of its own: equal, but not the same bits.
    return Double.doubleToLongBits(actual) == 0 ? ACTUAL_ZERO : ACTUAL_VALUE;
  }

  static AdmittedOutcome read(JoinKey key, DataInput in) throws IOException {
    int parts = in.readUnsignedByte();
    long observedAt = Compact.readLong(in);
    long sequence = Compact.readLong(in);
    int partition = Compact.readInt(in);
    long offset = Compact.readLong(in);
    long recordedAt = Compact.readLong(in);
    String label = Compact.readText(in, has(parts, LABEL));
    double value = Compact.readNumber(in, has(parts, VALUE));
    String item = Compact.readText(in, has(parts, ITEM));
    long retracts = has(parts, RETRACTS) ? Compact.readLong(in) : Outcome.RETRACTS_NOTHING;
    return new AdmittedOutcome(
        key,
        observedAt,
        sequence,
        retracts,
        label,
        value,
        item,
        actual(parts, in),
        has(parts, FORMER_SAMPLE),
        partition,
        offset,
        recordedAt);
  }

  private static double actual(int parts, DataInput in) throws IOException {
    if (has(parts, ACTUAL_VALUE)) {
      return in.readDouble();
    }
    if (has(parts, ACTUAL_ONE)) {
      return 1;
    }
    return has(parts, ACTUAL_ZERO) ? 0 : Double.NaN;
  }

  private static boolean has(int parts, int part) {
    return (parts & part) != 0;
  }
}
