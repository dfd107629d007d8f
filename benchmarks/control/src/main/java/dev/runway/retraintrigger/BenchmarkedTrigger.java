package dev.runway.retraintrigger;

import dev.runway.flink.JobEnvironment;
import dev.runway.flink.Options;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The job as it is, not yet submitted. */
public final class BenchmarkedTrigger {
  private BenchmarkedTrigger() {}

  /** The whole job with these options. */
  public static StreamExecutionEnvironment job(String... arguments) {
    Options options = RetrainTriggerOptions.from(arguments);
    StreamExecutionEnvironment env = JobEnvironment.create(options);
    RetrainTriggerJob.define(env, options);
    return env;
  }
}
