package dev.runway.driftmonitor;

import dev.runway.driftmonitor.custom.CustomMetrics;
import dev.runway.flink.CommonOptions;
import dev.runway.flink.DeadLetterSink;
import dev.runway.flink.EventSource;
import dev.runway.flink.EventSource.StartAt;
import dev.runway.flink.JobEnvironment;
import dev.runway.flink.KafkaAccess;
import dev.runway.flink.Options;
import dev.runway.flink.ResultSink;
import dev.runway.model.EventTime;
import dev.runway.model.Topic;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Compares the predictions of each model version with its baseline, and its ground truth with what
 * it was: tiles and drift readings.
 */
public final class DriftMonitorJob {
  private DriftMonitorJob() {}

  /** Submits the job; {@code docs/configuration.md} lists the options. */
  public static void main(String[] args) throws Exception {
    Options options = DriftMonitorOptions.from(args);
    StreamExecutionEnvironment env = JobEnvironment.create(options);
    define(env, options);
    env.execute("drift-monitor-" + options.get(CommonOptions.NAMESPACE));
  }

  static void define(StreamExecutionEnvironment env, Options options) {
    String namespace = options.get(CommonOptions.NAMESPACE);
    CustomMetrics.check(
        DriftMonitorOptions.custom(options), DriftMonitorJob.class.getClassLoader());
    var predictions =
        new EventSource(
                CommonOptions.events(options),
                Topic.PREDICTIONS.in(namespace),
                EventTime.ofPredictions())
            .addTo(env, "read-predictions", StartAt.EARLIEST);

    var produced =
        EventSource.ofRarelyUsed(
                // Its keys are those of models, of which none is sampled.
                CommonOptions.events(options).unsampled(),
                Topic.PRODUCER_TILES.in(namespace),
                EventTime.ofProducerTiles())
            .addTo(env, "read-producer-tiles", StartAt.EARLIEST);

    var truths =
        EventSource.addByAppendTime(
            env,
            // The join has sampled already, and its records have keys of their own.
            CommonOptions.events(options).unsampled(),
            Topic.GROUNDTRUTH.in(namespace),
            "read-groundtruth",
            StartAt.EARLIEST);

    var out =
        DriftMonitorTopology.build(
            predictions, produced, truths, DriftMonitorOptions.topology(options));

    KafkaAccess kafka = CommonOptions.kafka(options);
    ResultSink.add(
        out.readings(),
        kafka,
        Topic.DRIFT.in(namespace),
        new DriftFormats.Reading(),
        "write-drift");
    ResultSink.add(
        out.tiles(), kafka, Topic.TILES.in(namespace), new DriftFormats.Tile(), "write-tiles");
    ResultSink.add(
        out.baselines(),
        kafka,
        Topic.BASELINES.in(namespace),
        new DriftFormats.Provisional(),
        "write-baselines");
    DeadLetterSink.add(out.dead(), kafka, namespace, "write-dead-letters");
  }
}
