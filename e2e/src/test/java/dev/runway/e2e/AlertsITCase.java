package dev.runway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.model.Topic;
import dev.runway.stack.StackClient;
import dev.runway.stack.StackState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A real Prometheus scrapes the running stack with the product's own files, things are broken, and
 * the very alerts arrive at a real Alertmanager and at whom it tells, and resolve after. Where the
 * two are not installed this is told as skipped: {@code apt install prometheus
 * prometheus-alertmanager}.
 */
@Order(4)
@ExtendWith(WithStack.class)
@ResourceLock(WithStack.PEACE)
class AlertsITCase {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
  private static final Duration PATIENCE = Duration.ofMinutes(6);
  private static final String OTHER = "e2e-alerts";
  private static final String GONE = "embedding-stability";
  private static final String OTHERS = GONE + "-" + OTHER;
  private static final List<String> TASK_MANAGERS = List.of("taskmanager-1", "taskmanager-2");

  /** A row of the table in docs/metrics.md: what, expression, whose. */
  private static final Pattern METRIC = Pattern.compile("\\| [^|]+ \\| `([^`]+)` \\| .*");

  /** An alert by the label that tells it from others of its name. */
  private record Alert(String name, String label, String value) {}

  private static final Alert JOB_GONE = new Alert("RunwayJobMissing", "job_name", GONE);
  private static final Alert LETTERS =
      new Alert("RunwayDeadLetters", "job_name", "groundtruth_join_runway");
  private static final Alert API_AWAY = new Alert("RunwayApiAway", "job", "runway-control-api");
  private static final Alert JOB_STANDS =
      new Alert("RunwayJobNotRunning", "job_name", "groundtruth_join_runway");

  @Test
  void whatBreaks_isToldByItsAlertAndResolved(TestStack stack, @TempDir Path folder)
      throws Exception {
    assumeTrue(
        Monitoring.installed(), "apt install prometheus prometheus-alertmanager makes this run");
    StackClient client = stack.client();
    client.createTopics(OTHER);
    client.submitJob(
        GONE, List.of("--runway.namespace", OTHER, "--runway.kafka.group", OTHERS), OTHERS);
    stack.awaitRunning(OTHERS);

    try (Monitoring monitoring = Monitoring.start(stack, folder);
        Garbage garbage = new Garbage(client.bootstrapServers())) {
      await("all four processes are scraped")
          .atMost(PATIENCE)
          .until(() -> monitoring.ask("up == 1").size() == 4);
      requireMetrics(monitoring);
      requireSilent(monitoring, JOB_GONE, API_AWAY, JOB_STANDS);

      client.cancelJob(GONE);
      requireFired(monitoring, JOB_GONE);
      assertThat(monitoring.ask(running(OTHER))).as("that of another namespace runs").isNotEmpty();

      try (Halted supervisor = new Halted(stack)) {
        stack.kill("control-api");
        requireFired(monitoring, API_AWAY);
        requireFired(monitoring, LETTERS);
        garbage.stop();
        for (String taskManager : TASK_MANAGERS) {
          stack.kill(taskManager);
        }
        requireFired(monitoring, JOB_STANDS);
        assertThat(supervisor.pid).isPositive();
      }
      client.submitJob(GONE, List.of(), GONE);
      requireResolved(monitoring, JOB_GONE, API_AWAY, LETTERS, JOB_STANDS);
    } finally {
      try {
        bringBack(client);
      } finally {
        client.cancelJob(OTHERS);
      }
    }
  }

  /** Whatever went wrong here: the tests that share this stack want the job that was taken away. */
  private static void bringBack(StackClient client) throws IOException, InterruptedException {
    String name = GONE + "-" + Topic.LIVE;
    if (client.jobs().stream().allMatch(job -> job.ended() || !job.name().equals(name))) {
      client.submitJob(GONE, List.of(), GONE);
    }
  }

  private static String running(String namespace) {
    return "flink_jobmanager_job_runningTime{job_name=\"%s_%s\"} > 0"
        .formatted(GONE.replace('-', '_'), namespace.replace('-', '_'));
  }

  /** Everything that docs/metrics.md names is there, asked as it stands there. */
  private static void requireMetrics(Monitoring monitoring) throws Exception {
    List<String> expressions = new ArrayList<>();
    for (String line : Files.readAllLines(HOME.resolve("docs/metrics.md"))) {
      Matcher metric = METRIC.matcher(line);
      if (metric.matches()) {
        expressions.add(metric.group(1));
      }
    }
    assertThat(expressions).hasSizeGreaterThan(25);
    await("each metric of docs/metrics.md")
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              List<String> missing = new ArrayList<>();
              for (String expression : expressions) {
                if (monitoring.ask(expression).isEmpty()) {
                  missing.add(expression);
                }
              }
              assertThat(missing).isEmpty();
            });
  }

  /** A scrape may have failed on a loaded machine, so this may take its time as well. */
  private static void requireSilent(Monitoring monitoring, Alert... alerts) {
    for (Alert alert : alerts) {
      await(alert + " is silent").atMost(PATIENCE).until(() -> found(monitoring, alert).isEmpty());
    }
  }

  private static void requireFired(Monitoring monitoring, Alert alert) {
    long begun = System.nanoTime();
    await(alert + " arrives")
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(found(monitoring, alert)).hasSize(1));
    await(alert + " is told")
        .atMost(PATIENCE)
        .until(() -> monitoring.told("firing", alert.name(), alert.label(), alert.value()));
    System.out.printf(
        Locale.ROOT, "%s was told after %.1f s%n", alert, (System.nanoTime() - begun) / 1e9);
  }

  private static void requireResolved(Monitoring monitoring, Alert... alerts) {
    requireSilent(monitoring, alerts);
    for (Alert alert : alerts) {
      await(alert + " is told as resolved")
          .atMost(PATIENCE)
          .until(() -> monitoring.told("resolved", alert.name(), alert.label(), alert.value()));
    }
  }

  private static List<JsonNode> found(Monitoring monitoring, Alert alert) throws Exception {
    List<JsonNode> found = monitoring.alerts(alert.name(), alert.label(), alert.value());
    for (JsonNode each : found) {
      assertThat(each.at("/annotations/runbook_url").asText())
          .isEqualTo(
              "https://git.example/runway/docs/runbooks.md#"
                  + alert.name().toLowerCase(Locale.ROOT));
      assertThat(each.at("/annotations/summary").asText()).isNotBlank();
    }
    return found;
  }

  /** The supervisor stands still, so that nothing that ends is brought back. */
  private static final class Halted implements AutoCloseable {
    final long pid;

    Halted(TestStack stack) throws IOException, InterruptedException {
      pid = StackState.read(stack.folder()).orElseThrow().supervisor().pid();
      signal("STOP");
    }

    private void signal(String name) throws IOException, InterruptedException {
      Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
      assertThat(kill.waitFor()).isZero();
    }

    @Override
    public void close() throws IOException, InterruptedException {
      signal("CONT");
    }
  }

  /** A producer that has gone wrong: every event that it sends is refused. */
  private static final class Garbage implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledFuture<?> sending;

    Garbage(String servers) {
      producer =
          new KafkaProducer<>(
              Map.of("bootstrap.servers", servers),
              new ByteArraySerializer(),
              new ByteArraySerializer());
      sending = clock.scheduleAtFixedRate(this::send, 0, 200, TimeUnit.MILLISECONDS);
    }

    private void send() {
      byte[] nothing = "not an event".getBytes(StandardCharsets.US_ASCII);
      var unused =
          producer.send(new ProducerRecord<>(Topic.PREDICTIONS.in(Topic.LIVE), nothing, nothing));
    }

    /** Fine when it has been called before. */
    void stop() {
      sending.cancel(true);
      clock.shutdownNow();
      producer.close();
    }

    @Override
    public void close() {
      stop();
    }
  }
}
