package dev.runway.groundtruth.state;

import dev.runway.groundtruth.join.Terms;
import dev.runway.model.LabelPolicy;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/**
 * Layout 1 of {@link Terms}: one byte of kinds, then the spans. Part of {@link PredictionLayout},
 * so that what is said there of changes holds here.
 */
final class TermsLayout {
  // Places in these lists are stored: append only.
  private static final List<Task> TASKS =
      List.of(Task.BINARY, Task.MULTICLASS, Task.REGRESSION, Task.RANKING);
  private static final List<LabelPolicy> POLICIES =
      List.of(
          LabelPolicy.EXPLICIT,
          LabelPolicy.IMPLICIT_NEGATIVE,
          LabelPolicy.GRADED,
          LabelPolicy.REGRESSION,
          LabelPolicy.RANKING);
  private static final List<Reduction> REDUCTIONS =
      List.of(Reduction.FIRST, Reduction.LAST, Reduction.MAX, Reduction.SUM);

  private TermsLayout() {}

  /** The stored form of a task. */
  static int code(Task task) {
    return TASKS.indexOf(task);
  }

  static Task task(int code) {
    return TASKS.get(code);
  }

  static void write(Terms terms, DataOutput out) throws IOException {
    out.writeByte(
        code(terms.task())
            | POLICIES.indexOf(terms.policy()) << 2
            | REDUCTIONS.indexOf(terms.reduction()) << 5);
    Compact.writeSpan(out, terms.horizonMillis());
    Compact.writeSpan(out, terms.windowMillis());
    if (terms.policy() == LabelPolicy.IMPLICIT_NEGATIVE) {
      Compact.writeSpan(out, terms.negativeAfterMillis());
    }
    if (terms.policy() == LabelPolicy.GRADED) {
      out.writeDouble(terms.positiveFrom());
    }
  }

  static Terms read(DataInput in) throws IOException {
    int kinds = in.readUnsignedByte();
    LabelPolicy policy = POLICIES.get(kinds >> 2 & 7);
    long horizon = Compact.readSpan(in);
    long window = Compact.readSpan(in);
    return new Terms(
        task(kinds & 3),
        policy,
        REDUCTIONS.get(kinds >> 5 & 3),
        horizon,
        policy == LabelPolicy.IMPLICIT_NEGATIVE ? Compact.readSpan(in) : Terms.NEVER,
        window,
        policy == LabelPolicy.GRADED ? in.readDouble() : 0);
  }
}
