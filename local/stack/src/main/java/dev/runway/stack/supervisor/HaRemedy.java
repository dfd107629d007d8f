package dev.runway.stack.supervisor;

import dev.runway.stack.StackFolder;
import dev.runway.stack.process.PidFile;
import dev.runway.stack.process.Termination;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Takes away high availability data that ends whoever reads it. */
final class HaRemedy {

  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final StackFolder folder;
  private final HaData ha;

  HaRemedy(StackFolder folder, HaData ha) {
    this.folder = folder;
    this.ha = ha;
  }

  /**
   * Sets the data aside, once, and ends ZooKeeper and every process of Flink: their watchers bring
   * them back. All of them, because a client that has seen more of the old ZooKeeper than the new
   * one holds is turned away by it for ever.
   *
   * @param why who dies of the data
   * @return what was done; empty when there is no old data
   */
  Optional<String> apply(String why) throws IOException, InterruptedException {
    if (!ha.mayBeSetAside()) {
      return Optional.empty();
    }
    Path aside = ha.setAside();
    for (String component : Cluster.haUsers()) {
      Optional<PidFile.Entry> living = new PidFile(folder.run(), component).living();
      if (living.isPresent()) {
        Termination.end(living.get().process(), LIMIT);
      }
    }
    return Optional.of(
        "HIGH AVAILABILITY DATA SET ASIDE in "
            + aside
            + ": "
            + why
            + "; jobs go on from their newest checkpoints");
  }
}
