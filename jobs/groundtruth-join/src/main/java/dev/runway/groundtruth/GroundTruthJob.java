package dev.runway.groundtruth;

import dev.runway.flink.CommonOptions;
import dev.runway.flink.DeadLetterSink;
import dev.runway.flink.EventInput;
import dev.runway.flink.EventSource;
import dev.runway.flink.EventSource.StartAt;
import dev.runway.flink.JobEnvironment;
import dev.runway.flink.KafkaAccess;
import dev.runway.flink.Options;
import dev.runway.flink.ResultSink;
import dev.runway.flink.TopicBeginnings;
import dev.runway.groundtruth.archive.Archive;
import dev.runway.groundtruth.archive.ArchivedEvents;
import dev.runway.groundtruth.archive.Coverage;
import dev.runway.model.EventTime;
import dev.runway.model.Topic;
import java.time.LocalDate;
import java.util.List;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Joins predictions with their outcomes: ground truth, performance, coverage, label delay. */
public final class GroundTruthJob {
  private GroundTruthJob() {}

  /** Submits the job; {@code docs/configuration.md} lists the options. */
  public static void main(String[] args) throws Exception {
    Options options = GroundTruthOptions.from(args);
    StreamExecutionEnvironment env;
    if (options.get(GroundTruthOptions.MODE) == Mode.BATCH) {
      env = JobEnvironment.createBatch(options);
      defineBatch(env, options, Coverage.read(options.get(GroundTruthOptions.ARCHIVE_FOLDER)));
    } else {
      env = JobEnvironment.create(options);
      define(env, options, readsFromTheBeginning(env, options));
    }
    env.execute(name(options));
  }

  private static String name(Options options) {
    String name = "groundtruth-join-" + options.get(CommonOptions.NAMESPACE);
    LocalDate day = options.find(GroundTruthOptions.DAY);
    if (day == null) {
      return name;
    }
    LocalDate until = options.find(GroundTruthOptions.UNTIL);
    return name + "-master-" + day + (until == null ? "" : "-" + until);
  }

  /**
   * The job as a stream.
   *
   * @param fromTheBeginning whether it reads every event that there ever was
   */
  static void define(StreamExecutionEnvironment env, Options options, boolean fromTheBeginning) {
    String namespace = options.get(CommonOptions.NAMESPACE);
    EventInput input = CommonOptions.events(options);
    var predictions =
        new EventSource(input, Topic.PREDICTIONS.in(namespace), EventTime.ofPredictions())
            .addTo(env, "read-predictions", StartAt.EARLIEST);
    var outcomes =
        new EventSource(input, Topic.OUTCOMES.in(namespace), EventTime.ofOutcomes())
            .addTo(env, "read-outcomes", StartAt.EARLIEST);

    var out =
        GroundTruthTopology.build(predictions, outcomes, GroundTruthOptions.topology(options));

    KafkaAccess kafka = CommonOptions.kafka(options);
    ResultSink.add(
        out.truth(),
        kafka,
        Topic.GROUNDTRUTH.in(namespace),
        new GroundTruthFormats.Truth(),
        "write-groundtruth");
    ResultSink.add(
        out.readings(),
        kafka,
        Topic.PERFORMANCE.in(namespace),
        new GroundTruthFormats.Reading(),
        "write-performance");
    ResultSink.add(
        out.late(),
        kafka,
        Topic.LATE_OUTCOMES.in(namespace),
        new GroundTruthFormats.Late(),
        "write-late-outcomes");
    if (options.find(GroundTruthOptions.ARCHIVE_FOLDER) != null) {
      Archive.write(
          out.predictions(),
          out.outcomes(),
          out.truth(),
          GroundTruthOptions.archive(options, fromTheBeginning));
    }
    DeadLetterSink.add(out.dead(), kafka, namespace, "write-dead-letters");
  }

  /**
   * A savepoint has read some before; retention may have taken others. Only the archive asks for
   * it.
   */
  private static boolean readsFromTheBeginning(StreamExecutionEnvironment env, Options options) {
    String namespace = options.get(CommonOptions.NAMESPACE);
    return options.find(GroundTruthOptions.ARCHIVE_FOLDER) != null
        && env.getConfiguration().getOptional(StateRecoveryOptions.SAVEPOINT_PATH).isEmpty()
        && TopicBeginnings.areKept(
            CommonOptions.kafka(options),
            List.of(Topic.PREDICTIONS.in(namespace), Topic.OUTCOMES.in(namespace)));
  }

  /** The master readings of some days; what else comes out has been told by the stream. */
  static void defineBatch(StreamExecutionEnvironment env, Options options, Coverage coverage) {
    String namespace = options.get(CommonOptions.NAMESPACE);
    String folder = options.get(GroundTruthOptions.ARCHIVE_FOLDER);
    MasterRange range = GroundTruthOptions.range(options, coverage);
    var readings =
        GroundTruthTopology.master(
            ArchivedEvents.predictions(env, folder, range.predictions()),
            ArchivedEvents.outcomes(env, folder, range.outcomes()),
            GroundTruthOptions.topology(options),
            range);
    ResultSink.add(
        readings,
        CommonOptions.kafka(options),
        Topic.PERFORMANCE_MASTER.in(namespace),
        new GroundTruthFormats.Reading(),
        "write-performance-master");
  }
}
