package dev.runway.retraintrigger.stream;

import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.model.Decision;
import dev.runway.model.DecisionCodec;
import dev.runway.model.MalformedEvent;

/** Decisions. */
public final class DecisionSerializer extends JsonSerializer<Decision> {
  public static final VersionedTypeInfo<Decision> TYPE =
      VersionedTypeInfo.of(Decision.class, new DecisionSerializer());

  @Override
  byte[] json(Decision value) {
    return DecisionCodec.write(value);
  }

  @Override
  Decision value(byte[] json) throws MalformedEvent {
    return DecisionCodec.read(json);
  }
}
