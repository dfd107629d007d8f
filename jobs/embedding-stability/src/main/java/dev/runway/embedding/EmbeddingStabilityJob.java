package dev.runway.embedding;

import dev.runway.flink.CommonOptions;
import dev.runway.flink.DeadLetterSink;
import dev.runway.flink.EventSource;
import dev.runway.flink.EventSource.StartAt;
import dev.runway.flink.JobEnvironment;
import dev.runway.flink.KafkaAccess;
import dev.runway.flink.Options;
import dev.runway.flink.ResultSink;
import dev.runway.model.Topic;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Says of each new version of an embedding whether those who use the one before can go on, of each
 * version whether its traffic drifts, and of models whether they mix versions.
 */
public final class EmbeddingStabilityJob {
  private EmbeddingStabilityJob() {}

  /** Submits the job; {@code docs/configuration} lists the options. */
  public static void main(String[] args) throws Exception {
    Options options = EmbeddingStabilityOptions.from(args);
    StreamExecutionEnvironment env = JobEnvironment.create(options);
    define(env, options);
    env.execute("embedding-stability-" + options.get(CommonOptions.NAMESPACE));
  }

  static void define(StreamExecutionEnvironment env, Options options) {
    String namespace = options.get(CommonOptions.NAMESPACE);
    var embeddings =
        EventSource.addByAppendTime(
            env,
            CommonOptions.events(options),
            Topic.EMBEDDINGS.in(namespace),
            "read-embeddings",
            StartAt.EARLIEST);

    // Windows are told by what came and not by a watermark: append times do for these as well.
    var predictions =
        EventSource.addByAppendTime(
            env,
            CommonOptions.events(options),
            Topic.PREDICTIONS.in(namespace),
            "read-predictions",
            StartAt.EARLIEST);

    var out =
        EmbeddingStabilityTopology.build(
            embeddings, predictions, EmbeddingStabilityOptions.topology(options));

    KafkaAccess kafka = CommonOptions.kafka(options);
    ResultSink.add(
        out.stability(),
        kafka,
        Topic.EMBEDDING_STABILITY.in(namespace),
        new StabilityFormat(),
        "write-embedding-stability");
    ResultSink.add(
        out.traffic(),
        kafka,
        Topic.EMBEDDING_TRAFFIC.in(namespace),
        new TrafficFormat(),
        "write-embedding-traffic");
    ResultSink.add(
        out.mixtures(),
        kafka,
        Topic.EMBEDDING_MIXTURES.in(namespace),
        new MixtureFormat(),
        "write-embedding-mixtures");
    DeadLetterSink.add(out.dead(), kafka, namespace, "write-dead-letters");
  }
}
