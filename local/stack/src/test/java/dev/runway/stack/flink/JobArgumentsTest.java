package dev.runway.stack.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.stack.Ports;
import dev.runway.stack.StackFolder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobArgumentsTest {

  private static final JobCatalogue.Entry TABLES =
      JobCatalogue.entry("result-tables").orElseThrow();
  private final StackFolder folder = new StackFolder(Path.of("/stack"));

  @Test
  void at_otherPorts_areThoseOfAFreshSubmission() {
    List<String> more = List.of("--runway.namespace", "demo-1");
    List<String> earlier = JobArguments.of(folder, ports(20_000), TABLES, more);

    assertThat(JobArguments.at(ports(30_000), earlier))
        .isEqualTo(JobArguments.of(folder, ports(30_000), TABLES, more));
  }

  @Test
  void at_overriddenByTheClient_keepsTheOverride() {
    List<String> more = List.of("--runway.kafka.bootstrap-servers", "127.0.0.1:7");
    List<String> earlier = JobArguments.of(folder, ports(20_000), TABLES, more);

    assertThat(JobArguments.at(ports(30_000), earlier)).endsWith(more.get(0), "127.0.0.1:7");
  }

  @Test
  void at_otherProgramsArguments_stayAsTheyAre() {
    List<String> earlier = List.of("--runway.kafka.bootstrap-servers", "kafka.example:9092", "--x");

    assertThat(JobArguments.at(ports(30_000), earlier)).isEqualTo(earlier);
  }

  @Test
  void live_onlyTheJoinKeepsAnArchive_inTheStacksFolder() {
    JobCatalogue.Entry join = JobCatalogue.entry("groundtruth-join").orElseThrow();

    assertThat(JobArguments.live(folder, ports(20_000), join))
        .containsSequence("--runway.archive.folder", "file:///stack/data/archive/runway")
        .containsSequence("--runway.archive.entity-secret-file", "/stack/secrets/entity_secret");
    assertThat(JobArguments.live(folder, ports(20_000), TABLES))
        .doesNotContain("--runway.archive.folder");
    // A replay beside it keeps none unless asked to.
    assertThat(JobArguments.of(folder, ports(20_000), join, List.of()))
        .doesNotContain("--runway.archive.folder");
  }

  @Test
  void live_rotationsAreKeptInTheStacksFolder() {
    JobCatalogue.Entry embeddings = JobCatalogue.entry("embedding-stability").orElseThrow();

    assertThat(JobArguments.live(folder, ports(20_000), embeddings))
        .containsSequence(
            "--runway.embedding.artefact-folder", "file:///stack/data/rotations/runway")
        .doesNotContain("--runway.archive.folder");
  }

  @Test
  void value_isTheLastOneGiven() {
    List<String> arguments = List.of("--a", "1", "--b", "2", "--a", "3", "--c");

    assertThat(JobArguments.value(arguments, "--a")).contains("3");
    assertThat(JobArguments.value(arguments, "--c")).isEmpty();
    assertThat(JobArguments.value(arguments, "--d")).isEmpty();
  }

  private static Ports ports(int base) {
    Map<String, Integer> ports = new HashMap<>();
    Ports.NAMES.forEach(name -> ports.put(name, base + ports.size()));
    return new Ports(ports);
  }
}
