package dev.runway.control.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.control.calls.AddressGuard;
import dev.runway.control.calls.HttpCalls;
import dev.runway.control.scheduler.SchedulerDouble.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AirflowTest {
  private final Order order = Orders.retrain(1);
  private final String runId = "runway__" + order.id();
  private AirflowDouble server = new AirflowDouble("access_token");

  @TempDir Path folder;

  @AfterEach
  void stop() {
    server.close();
  }

  private Airflow airflow(String dag) throws IOException {
    Path password = folder.resolve("password");
    if (!Files.exists(password)) {
      Files.writeString(password, "s3cret\n");
    }
    Endpoint endpoint = new Endpoint(server.address());
    return new Airflow(
        new HttpCalls(Duration.ofSeconds(10), Duration.ofMinutes(1), null, new AddressGuard(true)),
        endpoint,
        new Targets(dag, "rollback"),
        new AirflowToken(endpoint, "runway", password));
  }

  @ParameterizedTest
  @ValueSource(strings = {"access_token", "jwt_token"})
  void order_isTakenOnce_withEitherNameOfTheToken(String field) throws Exception {
    server.close();
    server = new AirflowDouble(field);
    Airflow airflow = airflow("train");

    assertThat(Orders.submit(airflow, order)).isEqualTo(new Submission.Accepted(runId));
    assertThat(Orders.submit(airflow, order)).isEqualTo(new Submission.Duplicate(runId));

    assertThat(server.starts()).containsExactly(runId);
    JsonNode body = SchedulerDouble.JSON.readTree(server.requests().get(1).body());
    assertThat(body.path("logical_date").isNull()).isTrue();
    assertThat(body.path("conf")).isEqualTo(Orders.document(order));
  }

  @Test
  void rollback_isADagOfItsOwn() throws Exception {
    Orders.submit(airflow("train"), Orders.of(1, Order.Action.ROLLBACK));

    assertThat(server.requests().get(1).path()).isEqualTo("/api/v2/dags/rollback/dagRuns");
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {
        "HANG_AFTER",
        "HANG_UP_AFTER",
        "FAIL_AFTER",
        "BUSY_AFTER",
        "NONSENSE_AFTER",
        "ENDLESS_AFTER"
      })
  void unclearAnswer_thenTheSameAgain_startsNothing(Fault fault) throws Exception {
    Airflow airflow = airflow("train");
    server.go(fault);

    assertThat(Orders.submit(airflow, order)).isInstanceOf(Submission.Unclear.class);
    assertThat(Orders.submit(airflow, order)).isEqualTo(new Submission.Duplicate(runId));
    assertThat(server.starts()).hasSize(1);
  }

  @Test
  void tokenThatHoldsNoMore_isFetchedAnew_andAWrongPasswordStartsNothing() throws Exception {
    Airflow airflow = airflow("train");
    Orders.submit(airflow, order);
    server.expireTokens();

    assertThat(Orders.submit(airflow, Orders.retrain(2))).isInstanceOf(Submission.Accepted.class);

    Files.writeString(folder.resolve("password"), "wrong");
    assertThat(Orders.submit(airflow("train"), Orders.retrain(3)))
        .isEqualTo(new Submission.Busy("no token: HTTP 401", Duration.ZERO, true));
    assertThat(server.starts()).hasSize(2);
  }

  @Test
  void conflictWhoseRunCannotBeAskedFor_wasTakenAllTheSame() throws Exception {
    Airflow airflow = airflow("train");
    Orders.submit(airflow, order);
    server.goAfterNextAnswer();

    assertThat(Orders.submit(airflow, order)).isInstanceOf(Submission.Unclear.class);
  }

  @Test
  void absentDag_isRefused() throws Exception {
    assertThat(Orders.submit(airflow("absent"), order)).isInstanceOf(Submission.Refused.class);
  }

  @ParameterizedTest
  @CsvSource({
    "queued, Waiting",
    "running, Running",
    "success, Succeeded",
    "failed, Failed",
    "restarting, Unreachable"
  })
  void everyState_hasItsMeaning(String state, String meaning) throws Exception {
    Airflow airflow = airflow("train");
    Orders.submit(airflow, order);
    server.set(runId, state);

    assertThat(airflow.look(order, null).getClass().getSimpleName()).isEqualTo(meaning);
    assertThat(airflow.look(Orders.retrain(2), null)).isInstanceOf(Progress.Missing.class);
  }

  @Test
  void cancelledRun_hasFailed_andOneThatSucceededStaysSo() throws Exception {
    Airflow airflow = airflow("train");
    Orders.submit(airflow, order);
    Orders.submit(airflow, Orders.retrain(2));
    server.set("runway__" + Orders.retrain(2).id(), "success");

    assertThat(airflow.cancel(order, runId)).isEqualTo(Cancellation.ASKED);
    assertThat(airflow.cancel(Orders.retrain(2), null)).isEqualTo(Cancellation.ASKED);
    assertThat(airflow.cancel(Orders.retrain(3), null)).isEqualTo(Cancellation.UNKNOWN_THERE);

    assertThat(server.stateOf(runId)).isEqualTo("failed");
    assertThat(server.stateOf("runway__" + Orders.retrain(2).id())).isEqualTo("success");
  }
}
