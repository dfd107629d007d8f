package dev.runway.flink;

import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.model.DeadLetter;
import dev.runway.model.MalformedEvent;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.OutputTag;

/** Where refused events leave an operator. */
public final class DeadLetters {
  /** How dead letters travel. */
  public static final TypeInformation<DeadLetter> TYPE =
      VersionedTypeInfo.of(DeadLetter.class, new DeadLetterSerializer());

  /** The side output of every operator that refuses events. */
  public static final OutputTag<DeadLetter> TAG = new OutputTag<>("dead-letters", TYPE);

  private DeadLetters() {}

  /** The dead letter of a record. */
  public static DeadLetter of(RawEvent raw, MalformedEvent cause) {
    return DeadLetter.of(
        raw.topic(), raw.partition(), raw.offset(), raw.kafkaTimestampMillis(), raw.value(), cause);
  }
}
