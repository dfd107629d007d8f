package dev.runway.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The scripts of {@code deploy/systemd} and what they say to Flink's command; that the answers of
 * that command are those of a real one is held by {@code ScriptsITCase} in e2e.
 */
class ScriptsTest {
  private static final Path SCRIPTS = Path.of("systemd").toAbsolutePath();
  private static final String ID = "0123456789abcdef0123456789abcdef";

  @TempDir private Path folder;

  private record Ended(int code, String said, List<String> asked) {}

  @BeforeEach
  void settings() throws IOException {
    Files.writeString(
        folder.resolve("drift-monitor.properties"),
        "# runway.namespace=commented\nrunway.kafka.bootstrap-servers=kafka:9092\n");
    Files.writeString(
        folder.resolve("groundtruth-join.properties"), "runway.namespace = shop-eu\n");
    lists("");
  }

  /** Has Flink's command answer {@code list} so, and write down whatever else it is asked. */
  private void lists(String jobs) throws IOException {
    script(
        "flink",
        """
        #!/bin/sh
        case "$1" in
          list) cat <<'END'
        Waiting for response...
        %s
        END
          ;;
        esac
        echo "$@" >> '%s'
        """
            .formatted(jobs, folder.resolve("asked")));
  }

  private void script(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private Ended run(String script, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", SCRIPTS.resolve(script).toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("RUNWAY_FLINK", folder.resolve("flink").toString());
    builder.environment().put("RUNWAY_SETTINGS", folder.toString());
    builder.environment().put("RUNWAY_JARS", "/jars");
    builder.environment().put("RUNWAY_JAR", "/jars/groundtruth-join.jar");
    builder.environment().putAll(environment);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Path asked = folder.resolve("asked");
    return new Ended(
        process.waitFor(), said, Files.exists(asked) ? Files.readAllLines(asked) : List.of());
  }

  @Test
  void submit_ofNoSuchJob_runsIt() throws Exception {
    lists(
        "27.11.2026 20:00:00 : %s : drift-monitor-runway-demo (RUNNING)\n".formatted(ID)
            + "27.11.2026 20:00:00 : %s : drift-monitor-runway-2 (RUNNING)".formatted(ID));

    Ended ended = run("submit.sh", Map.of(), "drift-monitor");

    assertThat(ended.code()).as(ended.said()).isZero();
    assertThat(ended.asked())
        .containsExactly(
            "list",
            "run --detached /jars/drift-monitor.jar --config "
                + folder.resolve("drift-monitor.properties"));
  }

  @Test
  void submit_ofOneThatIsThere_doesNothing() throws Exception {
    for (String state : List.of("RUNNING", "RESTARTING", "CREATED", "INITIALIZING")) {
      lists("27.11.2026 20:00:00 : %s : drift-monitor-runway (%s)".formatted(ID, state));

      Ended ended = run("submit.sh", Map.of("RUNWAY_JOBMANAGER", "jm:8081"), "drift-monitor");

      assertThat(ended.code()).isZero();
      assertThat(ended.said()).contains("drift-monitor-runway is there already");
      assertThat(ended.asked()).isNotEmpty().allMatch("list --jobmanager jm:8081"::equals);
    }
  }

  @Test
  void submit_looksForTheNamespaceOfTheSettings() throws Exception {
    lists("27.11.2026 20:00:00 : %s : groundtruth-join-shop-eu (RUNNING)".formatted(ID));

    assertThat(run("submit.sh", Map.of(), "groundtruth-join").asked()).containsExactly("list");
  }

  @Test
  void submit_fromASavepoint_isNotForgottenWhereTheOldOneRuns() throws Exception {
    Map<String, String> from = Map.of("RUNWAY_FROM", "--fromSavepoint s3://b/savepoint-1");
    lists("27.11.2026 20:00:00 : %s : drift-monitor-runway (RUNNING)".formatted(ID));
    assertThat(run("submit.sh", from, "drift-monitor").code()).isEqualTo(1);

    lists("");
    Ended ended = run("submit.sh", from, "drift-monitor");
    assertThat(ended.code()).isZero();
    assertThat(ended.asked())
        .last()
        .asString()
        .startsWith("run --detached --fromSavepoint s3://b/savepoint-1 /jars/");
  }

  /** A cluster that does not answer is not one without jobs. */
  @Test
  void submit_whereNobodyAnswers_failsAndRunsNothing() throws Exception {
    script("flink", "#!/bin/sh\necho \"$@\" >> '" + folder.resolve("asked") + "'\nexit 1\n");

    Ended ended = run("submit.sh", Map.of(), "drift-monitor");

    assertThat(ended.code()).isNotZero();
    assertThat(ended.asked()).containsExactly("list");
  }

  @Test
  void batch_countsSevenDaysThatAreFinal() throws Exception {
    script("date", "#!/bin/sh\nexec /bin/date -u -d \"2026-11-27 $3\" \"$4\"\n");

    Ended ended =
        run(
            "batch.sh",
            Map.of(
                "PATH",
                folder + ":/usr/bin:/bin",
                "RUNWAY_TARGET",
                "local",
                "RUNWAY_PARALLELISM",
                "4"));

    assertThat(ended.code()).as(ended.said()).isZero();
    assertThat(ended.asked())
        .containsExactly(
            "run --target local -Dtaskmanager.numberOfTaskSlots=4 --parallelism 4 /jars/groundtruth-join.jar --config "
                + folder.resolve("groundtruth-join.properties")
                + " --mode batch --day 2026-11-12 --until 2026-11-18");
  }

  @Test
  void archive_mergesNothingThatASavepointMayCommit() throws Exception {
    script("date", "#!/bin/sh\nexec /bin/date -u -d \"2026-11-27 $3\" \"$4\"\n");
    script("java", "#!/bin/sh\necho \"$@\" >> '" + folder.resolve("asked") + "'\n");
    Map<String, String> environment =
        Map.of(
            "PATH", folder + ":/usr/bin:/bin",
            "FLINK_HOME", "/opt/flink",
            "RUNWAY_ARCHIVE", "s3://bucket/live");

    Ended ended = run("archive.sh", environment);

    assertThat(ended.code()).as(ended.said()).isZero();
    assertThat(ended.asked()).hasSize(2);
    assertThat(ended.asked().get(0))
        .contains("-cp /opt/flink/lib/*:/jars/groundtruth-join.jar")
        .endsWith(
            "ArchiveMain compact --oldest-savepoint 2026-11-19T00:00:00Z --folder s3://bucket/live");
    assertThat(ended.asked().get(1))
        .endsWith(
            "ArchiveMain retain --days 90 --oldest-savepoint 2026-11-19T00:00:00Z --folder"
                + " s3://bucket/live");
  }

  /** 1 says that something stays for now; anything else is no reason to keep old days either. */
  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0", "3, 3"})
  void archive_forgetsBeforeItMerges(int forgets, int ends) throws Exception {
    script("date", "#!/bin/sh\nexec /bin/date -u -d \"2026-11-27 $3\" \"$4\"\n");
    script(
        "java",
        "#!/bin/sh\necho \"$@\" >> '%s'\ncase \"$*\" in *' forget '*) exit %d ;; esac\n"
            .formatted(folder.resolve("asked"), forgets));

    Ended ended =
        run(
            "archive.sh",
            Map.of(
                "PATH", folder + ":/usr/bin:/bin",
                "RUNWAY_ARCHIVE", "s3://bucket/live",
                "RUNWAY_ENTITY_SECRET", "/etc/runway/secrets/entity"));

    assertThat(ended.code()).as(ended.said()).isEqualTo(ends);
    assertThat(ended.asked()).hasSize(3);
    assertThat(ended.asked().get(0))
        .endsWith(
            "ArchiveMain forget --secret-file /etc/runway/secrets/entity --oldest-savepoint"
                + " 2026-11-19T00:00:00Z --folder s3://bucket/live");
    assertThat(ended.asked().get(1)).contains("ArchiveMain compact ");
    assertThat(ended.asked().get(2)).contains("ArchiveMain retain ");
  }

  @Test
  void archive_ofFewerDaysThanSavepoints_isRefused() throws Exception {
    Ended ended =
        run("archive.sh", Map.of("RUNWAY_ARCHIVE", "s3://bucket/live", "RUNWAY_KEEP_DAYS", "8"));

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.asked()).isEmpty();
  }

  @Test
  void units_nameScriptsAndTimersThatAreThere() throws IOException {
    try (Stream<Path> files = Files.list(SCRIPTS)) {
      for (Path file : files.toList()) {
        String text = Files.readString(file);
        String name = file.getFileName().toString();
        if (name.endsWith(".timer")) {
          assertThat(SCRIPTS.resolve(name.replace(".timer", ".service"))).exists();
          assertThat(text).contains("Persistent=yes");
        }
        Matcher script = Pattern.compile("/opt/runway/(\\w+\\.sh)").matcher(text);
        while (script.find()) {
          if (!script.group(1).equals("start.sh")) {
            assertThat(SCRIPTS.resolve(script.group(1))).exists();
          }
        }
      }
    }
  }
}
