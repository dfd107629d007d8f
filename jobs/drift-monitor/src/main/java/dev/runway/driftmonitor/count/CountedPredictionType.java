package dev.runway.driftmonitor.count;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Says that a {@link CountedPrediction} is handed from operator to operator in one thread and
 * nowhere else: it is an object for all events and has no bytes.
 */
final class CountedPredictionType extends VersionedSerializer<CountedPrediction> {
  static final VersionedTypeInfo<CountedPrediction> TYPE =
      VersionedTypeInfo.of(CountedPrediction.class, new CountedPredictionType());

  private static final String CHAINED =
      "counting and bundling must be chained: give them one parallelism, and leave chaining on";

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(CountedPrediction value, DataOutputView out) {
    throw new UnsupportedOperationException(CHAINED);
  }

  @Override
  protected CountedPrediction read(int version, DataInputView in) {
    throw new UnsupportedOperationException(CHAINED);
  }

  /** Without object reuse Flink copies between chained operators; the next one keeps nothing. */
  @Override
  public CountedPrediction copy(CountedPrediction value) {
    return value;
  }
}
