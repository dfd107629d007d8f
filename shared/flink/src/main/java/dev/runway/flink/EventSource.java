package dev.runway.flink;

import dev.runway.model.EventTime;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/**
 * Reads an event topic as bytes, with one watermark per partition.
 *
 * <p>Partitions are fixed while a job runs: new ones are found when it is restarted, and are then
 * read from their first record. Give it at most as many subtasks as the topic has partitions.
 */
public final class EventSource {
  /** Where a job that has no checkpoint begins. */
  public enum StartAt {
    /** At the oldest record: state is empty, and only a full read fills it again. */
    EARLIEST,
    /** Where the consumer group stopped, or at the oldest record for a new group. */
    COMMITTED;

    @SuppressWarnings("deprecation") // The connector's interface asks for this enum of Kafka's.
    OffsetsInitializer offsets() {
      return switch (this) {
        case EARLIEST -> OffsetsInitializer.earliest();
        case COMMITTED -> OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST);
      };
    }
  }

  private static final Map<String, String> DEFAULTS =
      Map.of(
          // Producers of events need no transactions; their aborts would be the only difference.
          "isolation.level", "read_uncommitted",
          // A fetch for each handful of records was a third of the job's and half of the broker's
          // work in quiet traffic. Windows are shown every ten seconds: a tenth costs nothing.
          "fetch.min.bytes", Integer.toString(256 << 10),
          "fetch.max.wait.ms", "100",
          // New partitions appear with a restart, never in the middle of a join.
          "partition.discovery.interval.ms", "-1");

  private final EventInput input;
  private final String topic;
  private final EventTime eventTime;
  private final boolean rarelyUsed;

  /** In both the source and its watermarks, which are of use only together. */
  private final FetchAnswers answers = new FetchAnswers();

  /**
   * @param topic full name
   * @param eventTime finds the time in the events of this topic
   */
  public EventSource(EventInput input, String topic, EventTime eventTime) {
    this(input, topic, eventTime, false);
  }

  private EventSource(EventInput input, String topic, EventTime eventTime, boolean rarelyUsed) {
    this.input = input;
    this.topic = topic;
    this.eventTime = eventTime;
    this.rarelyUsed = rarelyUsed;
  }

  /**
   * Of a topic that many have nothing in: a partition without records does not hold up the others
   * whenever the job starts, and one whose records are sent long after their time never does.
   */
  public static EventSource ofRarelyUsed(EventInput input, String topic, EventTime eventTime) {
    return new EventSource(input, topic, eventTime, true);
  }

  /** Adds the source to a job. The uid is also its name in the web UI. */
  public SingleOutputStreamOperator<RawEvent> addTo(
      StreamExecutionEnvironment env, String uid, StartAt start) {
    return env.fromSource(kafka(start), watermarks(), uid, RawEvent.TYPE).uid(uid);
  }

  /**
   * Adds a topic whose event time an operator behind the source must find: timestamps and
   * watermarks are append times, and say how far every partition has been read.
   */
  public static SingleOutputStreamOperator<RawEvent> addByAppendTime(
      StreamExecutionEnvironment env, EventInput input, String topic, String uid, StartAt start) {
    // Nobody asks it for the time in its events.
    EventSource source = new EventSource(input, topic, EventTime.ofPredictions());
    return env.fromSource(
            source.kafka(start),
            new AppendTimeWatermarks(input.idleAfter(), source.answers),
            uid,
            RawEvent.TYPE)
        .uid(uid);
  }

  /** The source alone. */
  public KafkaSource<RawEvent> kafka(StartAt start) {
    Properties consumer = input.kafka().clientProperties(DEFAULTS);
    answers.follow(consumer);
    return KafkaSource.<RawEvent>builder()
        .setProperties(consumer)
        .setTopics(topic)
        .setGroupId(input.groupId())
        .setClientIdPrefix(input.groupId() + "-" + topic)
        .setStartingOffsets(start.offsets())
        .setDeserializer(new RawEventSchema(input.sampler()))
        .build();
  }

  /** Timestamps and watermarks of the topic's events. */
  public WatermarkStrategy<RawEvent> watermarks() {
    return new EventWatermarks(
        eventTime, input.bounds(), input.outOfOrderness(), input.idleAfter(), answers, rarelyUsed);
  }
}
