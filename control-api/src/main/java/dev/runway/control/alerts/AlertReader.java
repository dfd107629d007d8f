package dev.runway.control.alerts;

import dev.runway.control.database.Database;
import dev.runway.control.options.ControlOptions;
import dev.runway.control.outbox.DeadLetters;
import dev.runway.control.topics.GroupConsumer;
import dev.runway.model.DeadLetter;
import dev.runway.model.Decision;
import dev.runway.model.DecisionCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Staleness;
import dev.runway.model.StalenessCodec;
import dev.runway.model.Topic;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Makes alerts of the states of versions and of the decisions about them. What is older than what
 * was taken of a version changes nothing, whichever instance took that.
 */
final class AlertReader implements GroupConsumer.Taker {
  /** Older than the longest window is nothing that is wrong now: whatever is, is said again. */
  private static final String FROM = "by_duration:PT6H";

  private static final String NAME = "alerts";

  private final String staleness;
  private final Database database;
  private final AlertStore store;
  private final AlertCounters counters;
  private final Runnable messagesWait;

  AlertReader(
      ControlOptions.Kafka options,
      Database database,
      AlertStore store,
      AlertCounters counters,
      Runnable messagesWait) {
    this.staleness = Topic.STALENESS.in(options.namespace());
    this.database = database;
    this.store = store;
    this.counters = counters;
    this.messagesWait = messagesWait;
  }

  /** What it is to be given. */
  static GroupConsumer.Reading reading(ControlOptions.Kafka options) {
    return new GroupConsumer.Reading(NAME, Alerts.group(options), Alerts.topics(options), FROM);
  }

  @Override
  public void take(ConsumerRecord<byte[], byte[]> record) throws MalformedEvent {
    if (record.topic().equals(staleness)) {
      Staleness reading = StalenessCodec.read(record.value());
      GroupConsumer.requireKey(record, reading.modelId());
      take(reading);
    } else {
      Decision decision = DecisionCodec.read(record.value());
      GroupConsumer.requireKey(record, decision.modelId());
      take(decision);
    }
  }

  private void take(Staleness reading) {
    apply(
        Topic.STALENESS,
        reading.modelId(),
        reading.modelVersion(),
        reading.revision(),
        reading.windowEndMillis(),
        Verdict.of(reading),
        "the version is " + reading.state());
  }

  private void take(Decision decision) {
    apply(
        Topic.DECISIONS,
        decision.modelId(),
        decision.modelVersion(),
        decision.atMillis(),
        decision.windowEndMillis(),
        Verdict.of(decision),
        "the decision is " + decision.verdict());
  }

  private void apply(
      Topic topic,
      String modelId,
      String modelVersion,
      long revision,
      long windowEndMillis,
      Verdict verdict,
      String because) {
    List<Fate> fates =
        database.write(
            sql ->
                store.isNews(sql, topic, modelId, modelVersion, revision, windowEndMillis)
                    ? store.apply(sql, modelId, modelVersion, verdict, because)
                    : List.of());
    counters.count(fates);
  }

  @Override
  public void bury(DeadLetter letter, String requestId) {
    DeadLetters.bury(database, NAME, letter, requestId);
    messagesWait.run();
  }
}
