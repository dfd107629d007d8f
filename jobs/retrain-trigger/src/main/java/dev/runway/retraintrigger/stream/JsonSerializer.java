package dev.runway.retraintrigger.stream;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.model.MalformedEvent;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Results between operators, in the JSON of their contract with its length before it. */
abstract class JsonSerializer<T> extends VersionedSerializer<T> {
  abstract byte[] json(T value);

  abstract T value(byte[] json) throws MalformedEvent;

  @Override
  public int version() {
    return 1;
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  protected void write(T value, DataOutputView out) throws IOException {
    byte[] json = json(value);
    out.writeInt(json.length);
    out.write(json);
  }

  @Override
  protected T read(int version, DataInputView in) throws IOException {
    byte[] json = new byte[in.readInt()];
    in.readFully(json);
    try {
      return value(json);
    } catch (MalformedEvent e) {
      throw new IOException("written by this class, and yet unreadable: " + e.detail(), e);
    }
  }
}
