package dev.runway.driftmonitor.merge;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Layout of {@link TileDelta} between operators. A length below zero is its complement and says
 * that what is uncounted follows, and a number of predictions below zero is its complement and says
 * that a producer's part does: records in flight have no version, and those of a checkpoint of
 * before stay readable.
 */
public final class TileDeltaSerializer extends VersionedSerializer<TileDelta> {
  public static final VersionedTypeInfo<TileDelta> TYPE =
      VersionedTypeInfo.of(TileDelta.class, new TileDeltaSerializer());

  private static final BaselineKeySerializer KEY = new BaselineKeySerializer();
  private static final UncountedSerializer UNCOUNTED = new UncountedSerializer();
  private static final SpanSerializer SPAN = new SpanSerializer();

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(TileDelta value, DataOutputView out) throws IOException {
    KEY.serialize(value.key(), out);
    SPAN.serialize(value.minute(), out);
    ProducedPart produced = value.produced();
    out.writeLong(produced == null ? value.predictions() : ~value.predictions());
    if (produced != null) {
      write(produced, out);
    }
    int length = value.tile().length;
    out.writeInt(value.uncounted().isNothing() ? length : ~length);
    if (!value.uncounted().isNothing()) {
      UNCOUNTED.serialize(value.uncounted(), out);
    }
    out.write(value.tile());
  }

  @Override
  protected TileDelta read(int version, DataInputView in) throws IOException {
    BaselineKey key = KEY.deserialize(in);
    Span minute = SPAN.deserialize(in);
    long predictions = in.readLong();
    ProducedPart produced = predictions < 0 ? part(in) : null;
    int length = in.readInt();
    Uncounted uncounted = length < 0 ? UNCOUNTED.deserialize(in) : Uncounted.NOTHING;
    byte[] tile = new byte[length < 0 ? ~length : length];
    in.readFully(tile);
    return new TileDelta(
        key, minute, predictions < 0 ? ~predictions : predictions, uncounted, tile, produced);
  }

  private static void write(ProducedPart part, DataOutputView out) throws IOException {
    out.writeUTF(part.producerId());
    out.writeLong(part.sequence());
    out.writeUTF(part.segment());
    out.writeUTF(part.topic());
    out.writeInt(part.partition());
    out.writeLong(part.offset());
    out.writeLong(part.recordedAtMillis());
  }

  private static ProducedPart part(DataInputView in) throws IOException {
    String producer = in.readUTF();
    long sequence = in.readLong();
    String segment = in.readUTF();
    String topic = in.readUTF();
    int partition = in.readInt();
    long offset = in.readLong();
    return new ProducedPart(producer, sequence, segment, topic, partition, offset, in.readLong());
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
