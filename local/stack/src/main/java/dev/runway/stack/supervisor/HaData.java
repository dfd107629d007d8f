package dev.runway.stack.supervisor;

import dev.runway.stack.StackFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * What Flink's high availability keeps: ZooKeeper's data and the files they point to. A damaged one
 * ends every JobManager that reads it, while the checkpoints beside them are good: so it can be set
 * aside, and the jobs go on from their checkpoints as after the loss of a cluster.
 */
final class HaData {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

  private final Path data;
  private boolean mayBeSetAside;

  /** To be made before ZooKeeper starts: data that this start has written itself is no suspect. */
  HaData(StackFolder folder) {
    this.data = folder.data();
    this.mayBeSetAside = Files.isDirectory(zookeeper().resolve("version-2"));
  }

  Path zookeeper() {
    return data.resolve("zookeeper");
  }

  private Path files() {
    return data.resolve("flink/ha");
  }

  /** Names the folder for ZooKeeper's next start, the first moment its data can be moved. */
  private Path order() {
    return data.resolve("zookeeper-aside");
  }

  /** Whether there is data of an earlier start; once it is set aside, the fault is elsewhere. */
  synchronized boolean mayBeSetAside() {
    return mayBeSetAside;
  }

  /**
   * Sets it aside; call it when no JobManager runs. ZooKeeper's part follows at its next start.
   *
   * @return the folder it goes to
   */
  synchronized Path setAside() throws IOException {
    mayBeSetAside = false;
    Path aside = data.resolve("ha-aside-" + STAMP.format(Instant.now()));
    StackFolder.privateFolder(aside);
    Files.writeString(order(), aside.getFileName().toString());
    if (Files.exists(files())) {
      Files.move(files(), aside.resolve("ha"));
    }
    return aside;
  }

  /** Moves ZooKeeper's data if that was ordered; call it when no ZooKeeper runs. */
  synchronized void beforeZooKeeper() throws IOException {
    if (Files.exists(order())) {
      Path aside = data.resolve(Files.readString(order()).strip());
      if (Files.exists(zookeeper())) {
        StackFolder.privateFolder(aside);
        Files.move(zookeeper(), aside.resolve("zookeeper"));
      }
      Files.delete(order());
    }
  }
}
