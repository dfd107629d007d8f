package dev.runway.retraintrigger;

import dev.runway.flink.CommonOptions;
import dev.runway.flink.DeadLetterSink;
import dev.runway.flink.EventInput;
import dev.runway.flink.EventSource;
import dev.runway.flink.EventSource.StartAt;
import dev.runway.flink.JobEnvironment;
import dev.runway.flink.KafkaAccess;
import dev.runway.flink.Options;
import dev.runway.flink.RawEvent;
import dev.runway.flink.ResultSink;
import dev.runway.model.Topic;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Decides when models are stale and what is to be done: states, decisions and commands. */
public final class RetrainTriggerJob {
  private RetrainTriggerJob() {}

  /** Submits the job; {@code docs/configuration} lists the options. */
  public static void main(String[] args) throws Exception {
    Options options = RetrainTriggerOptions.from(args);
    StreamExecutionEnvironment env = JobEnvironment.create(options);
    define(env, options);
    env.execute("retrain-trigger-" + options.get(CommonOptions.NAMESPACE));
  }

  static void define(StreamExecutionEnvironment env, Options options) {
    String namespace = options.get(CommonOptions.NAMESPACE);
    KafkaAccess kafka = CommonOptions.kafka(options);
    var in =
        new RetrainTriggerTopology.Inputs(
            read(env, options, Topic.DRIFT, "read-drift"),
            read(env, options, Topic.PERFORMANCE, "read-performance"),
            // Topics of one partition, read by one subtask.
            read(env, options, Topic.EMBEDDING_STABILITY, "read-spaces").setParallelism(1),
            read(env, options, Topic.TICKS, "read-ticks").setParallelism(1),
            read(env, options, Topic.STALENESS, "read-staleness").setParallelism(1),
            read(env, options, Topic.RETRAINS, "read-retrains").setParallelism(1));

    var out = RetrainTriggerTopology.build(in, RetrainTriggerOptions.topology(options));

    ResultSink.add(
        out.states(),
        kafka,
        Topic.STALENESS.in(namespace),
        new RetrainTriggerFormats.OfStaleness(),
        "write-staleness");
    ResultSink.add(
        out.decisions(),
        kafka,
        Topic.DECISIONS.in(namespace),
        new RetrainTriggerFormats.OfDecision(),
        "write-decisions");
    ResultSink.add(
        out.commands(),
        kafka,
        Topic.RETRAINS.in(namespace),
        new RetrainTriggerFormats.OfCommand(),
        "write-retrains");
    ResultSink.add(
        out.ticks(),
        kafka,
        Topic.TICKS.in(namespace),
        new RetrainTriggerFormats.OfTick(),
        "write-ticks");
    DeadLetterSink.add(out.dead(), kafka, namespace, "write-dead-letters");
  }

  private static SingleOutputStreamOperator<RawEvent> read(
      StreamExecutionEnvironment env, Options options, Topic topic, String uid) {
    // All of a topic is read, whatever the rate at which predictions are sampled.
    EventInput input = CommonOptions.events(options).unsampled();
    return EventSource.addByAppendTime(
        env, input, topic.in(options.get(CommonOptions.NAMESPACE)), uid, StartAt.EARLIEST);
  }
}
