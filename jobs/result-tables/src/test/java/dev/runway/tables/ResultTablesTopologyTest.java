package dev.runway.tables;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.flink.JobEnvironment;
import dev.runway.flink.Options;
import dev.runway.testkit.TopologyContract;
import java.util.TimeZone;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

class ResultTablesTopologyTest {

  @Test
  void job_keepsTheContractOfTopologies() {
    TopologyContract.require("result-tables", defined());
  }

  @Test
  void jvmOutsideUtc_isRefusedBeforeAnythingIsSubmitted() {
    TimeZone before = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kolkata"));
    try {
      assertThatThrownBy(() -> ResultTablesJob.main(ResultTablesOptionsTest.MINIMAL))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("-Duser.timezone=UTC");
    } finally {
      TimeZone.setDefault(before);
    }
  }

  private static StreamExecutionEnvironment defined() {
    Options options = ResultTablesOptions.from(ResultTablesOptionsTest.MINIMAL);
    StreamExecutionEnvironment env = JobEnvironment.create(options);
    ResultTablesJob.define(env, options);
    return env;
  }
}
