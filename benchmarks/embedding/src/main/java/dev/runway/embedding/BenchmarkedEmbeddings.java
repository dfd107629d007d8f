package dev.runway.embedding;

import dev.runway.flink.JobEnvironment;
import dev.runway.flink.Options;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The job as it is, for a benchmark. */
public final class BenchmarkedEmbeddings {
  private BenchmarkedEmbeddings() {}

  /** The whole job with these options, between its topics. */
  public static StreamExecutionEnvironment job(String... arguments) {
    Options options = EmbeddingStabilityOptions.from(arguments);
    StreamExecutionEnvironment env = JobEnvironment.create(options);
    EmbeddingStabilityJob.define(env, options);
    return env;
  }
}
