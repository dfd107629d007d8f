package dev.runway.flink;

import dev.runway.model.DeadLetter;
import dev.runway.model.DeadLetterCodec;
import dev.runway.model.Topic;
import java.nio.charset.StandardCharsets;
import org.apache.flink.streaming.api.datastream.DataStream;

/** Writes refused events to the dead-letters topic of a namespace. */
public final class DeadLetterSink {
  private DeadLetterSink() {}

  /** Ends a stream of dead letters in their topic. */
  public static void add(
      DataStream<DeadLetter> letters, KafkaAccess kafka, String namespace, String uid) {
    ResultSink.add(letters, kafka, Topic.DEAD_LETTERS.in(namespace), new Format(), uid);
  }

  /** Keyed by where the event came from, so that refusals of one event stay together. */
  static final class Format implements RecordFormat<DeadLetter> {
    @Override
    public byte[] key(DeadLetter letter) {
      return (letter.topic() + "/" + letter.partition() + "/" + letter.offset())
          .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] value(DeadLetter letter) {
      return DeadLetterCodec.write(letter);
    }
  }
}
