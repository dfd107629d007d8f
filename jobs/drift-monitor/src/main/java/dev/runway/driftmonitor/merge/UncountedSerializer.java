package dev.runway.driftmonitor.merge;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Layout of {@link Uncounted} in state and between operators. A first number below zero is its
 * complement and says that sums of weights follow: records in flight have no version, and those of
 * a checkpoint of before they were kept stay readable. Of these each weight counts as 1.
 */
public final class UncountedSerializer extends VersionedSerializer<Uncounted> {
  public static final VersionedTypeInfo<Uncounted> TYPE =
      VersionedTypeInfo.of(Uncounted.class, new UncountedSerializer());

  @Override
  public int version() {
    return 2;
  }

  @Override
  protected void write(Uncounted value, DataOutputView out) throws IOException {
    boolean ones = value.weights() == value.weighted() && value.squares() == value.weighted();
    out.writeLong(ones ? value.unknownFeatures() : ~value.unknownFeatures());
    out.writeLong(value.weighted());
    if (!ones) {
      out.writeDouble(value.weights());
      out.writeDouble(value.squares());
    }
  }

  @Override
  protected Uncounted read(int version, DataInputView in) throws IOException {
    long unknownFeatures = in.readLong();
    long weighted = in.readLong();
    if (unknownFeatures >= 0) {
      return new Uncounted(unknownFeatures, weighted, weighted, weighted);
    }
    double weights = in.readDouble();
    return new Uncounted(~unknownFeatures, weighted, weights, in.readDouble());
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
