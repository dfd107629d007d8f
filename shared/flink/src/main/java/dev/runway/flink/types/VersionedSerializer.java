package dev.runway.flink.types;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * A serializer that writes the newest layout and reads every older one.
 *
 * <p>The version is kept once per state, not once per value. When a job is restored from a
 * savepoint of an older version, Flink reads each value with {@link #read} at that version and
 * writes it with {@link #write}; a savepoint of a newer version is refused.
 *
 * <p>Subclasses have a constructor without parameters and no fields that change: the snapshot keeps
 * nothing but the class name and the version. The name is part of every savepoint and never
 * changes. To change a layout: raise {@link #version()}, write the new layout, and keep reading the
 * old ones. A type that is a key of state cannot change its layout at all, for RocksDB compares key
 * bytes.
 */
public abstract class VersionedSerializer<T> extends TypeSerializer<T> {
  private static final int NEWEST = -1;

  private int restoredVersion = NEWEST;

  /** The layout {@link #write} writes, from 1 upwards. */
  public abstract int version();

  /** Writes a value in the newest layout. */
  protected abstract void write(T value, DataOutputView out) throws IOException;

  /**
   * Reads a value.
   *
   * @param version the layout of the bytes, 1 to {@link #version()}
   */
  protected abstract T read(int version, DataInputView in) throws IOException;

  /** A serializer of the same class that reads an older layout. It cannot write. */
  final VersionedSerializer<T> restoredAt(int version) {
    restoredVersion = version == version() ? NEWEST : version;
    return this;
  }

  /** The layout of the bytes this serializer reads. */
  final int readVersion() {
    return restoredVersion == NEWEST ? version() : restoredVersion;
  }

  @Override
  public final void serialize(T value, DataOutputView out) throws IOException {
    if (restoredVersion != NEWEST) {
      // Its snapshot says the old version, so bytes of the new one would never be readable again.
      throw new IllegalStateException(
          getClass().getName()
              + " was restored to read version "
              + restoredVersion
              + " and cannot write: register the state in open(), so that it is migrated first");
    }
    write(value, out);
  }

  @Override
  public final T deserialize(DataInputView in) throws IOException {
    return read(readVersion(), in);
  }

  @Override
  public final T deserialize(@Nullable T reuse, DataInputView in) throws IOException {
    return read(readVersion(), in);
  }

  /**
   * Reads bytes that were written by a known version, and are kept with its number by somebody
   * else.
   *
   * @throws IOException also if a newer release wrote them
   */
  public final T deserialize(int version, DataInputView in) throws IOException {
    if (version < 1 || version > version()) {
      throw new IOException(
          "bytes of version %d of %s were written by a newer release: this one reads up to %d"
              .formatted(version, getClass().getName(), version()));
    }
    return read(version, in);
  }

  /** Whether values can be shared without a copy; override with true for deeply immutable types. */
  @Override
  public boolean isImmutableType() {
    return false;
  }

  /** Copies through bytes unless the type is immutable; override where that is too slow. */
  @Override
  public T copy(T value) {
    if (isImmutableType()) {
      return value;
    }
    try {
      DataOutputSerializer out = new DataOutputSerializer(64);
      write(value, out);
      return read(version(), new DataInputDeserializer(out.getSharedBuffer(), 0, out.length()));
    } catch (IOException e) {
      throw new IllegalStateException("copying in memory", e);
    }
  }

  @Override
  public final T copy(T value, @Nullable T reuse) {
    return copy(value);
  }

  @Override
  public final void copy(DataInputView in, DataOutputView out) throws IOException {
    serialize(deserialize(in), out);
  }

  /** Nothing in here changes, so that one instance serves every thread. */
  @Override
  public final TypeSerializer<T> duplicate() {
    return this;
  }

  /** No reusable instance: values are made when they are read. */
  @Override
  @SuppressWarnings("NullAway") // Flink takes null here; none of our paths passes it on.
  public final T createInstance() {
    return null;
  }

  @Override
  public final int getLength() {
    return -1;
  }

  @Override
  public final TypeSerializerSnapshot<T> snapshotConfiguration() {
    return new VersionedSerializerSnapshot<>(this);
  }

  @Override
  @SuppressWarnings("EqualsGetClass") // Each subclass is another format.
  public final boolean equals(@Nullable Object other) {
    return other != null
        && other.getClass() == getClass()
        && ((VersionedSerializer<?>) other).readVersion() == readVersion();
  }

  @Override
  public final int hashCode() {
    return 31 * getClass().getName().hashCode() + readVersion();
  }
}
