package dev.runway.tables;

import dev.runway.model.DeadLetter;
import dev.runway.model.DeadLetterCodec;
import dev.runway.model.MalformedEvent;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Sourced dead letters. */
final class SourcedLetterSerializer extends SourcedSerializer<DeadLetter> {
  static final TypeInformation<Sourced<DeadLetter>> TYPE = type(new SourcedLetterSerializer());

  @Override
  byte[] json(DeadLetter letter) {
    return DeadLetterCodec.write(letter);
  }

  @Override
  DeadLetter event(byte[] json) throws MalformedEvent {
    return DeadLetterCodec.read(json);
  }
}
