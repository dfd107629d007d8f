package dev.runway.stack.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.stack.StackFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HaDataTest {

  @TempDir Path root;
  private StackFolder folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = new StackFolder(root.resolve("stack"));
    folder.create();
  }

  @Test
  void mayBeSetAside_dataOfThisStart_isNoSuspect() throws IOException {
    HaData ha = new HaData(folder);
    write();

    assertThat(ha.mayBeSetAside()).isFalse();
  }

  @Test
  void setAside_zooKeepersPartFollowsAtItsNextStart() throws IOException {
    write();
    HaData ha = new HaData(folder);

    Path aside = ha.setAside();

    assertThat(ha.mayBeSetAside()).isFalse();
    assertThat(folder.data().resolve("flink/ha")).doesNotExist();
    assertThat(ha.zookeeper()).exists();
    // By whichever supervisor that is.
    new HaData(folder).beforeZooKeeper();
    assertThat(ha.zookeeper()).doesNotExist();
    assertThat(aside.resolve("zookeeper/version-2/log.1")).exists();
    assertThat(aside.resolve("ha/submittedJobGraph1")).exists();
  }

  @Test
  void beforeZooKeeper_nothingOrdered_leavesItsData() throws IOException {
    write();

    new HaData(folder).beforeZooKeeper();

    assertThat(folder.data().resolve("zookeeper/version-2/log.1")).exists();
  }

  private void write() throws IOException {
    Files.createDirectories(folder.data().resolve("zookeeper/version-2"));
    Files.createFile(folder.data().resolve("zookeeper/version-2/log.1"));
    Files.createDirectories(folder.data().resolve("flink/ha"));
    Files.createFile(folder.data().resolve("flink/ha/submittedJobGraph1"));
  }
}
