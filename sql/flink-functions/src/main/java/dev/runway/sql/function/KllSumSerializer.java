package dev.runway.sql.function;

import dev.runway.flink.types.VersionedSerializer;
import java.io.IOException;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes the sketch's own image with its length before it; 0 for none. */
public final class KllSumSerializer extends VersionedSerializer<KllSum> {

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(KllSum sum, DataOutputView out) throws IOException {
    KllDoublesSketch sketch = sum.sketch;
    byte[] image = sketch == null ? new byte[0] : sketch.toByteArray();
    out.writeInt(image.length);
    out.write(image);
  }

  @Override
  protected KllSum read(int version, DataInputView in) throws IOException {
    byte[] image = new byte[in.readInt()];
    in.readFully(image);
    KllSum sum = new KllSum();
    sum.sketch = image.length == 0 ? null : Images.doubles("an accumulator", image);
    return sum;
  }
}
