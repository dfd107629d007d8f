package dev.runway.retraintrigger.stream;

import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.model.MalformedEvent;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommandCodec;

/** Commands. */
public final class RetrainCommandSerializer extends JsonSerializer<RetrainCommand> {
  public static final VersionedTypeInfo<RetrainCommand> TYPE =
      VersionedTypeInfo.of(RetrainCommand.class, new RetrainCommandSerializer());

  @Override
  byte[] json(RetrainCommand value) {
    return RetrainCommandCodec.write(value);
  }

  @Override
  RetrainCommand value(byte[] json) throws MalformedEvent {
    return RetrainCommandCodec.read(json);
  }
}
