package dev.runway.driftmonitor.merge;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link TakenParts} in state. */
final class TakenPartsSerializer extends VersionedSerializer<TakenParts> {
  static final VersionedTypeInfo<TakenParts> TYPE =
      VersionedTypeInfo.of(TakenParts.class, new TakenPartsSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(TakenParts value, DataOutputView out) throws IOException {
    out.writeInt(value.parts().size());
    for (TakenParts.Part part : value.parts()) {
      out.writeUTF(part.producerId());
      out.writeLong(part.sequence());
      out.writeUTF(part.segment());
      out.writeLong(part.content());
    }
  }

  @Override
  protected TakenParts read(int version, DataInputView in) throws IOException {
    int size = in.readInt();
    List<TakenParts.Part> parts = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      String producer = in.readUTF();
      long sequence = in.readLong();
      String segment = in.readUTF();
      parts.add(new TakenParts.Part(producer, sequence, segment, in.readLong()));
    }
    return new TakenParts(List.copyOf(parts));
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
