package dev.runway.flink.types;

import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.jspecify.annotations.Nullable;

/** Type information around a {@link VersionedSerializer}. */
public final class VersionedTypeInfo<T> extends TypeInformation<T> {
  private final Class<T> type;
  private final VersionedSerializer<T> serializer;
  private final boolean key;

  private VersionedTypeInfo(Class<T> type, VersionedSerializer<T> serializer, boolean key) {
    this.type = type;
    this.serializer = serializer;
    this.key = key;
  }

  /** A type that is sent or kept, but never a key. */
  public static <T> VersionedTypeInfo<T> of(Class<T> type, VersionedSerializer<T> serializer) {
    return new VersionedTypeInfo<>(type, serializer, false);
  }

  /**
   * A type that may be a key: its equals and hashCode depend on content only and give the same in
   * every process (no enum, no array in them), and its layout never changes.
   */
  public static <T> VersionedTypeInfo<T> key(Class<T> type, VersionedSerializer<T> serializer) {
    return new VersionedTypeInfo<>(type, serializer, true);
  }

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public Class<T> getTypeClass() {
    return type;
  }

  @Override
  public boolean isKeyType() {
    return key;
  }

  @Override
  public TypeSerializer<T> createSerializer(@Nullable SerializerConfig config) {
    return serializer;
  }

  @Override
  public String toString() {
    return type.getSimpleName() + "(" + serializer.getClass().getSimpleName() + ")";
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof VersionedTypeInfo<?> that
        && type == that.type
        && key == that.key
        && serializer.equals(that.serializer);
  }

  @Override
  public int hashCode() {
    return 31 * type.getName().hashCode() + serializer.hashCode();
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof VersionedTypeInfo;
  }
}
