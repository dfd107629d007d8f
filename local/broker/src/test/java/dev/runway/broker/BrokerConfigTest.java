package dev.runway.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerConfigTest {

  @TempDir Path folder;

  @Test
  void listeners_areLoopbackOnly() {
    var properties = new BrokerConfig(9092, 9093, folder).properties();

    assertThat(properties.get("listeners"))
        .isEqualTo("PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093");
    assertThat(properties.get("advertised.listeners")).isEqualTo("PLAINTEXT://127.0.0.1:9092");
    assertThat(properties).containsEntry("auto.create.topics.enable", "false");
  }

  @Test
  void transactionLimit_defaultsToFifteenMinutes() {
    var byDefault = new BrokerConfig(9092, 9093, folder);
    var hour = new BrokerConfig(9092, 9093, folder, Duration.ofHours(1));

    assertThat(byDefault.properties()).containsEntry("transaction.max.timeout.ms", "900000");
    assertThat(hour.properties()).containsEntry("transaction.max.timeout.ms", "3600000");
  }

  @Test
  void writtenFile_readsBackAsTheSameProperties() throws Exception {
    var config = new BrokerConfig(9092, 9093, folder.resolve("with space\\and backslash"));
    var file = folder.resolve("server.properties");

    config.write(file);

    var read = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      read.load(reader);
    }
    assertThat(read).isEqualTo(asProperties(config));
  }

  @Test
  void samePortTwice_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new BrokerConfig(9092, 9092, folder));
    assertThatIllegalArgumentException().isThrownBy(() -> new BrokerConfig(0, 9093, folder));
  }

  @Test
  void command_namesParentOnlyWhenAsked() {
    var alone = new BrokerCommand(folder, folder, 256, OptionalLong.empty());
    var bound = new BrokerCommand(folder, folder, 256, OptionalLong.of(42));

    assertThat(alone.line()).noneMatch(word -> word.contains("parent"));
    assertThat(bound.line()).contains("-Drunway.parent.pid=42", "-Xmx256m");
  }

  private static Properties asProperties(BrokerConfig config) {
    var properties = new Properties();
    properties.putAll(config.properties());
    return properties;
  }
}
