package dev.runway.broker;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Settings of a one-node broker that listens on loopback only.
 *
 * @param port TCP port for clients, 1 to 65535
 * @param controllerPort TCP port the broker uses to talk to its own controller, 1 to 65535, another
 *     than {@code port}
 * @param dataDirectory folder of logs and metadata; made and formatted at the first start
 * @param transactionMaxTimeout longest {@code transaction.timeout.ms} a producer may ask for; a
 *     producer that asks for more is refused when it starts
 */
public record BrokerConfig(
    int port, int controllerPort, Path dataDirectory, Duration transactionMaxTimeout) {

  /** Kafka's own default limit of a transaction. */
  public static final Duration TRANSACTION_MAX_TIMEOUT = Duration.ofMinutes(15);

  static final int NODE_ID = 1;
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  private static final String HOST = "127.0.0.1";
  private static final int MEBIBYTE = 1 << 20;

  /** 1 MiB of records and the 12 bytes of a batch's log overhead, which is Kafka's own default. */
  private static final int MESSAGE_MAX_BYTES = MEBIBYTE + 12;

  /**
   * Checks the ports.
   *
   * @throws IllegalArgumentException if a port is outside 1 to 65535, both are equal, or the time
   *     limit is not positive
   */
  public BrokerConfig {
    if (port < 1 || port > 65_535 || controllerPort < 1 || controllerPort > 65_535) {
      throw new IllegalArgumentException(
          "ports must be 1 to 65535, not " + port + " and " + controllerPort);
    }
    if (port == controllerPort) {
      throw new IllegalArgumentException("broker and controller cannot share port " + port);
    }
    if (transactionMaxTimeout.isNegative() || transactionMaxTimeout.isZero()) {
      throw new IllegalArgumentException("transactionMaxTimeout must be positive");
    }
    dataDirectory = dataDirectory.toAbsolutePath().normalize();
  }

  /** A broker with {@link #TRANSACTION_MAX_TIMEOUT}. */
  public BrokerConfig(int port, int controllerPort, Path dataDirectory) {
    this(port, controllerPort, dataDirectory, TRANSACTION_MAX_TIMEOUT);
  }

  /** What clients connect to, as {@code host:port}. */
  public String bootstrapServers() {
    return HOST + ":" + port;
  }

  /** The broker's properties, sorted by name. Everything not named here is Kafka's default. */
  public Map<String, String> properties() {
    Map<String, String> properties = new TreeMap<>();
    identity(properties);
    oneNode(properties);
    limits(properties);
    smallHeap(properties);
    return properties;
  }

  /**
   * Writes {@link #properties} to a file, replacing it.
   *
   * @throws IOException if the file cannot be written
   */
  public void write(Path file) throws IOException {
    Properties sorted = new Properties();
    sorted.putAll(properties());
    try (Writer writer = Files.newBufferedWriter(file)) {
      sorted.store(writer, null);
    }
  }

  private void identity(Map<String, String> properties) {
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", Integer.toString(NODE_ID));
    properties.put("log.dirs", dataDirectory.toString());
    properties.put("listeners", "PLAINTEXT://" + HOST + ":" + port + "," + controllerListener());
    properties.put("advertised.listeners", "PLAINTEXT://" + HOST + ":" + port);
    properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    properties.put("inter.broker.listener.name", "PLAINTEXT");
    properties.put("controller.listener.names", CONTROLLER_LISTENER);
    // A static quorum lives in this file alone, so the next start may use other ports.
    properties.put("controller.quorum.voters", NODE_ID + "@" + HOST + ":" + controllerPort);
  }

  private String controllerListener() {
    return CONTROLLER_LISTENER + "://" + HOST + ":" + controllerPort;
  }

  private static void oneNode(Map<String, String> properties) {
    properties.put("default.replication.factor", "1");
    properties.put("min.insync.replicas", "1");
    properties.put("offsets.topic.replication.factor", "1");
    properties.put("transaction.state.log.replication.factor", "1");
    properties.put("transaction.state.log.min.isr", "1");
    properties.put("share.coordinator.state.topic.replication.factor", "1");
    properties.put("share.coordinator.state.topic.min.isr", "1");
    // 50 partitions each are for fleets; here they only cost files and start-up time.
    properties.put("offsets.topic.num.partitions", "4");
    properties.put("transaction.state.log.num.partitions", "4");
    properties.put("share.coordinator.state.topic.num.partitions", "4");
    properties.put("group.initial.rebalance.delay.ms", "0");
  }

  private void limits(Map<String, String> properties) {
    // A misspelt topic must fail, not come into being empty.
    properties.put("auto.create.topics.enable", "false");
    properties.put("message.max.bytes", Integer.toString(MESSAGE_MAX_BYTES));
    properties.put("transaction.max.timeout.ms", Long.toString(transactionMaxTimeout.toMillis()));
    // Retention counts from arrival: by the event's own time a replay of old events would be
    // deleted while it runs, and one event from the future would be refused and stop its writer.
    properties.put("log.message.timestamp.type", "LogAppendTime");
    properties.put("log.retention.ms", Long.toString(Duration.ofDays(7).toMillis()));
    properties.put("log.segment.bytes", Integer.toString(128 * MEBIBYTE));
  }

  private static void smallHeap(Map<String, String> properties) {
    // Kafka's 128 MiB for compaction would be half of a small broker's heap.
    properties.put("log.cleaner.dedupe.buffer.size", Integer.toString(16 * MEBIBYTE));
    properties.put("num.network.threads", "2");
    properties.put("num.io.threads", "4");
  }
}
