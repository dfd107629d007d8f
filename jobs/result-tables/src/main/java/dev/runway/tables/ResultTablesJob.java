package dev.runway.tables;

import dev.runway.flink.CommonOptions;
import dev.runway.flink.DeadLetterSink;
import dev.runway.flink.JobEnvironment;
import dev.runway.flink.KafkaAccess;
import dev.runway.flink.Options;
import dev.runway.flink.ResultSource;
import dev.runway.model.Topic;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Brings result topics into PostgreSQL; the only job that writes there. */
public final class ResultTablesJob {
  private ResultTablesJob() {}

  /** Submits the job; {@code docs/configuration} lists the options. */
  public static void main(String[] args) throws Exception {
    Options options = ResultTablesOptions.from(args);
    StreamExecutionEnvironment env = JobEnvironment.create(options);
    define(env, options);
    env.execute("result-tables-" + options.get(CommonOptions.NAMESPACE));
  }

  static void define(StreamExecutionEnvironment env, Options options) {
    String namespace = options.get(CommonOptions.NAMESPACE);
    KafkaAccess kafka = CommonOptions.kafka(options);
    String group = options.get(ResultTablesOptions.GROUP);
    var start = ResultTablesOptions.startAt(options);

    var performance =
        new ResultSource(kafka, group, Topic.PERFORMANCE.in(namespace))
            .addTo(env, "read-performance", start);
    var masterPerformance =
        new ResultSource(kafka, group, Topic.PERFORMANCE_MASTER.in(namespace))
            .addTo(env, "read-performance-master", start);
    var drift =
        new ResultSource(kafka, group, Topic.DRIFT.in(namespace)).addTo(env, "read-drift", start);
    var tiles =
        new ResultSource(kafka, group, Topic.TILES.in(namespace)).addTo(env, "read-tiles", start);
    var staleness =
        new ResultSource(kafka, group, Topic.STALENESS.in(namespace))
            .addTo(env, "read-staleness", start);
    var decisions =
        new ResultSource(kafka, group, Topic.DECISIONS.in(namespace))
            .addTo(env, "read-decisions", start);
    var stability =
        new ResultSource(kafka, group, Topic.EMBEDDING_STABILITY.in(namespace))
            .addTo(env, "read-embedding-stability", start);
    var traffic =
        new ResultSource(kafka, group, Topic.EMBEDDING_TRAFFIC.in(namespace))
            .addTo(env, "read-embedding-traffic", start);
    var mixtures =
        new ResultSource(kafka, group, Topic.EMBEDDING_MIXTURES.in(namespace))
            .addTo(env, "read-embedding-mixtures", start);
    var deadLetters =
        new ResultSource(kafka, group, Topic.DEAD_LETTERS.in(namespace))
            .addTo(env, "read-dead-letters", start);

    var refused =
        ResultTablesTopology.build(
            performance,
            masterPerformance,
            drift,
            tiles,
            staleness,
            decisions,
            stability,
            traffic,
            mixtures,
            deadLetters,
            ResultTablesOptions.writing(options));

    DeadLetterSink.add(refused, kafka, namespace, "write-dead-letters");
  }
}
