package dev.runway.driftmonitor.produced;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs {@link TileProducer} in a process of its own, beside the built jar of shared/drift. */
public final class TileProducing {
  public static final int PREDICTIONS = TileProducer.PREDICTIONS;

  private static final Path TARGET = Path.of("..", "..", "shared", "drift", "target");

  private TileProducing() {}

  /** What it has predicted, as fields of an event. */
  public static String features(int i) {
    Double amount = TileProducer.amount(i);
    String country = TileProducer.country(i);
    return "\"score\":%s,\"features\":{\"amount\":%s%s}"
        .formatted(
            TileProducer.score(i),
            amount == null ? "\"N/A\"" : amount,
            country == null ? "" : ",\"country\":\"" + country + '"');
  }

  /**
   * The tile that it makes.
   *
   * @param folder for its files
   */
  public static byte[] run(byte[] profile, Path folder) throws IOException, InterruptedException {
    Path classes = folder.resolve("classes");
    String own = TileProducer.class.getName().replace('.', '/') + ".class";
    Path copy = classes.resolve(own);
    Files.createDirectories(Objects.requireNonNull(copy.getParent()));
    try (InputStream in = TileProducer.class.getResourceAsStream("/" + own)) {
      Files.copy(Objects.requireNonNull(in), copy);
    }
    Path input = Files.write(folder.resolve("profile.json"), profile);
    Path output = folder.resolve("tile.bin");
    Path said = folder.resolve("said.txt");
    // What Maven says that the jar needs at run time.
    String needed = Files.readString(TARGET.resolve("runtime.classpath")).strip();
    assertThat(needed.split(File.pathSeparator))
        .extracting(each -> Path.of(each).getFileName().toString())
        .anyMatch(name -> name.startsWith("datasketches-java"))
        .noneMatch(name -> name.matches("(flink|kafka|runway)-.*"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                String.join(File.pathSeparator, classes.toString(), jar().toString(), needed),
                TileProducer.class.getName(),
                input.toString(),
                output.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("it ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(said)).isZero();
    return Files.readAllBytes(output);
  }

  private static Path jar() throws IOException {
    @Nullable Path jar = null;
    try (DirectoryStream<Path> built = Files.newDirectoryStream(TARGET, "runway-drift-*.jar")) {
      for (Path each : built) {
        boolean other = each.toString().matches(".*-(tests|sources|javadoc)\\.jar");
        jar = other ? jar : each;
      }
    }
    return Objects.requireNonNull(jar, "package shared/drift first");
  }
}
