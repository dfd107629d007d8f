package dev.runway.flink;

import dev.runway.flink.EventSource.StartAt;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Reads a topic that Runway itself writes, every record of it, as bytes and without watermarks: for
 * jobs that carry results on and ask for no event time.
 */
public final class ResultSource {
  private static final Map<String, String> DEFAULTS =
      Map.of(
          // Results are written without transactions.
          "isolation.level", "read_uncommitted",
          // As for events: fewer and fuller fetches.
          "fetch.min.bytes", Integer.toString(64 << 10),
          "fetch.max.wait.ms", "200",
          "partition.discovery.interval.ms", "-1");

  private final KafkaAccess access;
  private final String groupId;
  private final String topic;

  /**
   * @param groupId consumer group: carries offsets for lag monitoring
   * @param topic full name
   */
  public ResultSource(KafkaAccess access, String groupId, String topic) {
    this.access = access;
    this.groupId = groupId;
    this.topic = topic;
  }

  /** Adds the source to a job. The uid is also its name in the web UI. */
  public SingleOutputStreamOperator<RawEvent> addTo(
      StreamExecutionEnvironment env, String uid, StartAt start) {
    return env.fromSource(kafka(start), WatermarkStrategy.noWatermarks(), uid, RawEvent.TYPE)
        .uid(uid);
  }

  private KafkaSource<RawEvent> kafka(StartAt start) {
    return KafkaSource.<RawEvent>builder()
        .setProperties(access.clientProperties(DEFAULTS))
        .setTopics(topic)
        .setGroupId(groupId)
        .setClientIdPrefix(groupId + "-" + topic)
        .setStartingOffsets(start.offsets())
        .setDeserializer(new RawEventSchema(Sampler.of(1)))
        .build();
  }
}
