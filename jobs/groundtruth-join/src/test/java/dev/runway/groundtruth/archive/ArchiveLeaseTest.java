package dev.runway.groundtruth.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two compactions at once on a file system without locks would double rows. */
class ArchiveLeaseTest {
  private static final LocalDate DAY = LocalDate.parse("2026-03-01");

  @TempDir Path folder;

  private Instant now = SmallArchive.NOW;
  private final InstantSource clock = () -> now;
  private final MortalFiles.Store store = new MortalFiles.Store();

  @Test
  void secondAtATime_isRefused_andTheNextOneHasIt() throws IOException {
    SmallArchive archive = new SmallArchive(folder, 7);
    archive.add(DAY, "churn", 2);
    ArchiveLease lease = take(store);

    for (String verb : List.of("compact", "retain")) {
      assertThatThrownBy(() -> archive.run(store, verb))
          .hasMessageContaining("is in use")
          .hasMessageContaining("2100-01-10T13:00:00Z");
    }
    assertThat(archive.run(store, "check")).endsWith("0");

    lease.close();
    assertThat(archive.run(store, "compact")).containsExactly("6 files are 3 now, of 18 rows", "0");
    assertThat(leases()).isEmpty();
  }

  /** The other one writes behind our first look and before our second. */
  @Test
  void twoThatDoNotSeeEachOtherAtFirst_areNeverBothLetIn() throws IOException {
    MortalFiles.Store crowded =
        new MortalFiles.Store() {
          private boolean begun;

          @Override
          public FSDataOutputStream create(org.apache.flink.core.fs.Path path, WriteMode mode)
              throws IOException {
            if (!begun) {
              begun = true;
              take(store);
            }
            return super.create(path, mode);
          }
        };

    assertThatThrownBy(() -> take(crowded)).hasMessageContaining("is in use");

    assertThat(leases()).as("that of the one who has it").hasSize(1);
  }

  @Test
  void leaseOfACrash_isOverWithItsTime() throws IOException {
    take(store);
    now = now.plus(ArchiveLease.TERM).plus(ArchiveLease.CLOCKS).minusMillis(1);
    assertThatThrownBy(() -> take(store)).hasMessageContaining("is in use");

    now = now.plusMillis(1);
    take(store).close();
    assertThat(leases()).isEmpty();
  }

  @Test
  void longWork_holdsOn() throws IOException {
    ArchiveLease lease = take(store);
    for (int i = 0; i < 20; i++) {
      now = now.plus(Duration.ofMinutes(15));
      lease.require();
      assertThatThrownBy(() -> take(store)).hasMessageContaining("is in use");
      assertThat(leases()).hasSize(1);
    }
    lease.close();
    take(store).close();
  }

  @Test
  void stepThatTookTooLong_isNotFinished() throws IOException {
    ArchiveLease lease = take(store);
    now = now.plus(ArchiveLease.TERM);

    assertThatThrownBy(lease::require).hasMessageContaining("somebody else may have begun");
  }

  private ArchiveLease take(MortalFiles.Store files) throws IOException {
    return ArchiveLease.take(files, new org.apache.flink.core.fs.Path(folder.toUri()), clock);
  }

  private List<String> leases() throws IOException {
    try (Stream<Path> all = Files.list(folder.resolve(ArchiveLease.FOLDER))) {
      return all.map(file -> file.getFileName().toString())
          .filter(n -> !n.startsWith("."))
          .toList();
    }
  }
}
