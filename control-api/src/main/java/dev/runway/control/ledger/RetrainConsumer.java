package dev.runway.control.ledger;

import dev.runway.control.options.ControlOptions;
import dev.runway.control.topics.GroupConsumer;
import dev.runway.model.DeadLetter;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.ReasonClass;
import dev.runway.model.RetrainCommandCodec;
import dev.runway.model.Topic;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Brings commands from their topic to the ledger, each in a transaction of its own: what comes
 * twice changes nothing.
 */
public final class RetrainConsumer implements AutoCloseable {
  private final GroupConsumer consumer;

  public RetrainConsumer(ControlOptions.Kafka options, Ledger ledger) {
    String topic = Topic.RETRAINS.in(options.namespace());
    consumer =
        new GroupConsumer(
            options,
            new GroupConsumer.Reading("commands", group(options), List.of(topic), "earliest"),
            new GroupConsumer.Taker() {
              @Override
              public void take(ConsumerRecord<byte[], byte[]> record) throws MalformedEvent {
                RetrainCommand command = command(record);
                String sent = GroupConsumer.requestId(record);
                String requestId = sent == null ? command.commandId().toString() : sent;
                ledger.receive(command, "topic:" + topic, requestId);
              }

              @Override
              public void bury(DeadLetter letter, String requestId) {
                ledger.bury(letter, requestId);
              }
            });
  }

  /** The group that commands are read in. */
  public static String group(ControlOptions.Kafka options) {
    return options.namespace() + ".ledger";
  }

  public void start() {
    consumer.start();
  }

  private static RetrainCommand command(ConsumerRecord<byte[], byte[]> record)
      throws MalformedEvent {
    RetrainCommand command = RetrainCommandCodec.read(record.value());
    GroupConsumer.requireKey(record, command.cause().modelId());
    if (command.cause().reasonClass() == ReasonClass.MANUAL) {
      // Whoever writes here has not said who he is, so cannot have a person's rights.
      throw new MalformedEvent(
          Reason.BAD_VALUE, "reason_class", "persons ask by the API, and not on this topic");
    }
    return command;
  }

  /** Ends after the command that is under way. */
  @Override
  public void close() {
    consumer.close();
  }
}
