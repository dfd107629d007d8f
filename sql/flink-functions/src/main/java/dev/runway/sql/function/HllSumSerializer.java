package dev.runway.sql.function;

import dev.runway.flink.types.VersionedSerializer;
import java.io.IOException;
import org.apache.datasketches.hll.Union;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes the union's own image with its length before it; 0 for none. */
public final class HllSumSerializer extends VersionedSerializer<HllSum> {

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(HllSum sum, DataOutputView out) throws IOException {
    Union union = sum.union;
    byte[] image = union == null ? new byte[0] : union.toCompactByteArray();
    out.writeInt(image.length);
    out.write(image);
  }

  @Override
  protected HllSum read(int version, DataInputView in) throws IOException {
    byte[] image = new byte[in.readInt()];
    in.readFully(image);
    HllSum sum = new HllSum();
    sum.union = image.length == 0 ? null : Union.heapify(image);
    return sum;
  }
}
