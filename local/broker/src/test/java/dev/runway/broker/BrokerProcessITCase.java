package dev.runway.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts the packaged class path, as every starter does. */
class BrokerProcessITCase {

  private static final Path LIBRARY = Path.of("target", "lib");
  private static final int TERMINATED = 143;

  @TempDir Path folder;

  private Process broker;
  private BrokerConfig config;

  @AfterEach
  void endBroker() throws Exception {
    if (broker != null) {
      broker.destroyForcibly().waitFor();
    }
  }

  @Test
  void sigterm_closesLogsAndKeepsTopicsForAStartOnOtherPorts() throws Exception {
    start(OptionalLong.empty());
    try (Admin admin = admin()) {
      admin.createTopics(List.of(new NewTopic("kept", 3, (short) 1))).all().get();
    }

    broker.destroy();
    assertThat(broker.waitFor(3, TimeUnit.MINUTES)).isTrue();
    assertThat(broker.exitValue()).isEqualTo(TERMINATED);
    // Kafka writes this file only after every log is flushed and closed.
    assertThat(folder.resolve("data/.kafka_cleanshutdown")).exists();
    assertThat(Files.readString(folder.resolve("out"))).contains("broker stopped");

    start(OptionalLong.empty());
    try (Admin admin = admin()) {
      assertThat(admin.listTopics().names().get()).containsExactly("kept");
    }
  }

  @Test
  void unknownTopic_isRefusedAndNotMade() throws Exception {
    start(OptionalLong.empty());
    Map<String, Object> settings =
        Map.of("bootstrap.servers", config.bootstrapServers(), "max.block.ms", 2_000);
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      assertThatThrownBy(() -> producer.send(new ProducerRecord<>("typo", new byte[1])).get())
          .isInstanceOf(ExecutionException.class);
    }
    try (Admin admin = admin()) {
      assertThatThrownBy(() -> admin.describeTopics(List.of("typo")).allTopicNames().get())
          .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
    }
  }

  @Test
  void parentGone_endsTheBroker() throws Exception {
    Process parent = new ProcessBuilder("sleep", "600").start();
    try {
      start(OptionalLong.of(parent.pid()));
    } finally {
      parent.destroyForcibly().waitFor();
    }
    assertThat(broker.waitFor(3, TimeUnit.MINUTES)).isTrue();
    assertThat(broker.exitValue()).isEqualTo(1);
  }

  @Test
  void unreadableProperties_leaveWithOne() throws Exception {
    config = new BrokerConfig(freePort(), freePort(), folder.resolve("data"));
    launch(OptionalLong.empty());

    assertThat(broker.waitFor(3, TimeUnit.MINUTES)).isTrue();
    assertThat(broker.exitValue()).isEqualTo(1);
    assertThat(Files.readString(folder.resolve("out"))).contains("NoSuchFileException");
  }

  private void start(OptionalLong parent) throws Exception {
    config = new BrokerConfig(freePort(), freePort(), folder.resolve("data"));
    config.write(folder.resolve("server.properties"));
    launch(parent);
    try (Admin admin = admin()) {
      assertThat(admin.describeCluster().nodes().get(3, TimeUnit.MINUTES)).hasSize(1);
    }
  }

  private void launch(OptionalLong parent) throws Exception {
    var properties = folder.resolve("server.properties");
    var command = new BrokerCommand(LIBRARY, properties, BrokerCommand.HEAP_MEBIBYTES, parent);
    broker =
        new ProcessBuilder(command.line())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", config.bootstrapServers()));
  }

  private static int freePort() throws Exception {
    // Linux gives ports from 32768 on to outgoing connections, which could take one meanwhile.
    for (int i = 0; i < 100; i++) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // Somebody has this one.
      }
    }
    throw new IllegalStateException("no free port from 20000 to 32000");
  }
}
