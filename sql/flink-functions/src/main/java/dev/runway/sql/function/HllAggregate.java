package dev.runway.sql.function;

import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.Union;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.functions.AggregateFunction;

/** Ends in the image of one HLL sketch; of nothing, in that of an empty one. */
@FunctionHint(
    accumulator =
        @DataTypeHint(
            value = "RAW",
            bridgedTo = HllSum.class,
            rawSerializer = HllSumSerializer.class),
    output = @DataTypeHint("BYTES"))
public abstract class HllAggregate extends AggregateFunction<byte[], HllSum> {

  /** As in Spark: the standard error is 1.3 %. */
  static final int DEFAULT_LG_K = 12;

  @Override
  public HllSum createAccumulator() {
    return new HllSum();
  }

  /** Adds sums of parts of the rows. */
  public void merge(HllSum sum, Iterable<HllSum> others) {
    for (HllSum other : others) {
      Union more = other.union;
      if (more != null) {
        HllSketch result = more.getResult();
        sum.of(more.getLgConfigK()).update(result);
      }
    }
  }

  @Override
  public byte[] getValue(HllSum sum) {
    return HllSum.image(sum.of(DEFAULT_LG_K));
  }

  static int lgK(String function, int lgK) {
    if (lgK < 4 || lgK > 21) {
      throw new IllegalArgumentException(
          "%s: lgConfigK is %d, must be 4 to 21".formatted(function, lgK));
    }
    return lgK;
  }
}
