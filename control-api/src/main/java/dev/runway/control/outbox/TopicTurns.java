package dev.runway.control.outbox;

import dev.runway.control.database.Sql;
import dev.runway.control.log.Correlation;
import dev.runway.model.Topic;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which topic is sent next: controls before all, for a kill switch waits behind no rebuild. One
 * that Kafka does not take is left out for a while, and the others go on.
 */
final class TopicTurns {
  private static final Logger LOG = LoggerFactory.getLogger(TopicTurns.class);
  private static final List<Topic> ORDER =
      List.of(
          Topic.CONTROLS,
          Topic.RETRAIN_STATUS,
          Topic.MODELS,
          Topic.POLICIES,
          Topic.BASELINES,
          Topic.SPACES,
          Topic.DEPENDENCIES,
          Topic.DEAD_LETTERS);
  private static final long SHORTEST_MILLIS = 500;
  private static final long LONGEST_MILLIS = 60_000;

  private final Map<Topic, Pause> pauses = new EnumMap<>(Topic.class);

  private record Pause(long untilNanos, long millis) {
    boolean isOver() {
      return System.nanoTime() - untilNanos >= 0;
    }

    static Pause after(long millis) {
      return new Pause(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis), millis);
    }
  }

  /**
   * Sends one batch of the first topic that has one.
   *
   * @return how many messages were sent
   */
  int next(Sql sql, MessageProducer producer) throws SQLException {
    for (Topic topic : ORDER) {
      Pause pause = pauses.get(topic);
      if (pause != null && !pause.isOver()) {
        continue;
      }
      try {
        int sent = MessageBatch.next(sql, producer, topic);
        pauses.remove(topic);
        if (sent > 0) {
          return sent;
        }
      } catch (MessagesRefused e) {
        Pause next =
            Pause.after(
                pause == null ? SHORTEST_MILLIS : Math.min(LONGEST_MILLIS, 2 * pause.millis()));
        pauses.put(topic, next);
        Correlation.ofRequest(
            e.requestId(),
            () ->
                LOG.warn(
                    "messages of {} wait: {}; next try in {} ms",
                    topic,
                    e.getMessage(),
                    next.millis()));
      }
    }
    return 0;
  }
}
