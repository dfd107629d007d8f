package dev.runway.bench.harness;

import dev.runway.broker.BrokerCommand;
import dev.runway.broker.BrokerConfig;
import dev.runway.model.Topic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** The local stack's broker in a process of its own, empty; it ends with this JVM. */
public final class Broker implements AutoCloseable {
  private static final int STARTS_WITHIN_SECONDS = 240;

  private final BrokerConfig config;
  private final Process process;
  private final Admin admin;

  private Broker(BrokerConfig config, Process process) {
    this.config = config;
    this.process = process;
    this.admin = Admin.create(Map.of("bootstrap.servers", config.bootstrapServers()));
  }

  /** Starts it, and waits until it answers. */
  public static Broker start(Path folder) throws Exception {
    return start(folder, Map.of());
  }

  /**
   * Same with settings of its own.
   *
   * @param more by name, beside those of the local stack
   */
  public static Broker start(Path folder, Map<String, String> more) throws Exception {
    Path library = Place.repository().resolve("local/broker/target/lib");
    if (!Files.isDirectory(library)) {
      throw new IllegalStateException(library + " is missing: ./mvnw -pl local/broker -am package");
    }
    var config = new BrokerConfig(Place.freePort(), Place.freePort(), folder.resolve("broker"));
    Path properties = folder.resolve("server.properties");
    config.write(properties);
    Files.write(
        properties,
        more.entrySet().stream().map(each -> each.getKey() + "=" + each.getValue()).toList(),
        StandardOpenOption.APPEND);
    var command =
        new BrokerCommand(
            library,
            properties,
            BrokerCommand.HEAP_MEBIBYTES,
            OptionalLong.of(ProcessHandle.current().pid()));
    Process process =
        new ProcessBuilder(command.line())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("broker.log").toFile())
            .start();
    Broker broker = new Broker(config, process);
    broker.admin.describeCluster().nodes().get(STARTS_WITHIN_SECONDS, TimeUnit.SECONDS);
    return broker;
  }

  public String bootstrapServers() {
    return config.bootstrapServers();
  }

  /** Processor time it has used. */
  public Duration cpu() {
    return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Makes topics, and waits until every partition takes records. */
  public void createTopics(List<NewTopic> topics) throws Exception {
    admin.createTopics(topics).all().get(STARTS_WITHIN_SECONDS, TimeUnit.SECONDS);
    for (NewTopic topic : topics) {
      awaitAnswer(topic.name(), topic.numPartitions());
    }
  }

  private void awaitAnswer(String topic, int partitions) throws InterruptedException {
    while (true) {
      try {
        records(topic, partitions);
        return;
      } catch (ExecutionException e) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }

  /** The topics of a namespace as the local stack makes them. */
  public static List<NewTopic> topics(String namespace) {
    return Stream.of(Topic.values())
        .map(
            topic ->
                new NewTopic(topic.in(namespace), topic.partitions(), (short) 1)
                    .configs(topic.settings()))
        .toList();
  }

  /** How many records were ever written to a topic. */
  public long records(String topic, int partitions)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> ends =
        IntStream.range(0, partitions)
            .boxed()
            .collect(
                Collectors.toMap(
                    partition -> new TopicPartition(topic, partition),
                    partition -> OffsetSpec.latest()));
    return admin.listOffsets(ends).all().get().values().stream()
        .mapToLong(ListOffsetsResultInfo::offset)
        .sum();
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
    process.destroyForcibly();
    process.onExit().join();
  }
}
