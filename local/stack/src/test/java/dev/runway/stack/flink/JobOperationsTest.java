package dev.runway.stack.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.stack.Installation;
import dev.runway.stack.Ports;
import dev.runway.stack.StackFolder;
import dev.runway.stack.flink.JobLedger.Wish;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every submission fails here: no Flink is where the installation says, so its client cannot run.
 */
class JobOperationsTest {

  private static final String RUNNING = "{\"jid\":\"x\",\"name\":\"n\",\"state\":\"RUNNING\"}";

  @TempDir Path root;
  private RestDouble cluster;
  private FlinkConfiguration configuration;
  private JobOperations operations;
  private JobOperations.Request request;

  @BeforeEach
  void makeStackWithoutFlink() throws IOException {
    StackFolder folder = new StackFolder(root.resolve("stack"));
    folder.create();
    Map<String, Integer> ports = new HashMap<>();
    Ports.NAMES.forEach(name -> ports.put(name, 25_000 + ports.size()));
    configuration = new FlinkConfiguration(folder);
    configuration.write(new Installation(Path.of("../..")), new Ports(ports));
    cluster = new RestDouble();
    operations = new JobOperations(new Installation(root), folder, cluster.client());
    Path jar = Files.writeString(root.resolve("x.jar"), "no jar");
    request = new JobOperations.Request("demo", jar, 1, List.of());
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void submitFresh_refused_isNotWantedAnyMore() {
    assertThatThrownBy(() -> operations.submitFresh(request)).isInstanceOf(IOException.class);

    assertThat(wish()).isEqualTo(Wish.REST);
  }

  @Test
  void submitFresh_answerLost_isKept() throws Exception {
    cluster.knows("/jobs/", RUNNING);

    operations.submitFresh(request);

    assertThat(wish()).isEqualTo(Wish.RUN);
  }

  @Test
  void submitFresh_nameOfALivingJob_isRefusedAndItsCheckpointsStay() throws Exception {
    cluster.knows("/jobs/", RUNNING);
    operations.submitFresh(request);
    Path checkpoint = checkpointOfAnEarlierRun();

    assertThatThrownBy(() -> operations.submitFresh(request)).hasMessageContaining("runs already");
    assertThat(checkpoint).exists();
  }

  @Test
  void submitFresh_checkpointsOfAnEarlierRun_areGone() throws Exception {
    checkpointOfAnEarlierRun();
    Files.createDirectories(configuration.savepoints("demo").resolve("savepoint-1"));

    assertThatThrownBy(() -> operations.submitFresh(request)).isInstanceOf(IOException.class);

    assertThat(configuration.checkpoints("demo")).doesNotExist();
    assertThat(configuration.savepoints("demo")).doesNotExist();
  }

  @Test
  void submitResumed_refused_isTriedAgainLater() {
    assertThatThrownBy(() -> operations.submitResumed(request)).isInstanceOf(IOException.class);

    assertThat(wish()).isEqualTo(Wish.RUN);
  }

  @Test
  void cancelNamed_jobTheClusterNeverTook_isNotWantedAnyMore() throws Exception {
    assertThatThrownBy(() -> operations.submitResumed(request)).isInstanceOf(IOException.class);

    operations.cancelNamed("demo", Duration.ofSeconds(5));

    assertThat(wish()).isEqualTo(Wish.REST);
  }

  private Path checkpointOfAnEarlierRun() throws IOException {
    Path checkpoint = configuration.checkpoints("demo").resolve("id0/chk-3");
    Files.createDirectories(checkpoint);
    return Files.createFile(checkpoint.resolve("_metadata"));
  }

  private Wish wish() {
    return operations.ledger().byName("demo").orElseThrow().wish();
  }
}
