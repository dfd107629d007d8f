package dev.runway.stack;

import dev.runway.stack.flink.JobCatalogue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells builds apart by the jars a stack runs: its launcher's, the control API's and its jobs'. */
public final class Build {

  private Build() {}

  /** Equal for equal jars. */
  public static String id(Installation installation) throws IOException {
    List<Path> jars = new ArrayList<>(installation.launcherJars());
    jars.addAll(installation.controlJars());
    for (JobCatalogue.Entry job : JobCatalogue.entries()) {
      Optional<Path> jar = installation.jobJar(job.name());
      jar.ifPresent(jars::add);
    }
    return id(jars);
  }

  /** The same of any jars, in their order. */
  public static String id(List<Path> jars) throws IOException {
    StringBuilder all = new StringBuilder();
    for (Path jar : jars) {
      all.append(jar.getFileName()).append(' ').append(Sha256.of(jar)).append('\n');
    }
    return Sha256.of(all.toString());
  }
}
