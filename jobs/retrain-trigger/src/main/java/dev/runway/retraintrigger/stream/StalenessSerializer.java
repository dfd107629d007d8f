package dev.runway.retraintrigger.stream;

import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Staleness;
import dev.runway.model.StalenessCodec;

/** States of model versions. */
public final class StalenessSerializer extends JsonSerializer<Staleness> {
  public static final VersionedTypeInfo<Staleness> TYPE =
      VersionedTypeInfo.of(Staleness.class, new StalenessSerializer());

  @Override
  byte[] json(Staleness value) {
    return StalenessCodec.write(value);
  }

  @Override
  Staleness value(byte[] json) throws MalformedEvent {
    return StalenessCodec.read(json);
  }
}
