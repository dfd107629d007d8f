package dev.runway.groundtruth.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job's own jar has all that Parquet needs, though it holds a few classes of Hadoop only. */
class JobJarITCase {
  /** What the job jar brings itself; the rest is as on a cluster. */
  private static final Pattern IN_THE_JAR =
      Pattern.compile(
          ".*/(parquet|avro|hadoop|jackson|zstd|kafka|flink-parquet|flink-connector-kafka|runway)-"
              + ".*\\.jar|.*/target/classes");

  private static final int MOST_MEGABYTES = 36;

  @TempDir Path folder;

  @Test
  void jobJar_writesAndReadsTheArchive() throws Exception {
    Path jar = jobJar();
    String classPath =
        Stream.concat(
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                    .filter(entry -> !IN_THE_JAR.matcher(entry).matches()),
                Stream.of(jar.toString()))
            .collect(Collectors.joining(File.pathSeparator));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                classPath,
                JarProbe.class.getName(),
                folder.resolve("probe.parquet").toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).contains(JarProbe.ALL_WELL);
    assertThat(Files.size(jar) >> 20).as("megabytes").isLessThanOrEqualTo(MOST_MEGABYTES);
  }

  private static Path jobJar() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      List<Path> jars =
          files.filter(file -> file.getFileName().toString().endsWith("-job.jar")).toList();
      assumeTrue(jars.size() == 1, "the job jar is there once the module is packaged");
      return jars.get(0);
    }
  }
}
