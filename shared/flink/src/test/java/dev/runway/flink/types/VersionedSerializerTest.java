package dev.runway.flink.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.core.memory.DataOutputView;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VersionedSerializerTest {
  private final Tally.Serializer serializer = new Tally.Serializer();

  @AfterEach
  void newestAgain() {
    Tally.Serializer.newest = 2;
  }

  @Test
  void snapshotOfSameVersion_isCompatibleAsIs() throws IOException {
    TypeSerializerSnapshot<Tally> restored = throughBytes(serializer.snapshotConfiguration());

    assertThat(
            serializer
                .snapshotConfiguration()
                .resolveSchemaCompatibility(restored)
                .isCompatibleAsIs())
        .isTrue();
    assertThat(restored.restoreSerializer()).isEqualTo(serializer);
  }

  @Test
  void snapshotOfOlderVersion_readsItAndAsksForMigration() throws IOException {
    Tally.Serializer.newest = 1;
    byte[] old = write(serializer, new Tally(7, null));
    TypeSerializerSnapshot<Tally> snapshot = serializer.snapshotConfiguration();
    byte[] snapshotBytes = bytesOf(snapshot);

    Tally.Serializer.newest = 2;
    TypeSerializerSnapshot<Tally> restored = read(snapshotBytes);

    assertThat(
            serializer
                .snapshotConfiguration()
                .resolveSchemaCompatibility(restored)
                .isCompatibleAfterMigration())
        .isTrue();
    Tally tally = restored.restoreSerializer().deserialize(new DataInputDeserializer(old));
    assertThat(tally).isEqualTo(new Tally(7, "before version 2"));
  }

  @Test
  void serializerOfOlderVersion_refusesToWrite() throws IOException {
    Tally.Serializer.newest = 1;
    byte[] snapshot = bytesOf(serializer.snapshotConfiguration());
    Tally.Serializer.newest = 2;
    TypeSerializer<Tally> old = read(snapshot).restoreSerializer();

    assertThatThrownBy(() -> write(old, new Tally(1, "a")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("version 1")
        .hasMessageContaining("register the state in open()");
    assertThat(old).isNotEqualTo(serializer);
  }

  @Test
  void snapshotOfNewerVersion_isRefusedNamingBothVersions() throws IOException {
    byte[] snapshot = bytesOf(serializer.snapshotConfiguration());
    Tally.Serializer.newest = 1;

    assertThatThrownBy(() -> read(snapshot))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("written in version 2")
        .hasMessageContaining("up to version 1")
        .hasMessageContaining("older savepoint");
  }

  @Test
  void snapshotOfAnotherClass_isIncompatible() {
    assertThat(
            serializer
                .snapshotConfiguration()
                .resolveSchemaCompatibility(new OtherSerializer().snapshotConfiguration())
                .isIncompatible())
        .isTrue();
  }

  @Test
  void copyOfMutableValue_sharesNothing() {
    Tally original = new Tally(1, "a");
    Tally copy = serializer.copy(original);
    original.count = 2;

    assertThat(copy).isEqualTo(new Tally(1, "a"));
  }

  private static TypeSerializerSnapshot<Tally> throughBytes(TypeSerializerSnapshot<Tally> snapshot)
      throws IOException {
    return read(bytesOf(snapshot));
  }

  private static byte[] bytesOf(TypeSerializerSnapshot<Tally> snapshot) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    TypeSerializerSnapshot.writeVersionedSnapshot(out, snapshot);
    return out.getCopyOfBuffer();
  }

  private static TypeSerializerSnapshot<Tally> read(byte[] snapshot) throws IOException {
    return TypeSerializerSnapshot.readVersionedSnapshot(
        new DataInputDeserializer(snapshot), VersionedSerializerTest.class.getClassLoader());
  }

  private static byte[] write(TypeSerializer<Tally> serializer, Tally tally) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(16);
    serializer.serialize(tally, out);
    return out.getCopyOfBuffer();
  }

  private static final class OtherSerializer extends VersionedSerializer<Tally> {
    @Override
    public int version() {
      return 1;
    }

    @Override
    protected void write(Tally value, DataOutputView out) {}

    @Override
    protected Tally read(int version, DataInputView in) {
      return new Tally(0, null);
    }
  }
}
