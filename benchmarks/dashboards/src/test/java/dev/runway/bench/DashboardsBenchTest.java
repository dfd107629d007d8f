package dev.runway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as users call it, small, on a real database. */
class DashboardsBenchTest {
  @TempDir Path folder;

  @Test
  void smallFleet_isFilledAndAskedEveryQuery() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));

    int code =
        DashboardsBench.commandLine()
            .execute(
                "--models=20",
                "--metrics=3",
                "--days=10",
                "--rounds=2",
                "--dashboards=../../grafana/dashboards",
                "--binaries=target/postgres",
                "--folder=" + folder);

    assertThat(code).isZero();
    assertThat(Files.readString(folder.resolve("dashboards.md")))
        .contains("14400 rows of performance", "4800 of label coverage")
        .contains("| runway-fleet 5A | 10 | 20 |")
        .contains("| runway-model 3A | 1 |", "| runway-model variable feature | 7 |");
  }
}
