package dev.runway.tables;

import dev.runway.model.Decision;
import dev.runway.model.DecisionCodec;
import dev.runway.model.MalformedEvent;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Sourced decisions. */
final class SourcedDecisionSerializer extends SourcedSerializer<Decision> {
  static final TypeInformation<Sourced<Decision>> TYPE = type(new SourcedDecisionSerializer());

  @Override
  byte[] json(Decision event) {
    return DecisionCodec.write(event);
  }

  @Override
  Decision event(byte[] json) throws MalformedEvent {
    return DecisionCodec.read(json);
  }
}
