package dev.runway.stack.supervisor;

import dev.runway.stack.StackFolder;
import java.nio.file.Path;
import java.util.List;

/** What the components that run on Flink's class path share. */
final class JvmComponents {

  /**
   * For JVMs that only shuffle small messages: one collector thread, the quick compiler, few
   * threads.
   */
  static final List<String> SMALL =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:ActiveProcessorCount=2");

  /**
   * For JVMs that process data. Two malloc arenas, because glibc otherwise keeps up to eight per
   * core and RocksDB's allocations spread over all of them.
   */
  static final List<String> WORKING = List.of("-XX:+UseSerialGC", "-Xshare:auto");

  private JvmComponents() {}

  static List<Path> logs(StackFolder folder, String component) {
    return List.of(folder.log(component), folder.output(component));
  }
}
