package dev.runway.control.outbox;

import dev.runway.control.database.Sql;
import dev.runway.control.log.Correlation;
import dev.runway.model.Topic;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The messages of a topic that wait longest. */
final class MessageBatch {
  private static final Logger LOG = LoggerFactory.getLogger(MessageBatch.class);
  private static final int MAX_MESSAGES = 500;

  /** A burst is no reason to write more than it sends. */
  private static final int MAX_TOLD = 20;

  /** A baseline has up to 960 kB; sums of more are sent one after the other. */
  private static final long MAX_BYTES = 4 << 20;

  private static final String WAITING =
      """
      SELECT seq, topic, record_key, message, request_id
      FROM (SELECT seq, topic, record_key, message, request_id,
                   sum(coalesce(length(message), 0)) OVER (ORDER BY seq) AS bytes,
                   row_number() OVER (ORDER BY seq) AS place
            FROM (SELECT seq, topic, record_key, message, request_id
                  FROM outbox WHERE sent_at IS NULL AND topic = ? ORDER BY seq LIMIT ?) AS w) AS s
      WHERE bytes <= ? OR place = 1
      ORDER BY seq
      """;

  private MessageBatch() {}

  /**
   * Sends the next batch and marks it. If the mark fails, it is sent again.
   *
   * @return how many were sent
   * @throws MessagesRefused if Kafka does not take them and the producer can go on with others
   */
  static int next(Sql sql, MessageProducer producer, Topic topic)
      throws SQLException, MessagesRefused {
    List<MessageProducer.Message> messages = new ArrayList<>();
    sql.each(
        0,
        row ->
            messages.add(
                new MessageProducer.Message(
                    row.getLong(1),
                    Topic.valueOf(row.getString(2)),
                    row.getBytes(3),
                    row.getBytes(4),
                    row.getString(5))),
        WAITING,
        topic.name(),
        MAX_MESSAGES,
        MAX_BYTES);
    if (messages.isEmpty()) {
      return 0;
    }
    producer.send(messages);
    // By number and not up to one: a change that took a number and is committed later still waits.
    sql.update(
        "UPDATE outbox SET sent_at = clock_timestamp() WHERE seq = ANY (?::bigint[])",
        messages.stream().map(message -> Long.toString(message.seq())).toList());
    tell(topic, messages);
    return messages.size();
  }

  /** A line for each request whose messages they are, so that one can be followed to its topic. */
  private static void tell(Topic topic, List<MessageProducer.Message> messages) {
    Map<String, Integer> byRequest = new LinkedHashMap<>();
    messages.forEach(message -> byRequest.merge(message.requestId(), 1, Integer::sum));
    byRequest.entrySet().stream()
        .limit(MAX_TOLD)
        .forEach(
            request ->
                Correlation.ofRequest(
                    request.getKey(),
                    () -> LOG.info("{} messages of {} are sent", request.getValue(), topic)));
    if (byRequest.size() > MAX_TOLD) {
      LOG.info("and those of {} more requests to {}", byRequest.size() - MAX_TOLD, topic);
    }
  }
}
