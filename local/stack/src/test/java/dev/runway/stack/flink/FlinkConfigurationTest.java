package dev.runway.stack.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.stack.Installation;
import dev.runway.stack.Ports;
import dev.runway.stack.StackFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlinkConfigurationTest {

  private static final Installation CHECKOUT = new Installation(Path.of("../.."));

  @TempDir Path root;

  @Test
  void fill_placeholder_isReplacedOutsideComments() {
    assertThat(Template.fill("# ${port}\na: ${port}\n", Map.of("port", "7"), "#"))
        .isEqualTo("# ${port}\na: 7\n");
  }

  @Test
  void fill_unknownPlaceholder_isRefused() {
    assertThatThrownBy(() -> Template.fill("a: ${typo}", Map.of(), "#"))
        .hasMessageContaining("${typo}");
  }

  @Test
  void write_closesWhatFlinkLeavesOpen() throws IOException {
    Map<String, String> settings = settings(write());

    assertThat(settings)
        .containsEntry("web.submit.enable", "false")
        .containsEntry("web.cancel.enable", "false")
        .containsEntry("rest.profiling.enabled", "false")
        .containsEntry("rest.bind-address", "127.0.0.1")
        .containsEntry("jobmanager.bind-host", "127.0.0.1")
        .containsEntry("taskmanager.bind-host", "127.0.0.1")
        .containsEntry("web.access-control-allow-origin", "http://127.0.0.1:25000");
  }

  @Test
  void write_takesTheLimitsOfTheUserAndNothingElse() throws IOException {
    Path own = write().folder().flinkSettings();
    Files.writeString(own, "heartbeat.timeout = 30 s\n");

    assertThat(settings(write())).containsEntry("heartbeat.timeout", "30 s");

    Files.writeString(own, "web.submit.enable = true\n");
    assertThatThrownBy(this::write).hasMessageContaining("not web.submit.enable");
  }

  @Test
  void write_keepsStateSafe() throws IOException {
    assertThat(settings(write()))
        .containsEntry("pipeline.auto-generate-uids", "false")
        .containsEntry("pipeline.generic-types", "false")
        .containsEntry("high-availability.type", "zookeeper")
        .containsEntry("execution.checkpointing.incremental", "true")
        .containsEntry("execution.checkpointing.num-retained", "3")
        .containsEntry(
            "execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
  }

  @Test
  void jvmOptions_haveUtc() throws IOException {
    FlinkConfiguration configuration = write();

    assertThat(configuration.jvmOptions())
        .contains("-Duser.timezone=UTC")
        .allMatch(option -> option.startsWith("-"));
  }

  @Test
  void hash_otherPorts_isAnother() throws IOException {
    FlinkConfiguration configuration = write();
    String before = configuration.hash();
    configuration.write(CHECKOUT, ports(26_000));

    assertThat(configuration.hash()).isNotEqualTo(before);
  }

  @Test
  void hash_foldersExistMeanwhile_staysTheSame() throws IOException {
    FlinkConfiguration configuration = write();
    String before = configuration.hash();
    Files.createDirectories(configuration.data().resolve("checkpoints"));
    Files.createDirectories(configuration.data().resolve("ha"));
    configuration.write(CHECKOUT, ports(25_000));

    assertThat(configuration.hash()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/plain", "/a stack", "/100%", "/a%20b", "/a#b?c", "/pfad/größe"})
  void address_isReadByFlinkAsTheSameFolder(String folder) {
    String address = FlinkConfiguration.address(Path.of(folder));

    org.apache.flink.core.fs.Path read = new org.apache.flink.core.fs.Path(address);
    assertThat(read.getPath()).isEqualTo(folder);
    assertThat(FlinkConfiguration.path(address)).isEqualTo(Path.of(folder));
    assertThat(FlinkConfiguration.path(read.toString())).isEqualTo(Path.of(folder));
  }

  private FlinkConfiguration write() throws IOException {
    StackFolder folder = new StackFolder(root.resolve("a stack"));
    folder.create();
    FlinkConfiguration configuration = new FlinkConfiguration(folder);
    configuration.write(CHECKOUT, ports(25_000));
    return configuration;
  }

  private static Ports ports(int base) {
    Map<String, Integer> ports = new HashMap<>();
    Ports.NAMES.forEach(name -> ports.put(name, base + ports.size()));
    return new Ports(ports);
  }

  private static Map<String, String> settings(FlinkConfiguration configuration) throws IOException {
    List<String> lines =
        Files.readAllLines(configuration.configurationFolder().resolve("config.yaml"));
    Map<String, String> settings = new HashMap<>();
    for (String line : lines) {
      int colon = line.indexOf(": ");
      if (!line.startsWith("#") && colon > 0) {
        settings.put(line.substring(0, colon), line.substring(colon + 2));
      }
    }
    return settings;
  }
}
