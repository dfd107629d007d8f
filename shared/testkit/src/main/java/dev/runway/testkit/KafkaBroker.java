package dev.runway.testkit;

import dev.runway.broker.BrokerCommand;
import dev.runway.broker.BrokerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real, empty Kafka broker in a process of its own, for the tests of one class.
 *
 * <pre>{@code
 * @RegisterExtension static final KafkaBroker KAFKA = new KafkaBroker();
 * }</pre>
 *
 * <p>Ends with the class, and also when this JVM is killed. Not for use by several threads, except
 * {@link #bootstrapServers}.
 */
public final class KafkaBroker implements BeforeAllCallback, AfterAllCallback, AutoCloseable {

  private static final String PREFIX = "runway-kafka-";
  private static final Duration WAIT_MAX = Waits.LONG;

  private final int port = FreePort.next();
  private @Nullable Path folder;
  private @Nullable Process process;

  @Override
  public void beforeAll(ExtensionContext context) {
    start();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }

  /**
   * Starts the broker, or starts it again on the same port and data, and waits until it answers.
   */
  public void start() {
    if (process != null) {
      throw new IllegalStateException("the broker runs already");
    }
    try {
      ShutdownHooks.closeAtExit(this);
      process = launch(folder());
      awaitReady();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start the broker", e);
    }
  }

  private Process launch(Path home) throws IOException {
    Path properties = home.resolve("server.properties");
    if (!Files.exists(properties)) {
      new BrokerConfig(port, controllerPort(), home.resolve("data")).write(properties);
    }
    OptionalLong parent = OptionalLong.of(ProcessHandle.current().pid());
    var command = new BrokerCommand(library(), properties, BrokerCommand.HEAP_MEBIBYTES, parent);
    return new ProcessBuilder(command.line())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("log").toFile()))
        .start();
  }

  private int controllerPort() {
    int other = FreePort.next();
    return other == port ? controllerPort() : other;
  }

  private static Path library() {
    Path library = Repository.root().resolve("local/broker/target/lib");
    if (!Files.isDirectory(library)) {
      throw new IllegalStateException(
          library + " is missing: build it with ./mvnw -pl local/broker -am package");
    }
    return library;
  }

  private void awaitReady() throws IOException {
    long deadline = System.nanoTime() + WAIT_MAX.toNanos();
    while (!FreePort.listens(port)) {
      if (ended(running(), Duration.ofMillis(50)) || System.nanoTime() > deadline) {
        throw new IllegalStateException("the broker does not come up:\n" + log());
      }
    }
    try (Admin admin = admin()) {
      Topics.await(admin.describeCluster().nodes(), WAIT_MAX);
    }
  }

  /** Kills the broker as a crash would (SIGKILL). What it acknowledged is in its files. */
  public void kill() {
    running().destroyForcibly();
    awaitEnd();
  }

  /** Ends the broker in order (SIGTERM). */
  public void stop() {
    running().destroy();
    awaitEnd();
  }

  /** {@link #start} after {@link #kill} or {@link #stop}; stops first a broker that runs. */
  public void restart() {
    if (process != null) {
      stop();
    }
    start();
  }

  private void awaitEnd() {
    if (!ended(running(), WAIT_MAX)) {
      throw new IllegalStateException("the broker, process " + running().pid() + ", does not end");
    }
    process = null;
  }

  /** Kills the broker and removes its files; does nothing if it was never started. */
  @Override
  public void close() {
    if (process != null) {
      kill();
    }
    if (folder != null) {
      TemporaryFolder.remove(folder);
      folder = null;
    }
    ShutdownHooks.forget(this);
  }

  /** What clients connect to; known before the start and the same after a restart. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** Process id of the running broker, to send it other signals (STOP, CONT). */
  public long pid() {
    return running().pid();
  }

  /** Everything the broker said so far. */
  public String log() {
    try {
      return Files.readString(folder().resolve("log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a topic with the broker's defaults. */
  public void createTopic(String name, int partitions) {
    createTopic(name, partitions, Map.of());
  }

  /** Makes a topic with its own settings, named as Kafka names them. */
  public void createTopic(String name, int partitions, Map<String, String> settings) {
    createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(settings)));
  }

  /** Makes topics, and waits until every partition takes records; fails if one exists. */
  public void createTopics(List<NewTopic> topics) {
    try (Admin admin = admin()) {
      Topics.create(admin, topics, WAIT_MAX);
    }
  }

  /** A new admin client; the caller closes it. */
  public Admin admin() {
    return Admin.create(
        Map.of(
            "bootstrap.servers",
            bootstrapServers(),
            "default.api.timeout.ms",
            (int) WAIT_MAX.toMillis()));
  }

  /**
   * A new idempotent producer that waits for the broker's acknowledgement; the caller closes it.
   */
  public Producer<byte[], byte[]> producer() {
    return producer(Map.of());
  }

  /** Same with further settings, such as {@code transactional.id}. */
  public Producer<byte[], byte[]> producer(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("bootstrap.servers", bootstrapServers());
    all.putIfAbsent("acks", "all");
    return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** A new consumer without group that starts at the beginning; the caller closes it. */
  public Consumer<byte[], byte[]> consumer(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("bootstrap.servers", bootstrapServers());
    all.putIfAbsent("auto.offset.reset", "earliest");
    all.putIfAbsent("enable.auto.commit", false);
    return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * Every committed record that a topic holds now, partition by partition in offset order. An open
   * transaction hides what comes after its begin; a commit shows some milliseconds after {@code
   * commitTransaction} returned, when the broker has marked the partitions.
   */
  public List<ConsumerRecord<byte[], byte[]>> readAll(String topic) {
    try (var consumer = consumer(Map.of("isolation.level", "read_committed"))) {
      return TopicReader.readToEnd(consumer, topic, WAIT_MAX);
    }
  }

  private Path folder() {
    Path home = folder;
    if (home == null) {
      // The broker of a killed JVM ends by itself, its files stay.
      TemporaryFolder.abandoned(PREFIX).forEach(TemporaryFolder::sweep);
      home = TemporaryFolder.make(PREFIX);
      folder = home;
    }
    return home;
  }

  private Process running() {
    if (process == null) {
      throw new IllegalStateException("the broker does not run");
    }
    return process;
  }

  private static boolean ended(Process process, Duration wait) {
    try {
      return process.waitFor(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the broker", e);
    }
  }
}
