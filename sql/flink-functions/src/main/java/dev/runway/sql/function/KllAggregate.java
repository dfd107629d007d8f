package dev.runway.sql.function;

import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.functions.AggregateFunction;

/** Ends in the image of one sketch of doubles; of nothing, in that of an empty one. */
@FunctionHint(
    accumulator =
        @DataTypeHint(
            value = "RAW",
            bridgedTo = KllSum.class,
            rawSerializer = KllSumSerializer.class),
    output = @DataTypeHint("BYTES"))
public abstract class KllAggregate extends AggregateFunction<byte[], KllSum> {

  /** As in Spark. */
  static final int DEFAULT_K = 200;

  @Override
  public KllSum createAccumulator() {
    return new KllSum();
  }

  /** Adds sums of parts of the rows. */
  public void merge(KllSum sum, Iterable<KllSum> others) {
    for (KllSum other : others) {
      KllDoublesSketch more = other.sketch;
      if (more != null) {
        sum.of(more.getK()).merge(more);
      }
    }
  }

  @Override
  public byte[] getValue(KllSum sum) {
    return sum.of(DEFAULT_K).toByteArray();
  }
}
