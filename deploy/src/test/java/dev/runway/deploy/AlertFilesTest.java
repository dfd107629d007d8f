package dev.runway.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code prepare prometheus}: what it puts into the files, and that it leaves the rest alone. */
class AlertFilesTest {
  private static final Path OURS = Path.of("prometheus");

  private static final String MISSED =
      """
                %slabel_replace(absent(flink_jobmanager_job_runningTime{job_name="%s"}), "job_name", "%s", "", "")
      """;

  @TempDir private Path folder;

  private int prepare(String... options) {
    List<String> arguments = new ArrayList<>(List.of("prometheus", "--folder", folder.toString()));
    arguments.addAll(List.of(options));
    return Prepare.commandLine().execute(arguments.toArray(String[]::new));
  }

  private String text(String file) throws IOException {
    return Files.readString(folder.resolve(file));
  }

  @Test
  void nothingSaid_writesTheFilesAsTheyStand() throws IOException {
    assertThat(prepare()).isZero();

    try (Stream<Path> files = Files.walk(OURS)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path written = folder.resolve(OURS.relativize(file).toString());
        if (!file.endsWith("rules.test.yaml")) {
          assertThat(written).hasSameTextualContentAs(file);
        }
      }
    }
    assertThat(folder.resolve("targets/flink.yaml")).exists();
  }

  @Test
  void drill_hasTheSameRulesInAnotherTime() throws IOException {
    prepare("--minute", "PT1S");

    List<String> before = Files.readAllLines(OURS.resolve("rules.yaml"));
    List<String> after = Files.readAllLines(folder.resolve("rules.yaml"));
    assertThat(after).hasSameSizeAs(before);
    int changed = 0;
    for (int i = 0; i < before.size(); i++) {
      if (!before.get(i).equals(after.get(i))) {
        changed++;
        assertThat(before.get(i).replaceAll("\\b(\\d+)m\\b", "$1s"))
            .isEqualTo(after.get(i).replace("interval: 1s", "interval: 30s"));
      }
    }
    long timed =
        before.stream().filter(line -> line.matches(".*(\\[\\d+m\\]|: \\d+[ms]$).*")).count();
    assertThat(changed).isEqualTo(timed).isGreaterThan(30);
    assertThat(text("prometheus.yaml")).contains("scrape_interval: 1s", "evaluation_interval: 1s");
    assertThat(text("alertmanager.yaml"))
        .contains("group_wait: 1s", "group_interval: 5s", "repeat_interval: 240s");
  }

  @Test
  void names_areThoseOfTheInstallation() throws IOException {
    prepare(
        "--namespace=shop-eu",
        "--jobs=drift-monitor,result-tables",
        "--flink=jm:9249,tm-1:9249",
        "--control-api=10.0.0.7:8484",
        "--alertmanager=am:9093",
        "--webhook=https://pager.example/hook?a=$1",
        "--runbooks=https://git.example/runway/blob/main/");

    assertThat(text("rules.yaml"))
        .contains(
            MISSED.formatted("", "drift_monitor_shop_eu", "drift-monitor")
                + MISSED.formatted("or ", "result_tables_shop_eu", "result-tables")
                + "        for: 2m")
        .contains(
            "runbook_url: https://git.example/runway/blob/main/docs/runbooks.md#runwayapiaway")
        .doesNotContain("groundtruth_join_", "_runway\"");
    assertThat(text("targets/flink.yaml")).contains("- targets: ['jm:9249', 'tm-1:9249']");
    assertThat(text("targets/control-api.yaml")).contains("- targets: ['10.0.0.7:8484']");
    assertThat(text("targets/alertmanager.yaml")).contains("- targets: ['am:9093']");
    assertThat(text("alertmanager.yaml")).contains("- url: 'https://pager.example/hook?a=$1'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--jobs=drift-watcher",
        "--flink=http://jm:9249",
        "--minute=PT0.5S",
        "--minute=PT2M",
        "--namespace=a\"} or vector(1",
        "--webhook=x' y",
        "--runbooks=https://git.example/runway"
      })
  void nonsense_isRefusedAndNothingWritten(String option) throws IOException {
    assertThat(prepare(option)).isEqualTo(2);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  /** By the tools of Debian's packages prometheus and prometheus-alertmanager, where they are. */
  @ParameterizedTest
  @ValueSource(strings = {"PT1M", "PT1S"})
  void files_areValidByTheirOwnPrograms(String minute) throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/promtool"))
            && Files.isExecutable(Path.of("/usr/bin/amtool")),
        "apt install prometheus prometheus-alertmanager makes this run");
    prepare("--minute", minute, "--namespace=shop-eu", "--webhook=https://pager.example/hook");

    run("/usr/bin/promtool", "check", "config", folder.resolve("prometheus.yaml").toString());
    run("/usr/bin/promtool", "check", "rules", folder.resolve("rules.yaml").toString());
    run("/usr/bin/amtool", "check-config", folder.resolve("alertmanager.yaml").toString());
  }

  private static void run(String... command) throws Exception {
    Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(tool.waitFor()).as(output).isZero();
  }
}
