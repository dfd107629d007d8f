package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * State that consists of parts and nothing else: what holds for each part holds for all of it, and
 * a new field cannot be forgotten in one of the methods.
 */
abstract class Parts {

  /** Always the same parts in the same order, which is the stored order. */
  abstract List<Part<?>> parts();

  final void mergeParts(Parts other, int sign) {
    for (int i = 0; i < parts().size(); i++) {
      mergeSame(parts().get(i), other.parts().get(i), sign);
    }
  }

  /** Parts at the same place of two objects of one class have one class. */
  @SuppressWarnings("unchecked")
  private static <P extends Part<P>> void mergeSame(Part<P> part, Part<?> other, int sign) {
    part.merge((P) other, sign);
  }

  /** True if nothing is left: never used, or all of it taken back. */
  public boolean isEmpty() {
    return parts().stream().allMatch(Part::isEmpty);
  }

  final void writeParts(DataOutput out) throws IOException {
    for (Part<?> part : parts()) {
      part.write(out);
    }
  }

  final void readParts(DataInput in) throws IOException {
    for (Part<?> part : parts()) {
      part.readFrom(in);
    }
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof Parts that
        && that.getClass() == getClass()
        && that.parts().equals(parts());
  }

  @Override
  public final int hashCode() {
    return parts().hashCode();
  }
}
