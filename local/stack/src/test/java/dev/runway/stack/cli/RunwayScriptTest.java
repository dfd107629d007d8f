package dev.runway.stack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The script {@code ./runway} itself, in a small checkout where Java and Maven are scripts too:
 * what it looks for, when it builds, what it starts.
 */
class RunwayScriptTest {
  private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

  @TempDir Path home;
  @TempDir Path jdk;
  @TempDir Path path;

  /** How the script ended; its standard output and error apart. */
  private record Said(int exit, String out, String err) {}

  @BeforeEach
  void makeCheckout() throws IOException {
    Files.copy(Path.of("../../runway"), home.resolve("runway"), StandardCopyOption.COPY_ATTRIBUTES);
    script(
        home.resolve("mvnw"),
        "echo maven",
        "mkdir -p local/stack/target shared/model/target",
        "touch local/stack/target/runway-stack-1.jar");
    for (String file :
        List.of(
            "pom.xml",
            "shared/model/src/main/java/A.java",
            "jobs/join/src/main/resources/b.properties",
            "control-api/src/main/resources/openapi.yaml",
            "cli/src/main/java/D.java",
            "local/stack/pom.xml",
            "sql/src/main/java/C.java",
            "sql/postgres/V0001__x.sql",
            "samples/flights.csv.gz")) {
      Files.createDirectories(home.resolve(file).getParent());
      Files.writeString(home.resolve(file), "");
    }
    java("17.0.9");
    script(jdk.resolve("bin/javac"));
  }

  @Test
  void firstRun_buildsAndStarts_withItsOwnWordsOnStandardError() throws Exception {
    Said said = run("status", "--x");

    assertThat(said.exit()).isEqualTo(7);
    assertThat(said.out().lines())
        .singleElement()
        .asString()
        .contains("-Drunway.home=" + home, "-Dstdout.encoding=UTF-8")
        .endsWith("dev.runway.stack.cli.RunwayCommand status --x");
    assertThat(said.err()).contains("runway: building", "maven");
  }

  @Test
  void secondRun_buildsNothing() throws Exception {
    run("up");

    assertThat(run("up").err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pom.xml",
        "shared/model/src/main/java/A.java",
        "jobs/join/src/main/resources/b.properties",
        "control-api/src/main/resources/openapi.yaml",
        "cli/src/main/java/D.java",
        "local/stack/pom.xml",
        "sql/src/main/java/C.java",
        "sql/postgres/V0001__x.sql",
        "samples/flights.csv.gz"
      })
  void changedSource_isBuilt(String file) throws Exception {
    run("up");
    makeOld();

    Files.setLastModifiedTime(home.resolve(file), FileTime.from(Instant.now().plusSeconds(9)));

    assertThat(run("up").err()).contains("maven");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shared/model/src/main/java/A.java",
        "sql/src/main/java/C.java",
        "sql/postgres/V0001__x.sql",
        "samples/flights.csv.gz"
      })
  void deletedSource_isBuilt(String file) throws Exception {
    run("up");
    makeOld();

    Files.delete(home.resolve(file));

    assertThat(run("up").err()).contains("maven");
  }

  @Test
  void whatEndsAStack_isNotHeldUpByChangedSources() throws Exception {
    run("up");
    Path source = home.resolve("pom.xml");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(9)));

    assertThat(run("down").err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"17", "17.0.9", "17-ea", "17+35"})
  void everyJdk17_isGood(String version) throws Exception {
    java(version);

    assertThat(run("status").exit()).isEqualTo(7);
  }

  @Test
  void javaWithoutCompiler_isRefusedByName() throws Exception {
    Files.delete(jdk.resolve("bin/javac"));

    Said said = run("status");

    assertThat(said.out()).as("started").isEmpty();
    // A machine with a JDK 17 where packages put it goes on with that one, which finds no classes.
    assertThat(said.err()).containsAnyOf("a JRE, not a JDK", "Could not find or load main class");
  }

  @Test
  void otherMachine_isRefusedByName() throws Exception {
    script(path.resolve("uname"), "[ \"$1\" = -s ] && echo Darwin || echo arm64");

    Said said = run("status");

    assertThat(said.exit()).isEqualTo(1);
    assertThat(said.err()).contains("Linux on x86-64").contains("Darwin on arm64");
  }

  /** Takes the build for older than nothing but what is changed after this. */
  private void makeOld() throws IOException {
    try (Stream<Path> all = Files.walk(home)) {
      for (Path each : all.filter(p -> !p.endsWith("built")).toList()) {
        Files.setLastModifiedTime(each, LONG_AGO);
      }
    }
    Files.setLastModifiedTime(
        home.resolve("local/stack/target/built"),
        FileTime.from(LONG_AGO.toInstant().plusSeconds(60)));
    assertThat(home.resolve("local/stack/target/built")).exists();
  }

  private void java(String version) throws IOException {
    script(
        jdk.resolve("bin/java"),
        "if [ \"$1\" = -version ]; then echo 'openjdk version \"" + version + "\"' >&2; exit; fi",
        "echo \"$0 $*\"",
        "exit 7");
  }

  private static void script(Path file, String... lines) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private Said run(String... verb) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(home.resolve("runway").toString()));
    command.addAll(List.of(verb));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("JAVA_HOME", jdk.toString());
    builder.environment().merge("PATH", path.toString(), (old, ours) -> ours + ":" + old);
    Path err = path.resolve("err");
    Process process = builder.redirectError(err.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(process.waitFor(), out, Files.readString(err));
  }
}
