package dev.runway.tables;

import dev.runway.flink.JobEnvironment;
import dev.runway.flink.Options;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The job as it is, not yet submitted. */
public final class BenchmarkedTables {
  private BenchmarkedTables() {}

  /** The whole job with these options. */
  public static StreamExecutionEnvironment job(String... arguments) {
    Options options = ResultTablesOptions.from(arguments);
    StreamExecutionEnvironment env = JobEnvironment.create(options);
    ResultTablesJob.define(env, options);
    return env;
  }
}
