package dev.runway.flink.types;

import java.io.IOException;
import java.lang.reflect.Constructor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * What a savepoint keeps of a {@link VersionedSerializer}: its class name and the layout's version.
 *
 * <p>Public with a public constructor because Flink makes it by reflection.
 */
public final class VersionedSerializerSnapshot<T> implements TypeSerializerSnapshot<T> {
  private static final int FORMAT = 1;

  private @Nullable VersionedSerializer<T> serializer;

  /** For Flink; {@link #readSnapshot} fills it. */
  public VersionedSerializerSnapshot() {}

  VersionedSerializerSnapshot(VersionedSerializer<T> serializer) {
    this.serializer = serializer;
  }

  @Override
  public int getCurrentVersion() {
    return FORMAT;
  }

  @Override
  public void writeSnapshot(DataOutputView out) throws IOException {
    out.writeUTF(serializer().getClass().getName());
    out.writeInt(serializer().readVersion());
  }

  @Override
  public void readSnapshot(int format, DataInputView in, ClassLoader loader) throws IOException {
    String className = in.readUTF();
    int version = in.readInt();
    VersionedSerializer<T> made = make(className, loader);
    requireReadable(className, version, made.version());
    serializer = made.restoredAt(version);
  }

  @Override
  public TypeSerializer<T> restoreSerializer() {
    return serializer();
  }

  @Override
  public TypeSerializerSchemaCompatibility<T> resolveSchemaCompatibility(
      TypeSerializerSnapshot<T> old) {
    if (!(old instanceof VersionedSerializerSnapshot<T> before)
        || before.serializer().getClass() != serializer().getClass()) {
      return TypeSerializerSchemaCompatibility.incompatible();
    }
    int was = before.serializer().readVersion();
    int now = serializer().version();
    requireReadable(serializer().getClass().getName(), was, now);
    return was == now
        ? TypeSerializerSchemaCompatibility.compatibleAsIs()
        : TypeSerializerSchemaCompatibility.compatibleAfterMigration();
  }

  private VersionedSerializer<T> serializer() {
    if (serializer == null) {
      throw new IllegalStateException("the snapshot has not been read yet");
    }
    return serializer;
  }

  private static void requireReadable(String className, int written, int newest) {
    if (written > newest) {
      throw new IllegalStateException(
          ("The state of %s was written in version %d, this release reads up to version %d: "
                  + "start the release that wrote it, or restore an older savepoint")
              .formatted(className, written, newest));
    }
  }

  @SuppressWarnings("unchecked") // The name was written by a serializer of T.
  private static <T> VersionedSerializer<T> make(String className, ClassLoader loader)
      throws IOException {
    try {
      Constructor<?> constructor = Class.forName(className, false, loader).getDeclaredConstructor();
      constructor.setAccessible(true);
      return (VersionedSerializer<T>) constructor.newInstance();
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new IOException(
          className
              + " must be a VersionedSerializer with a constructor without parameters: its name is"
              + " part of savepoints and may not change",
          e);
    }
  }
}
