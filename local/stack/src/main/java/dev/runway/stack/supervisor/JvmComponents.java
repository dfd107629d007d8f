package dev.runway.stack.supervisor;

import dev.runway.stack.StackFolder;
import dev.runway.stack.flink.FlinkJvm;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the components that run on Flink's class path share. */
final class JvmComponents {

  /**
   * For JVMs that only shuffle small messages: one collector thread, the quick compiler, few
   * threads.
   */
  static final List<String> SMALL =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:ActiveProcessorCount=2");

  /** For JVMs that process data. */
  static final List<String> WORKING = List.of("-XX:+UseSerialGC", "-Xshare:auto");

  private JvmComponents() {}

  /**
   * Two malloc arenas, because glibc otherwise keeps up to eight per core and RocksDB's allocations
   * spread over all of them.
   */
  static Map<String, String> environment(FlinkJvm jvm) {
    Map<String, String> environment = new HashMap<>(jvm.environment());
    environment.put("MALLOC_ARENA_MAX", "2");
    return environment;
  }

  static List<Path> logs(StackFolder folder, String component) {
    return List.of(folder.log(component), folder.output(component));
  }
}
