package dev.runway.tables;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.model.MalformedEvent;
import dev.runway.tables.write.Origin;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * {@link Sourced} events between operators that are not chained. Layout 1: topic, partition,
 * offset, time; then the event's JSON with its length before it.
 */
abstract class SourcedSerializer<E> extends VersionedSerializer<Sourced<E>> {
  abstract byte[] json(E event);

  abstract E event(byte[] json) throws MalformedEvent;

  @Override
  public int version() {
    return 1;
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  protected void write(Sourced<E> sourced, DataOutputView out) throws IOException {
    Origin origin = sourced.origin();
    out.writeUTF(origin.topic());
    out.writeInt(origin.partition());
    out.writeLong(origin.offset());
    out.writeLong(origin.recordedAtMillis());
    byte[] json = json(sourced.event());
    out.writeInt(json.length);
    out.write(json);
  }

  @Override
  protected Sourced<E> read(int version, DataInputView in) throws IOException {
    Origin origin = new Origin(in.readUTF(), in.readInt(), in.readLong(), in.readLong());
    byte[] json = new byte[in.readInt()];
    in.readFully(json);
    try {
      return new Sourced<>(origin, event(json));
    } catch (MalformedEvent e) {
      throw new IOException("written by this class, and yet unreadable: " + e.detail(), e);
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // A class literal cannot name what Sourced holds.
  static <E> TypeInformation<Sourced<E>> type(SourcedSerializer<E> serializer) {
    return VersionedTypeInfo.of((Class<Sourced<E>>) (Class) Sourced.class, serializer);
  }
}
