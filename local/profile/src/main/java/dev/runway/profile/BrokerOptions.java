package dev.runway.profile;

import dev.runway.model.Topic;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the topic of baselines is. */
class BrokerOptions {
  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description = "First part of the topic's name: " + Topic.LIVE + " (default) or a replay's.")
  private String namespace = Topic.LIVE;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "Brokers. Default: the one of the stack that runs here.")
  private @Nullable String bootstrapServers;

  @Option(
      names = "--kafka-properties",
      paramLabel = "FILE",
      description = "Further settings of Kafka's clients, such as those of TLS and SASL.")
  private @Nullable Path kafkaProperties;

  /** Full name of the topic. */
  String topicName() {
    return Topic.BASELINES.in(namespace);
  }

  /**
   * @param runningBroker asked only if no other is named
   */
  BaselineTopic topic(Supplier<String> runningBroker) throws IOException {
    Map<String, Object> client = new HashMap<>(kafkaProperties());
    client.put(
        "bootstrap.servers", bootstrapServers == null ? runningBroker.get() : bootstrapServers);
    return new BaselineTopic(topicName(), client);
  }

  private Map<String, String> kafkaProperties() throws IOException {
    Map<String, String> settings = new HashMap<>();
    if (kafkaProperties != null) {
      Properties read = new Properties();
      try (Reader file = Files.newBufferedReader(kafkaProperties, StandardCharsets.UTF_8)) {
        read.load(file);
      }
      read.stringPropertyNames().forEach(name -> settings.put(name, read.getProperty(name)));
    }
    return settings;
  }
}
