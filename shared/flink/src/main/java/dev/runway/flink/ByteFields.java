package dev.runway.flink;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** Byte arrays in serializers: a length of four bytes, -1 for null, then the bytes. */
final class ByteFields {
  private ByteFields() {}

  static void write(byte[] bytes, DataOutputView out) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static void writeNullable(byte @Nullable [] bytes, DataOutputView out) throws IOException {
    if (bytes == null) {
      out.writeInt(-1);
    } else {
      write(bytes, out);
    }
  }

  static byte[] read(DataInputView in) throws IOException {
    byte[] bytes = readNullable(in);
    if (bytes == null) {
      throw new IOException("bytes are due, found none");
    }
    return bytes;
  }

  static byte @Nullable [] readNullable(DataInputView in) throws IOException {
    int length = in.readInt();
    if (length < 0) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }
}
