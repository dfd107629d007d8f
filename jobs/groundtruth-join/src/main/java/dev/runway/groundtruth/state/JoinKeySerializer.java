package dev.runway.groundtruth.state;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.groundtruth.join.JoinKey;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Layout of {@link JoinKey}. It is a key of state: RocksDB compares its bytes, so it is for ever.
 */
public final class JoinKeySerializer extends VersionedSerializer<JoinKey> {
  public static final VersionedTypeInfo<JoinKey> TYPE =
      VersionedTypeInfo.key(JoinKey.class, new JoinKeySerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(JoinKey key, DataOutputView out) throws IOException {
    // Ids of one kind under one model have one length, so the prefix leaves their time order alone.
    out.writeShort(key.bytes().length);
    out.write(key.bytes());
  }

  @Override
  protected JoinKey read(int version, DataInputView in) throws IOException {
    byte[] bytes = new byte[in.readUnsignedShort()];
    in.readFully(bytes);
    return JoinKey.ofBytes(bytes);
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
