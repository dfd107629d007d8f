package dev.runway.stack.flink;

import dev.runway.stack.Installation;
import dev.runway.stack.StackFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs what keeps an archive in order: it is in the jar of the job that writes archives, for only
 * that knows their columns. The stack may be up or down.
 */
public final class ArchiveTool {
  private static final String JOB = "groundtruth-join";
  private static final String MAIN = "dev.runway.groundtruth.archive.ArchiveMain";

  private final Installation installation;
  private final StackFolder folder;
  private final FlinkJvm jvm;

  public ArchiveTool(Installation installation, StackFolder folder) {
    this.installation = installation;
    this.folder = folder;
    this.jvm = new FlinkJvm(installation, folder);
  }

  /**
   * Runs it in the foreground.
   *
   * @param verb compact, retain, check, forget or search
   * @param more options behind the folder
   * @return its exit code
   */
  public int run(String namespace, String verb, List<String> more)
      throws IOException, InterruptedException {
    Process process = builder(namespace, verb, more).inheritIO().start();
    Thread onExit = new Thread(process::destroy, "end-archive");
    Runtime.getRuntime().addShutdownHook(onExit);
    return process.waitFor();
  }

  /**
   * What it said.
   *
   * @param lines of its standard output
   */
  public record Said(int exit, List<String> lines) {}

  /**
   * Runs it in the foreground, and hands on what it says; its errors go where this program's go.
   */
  public Said say(String namespace, String verb, List<String> more)
      throws IOException, InterruptedException {
    Process process =
        builder(namespace, verb, more).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "end-archive"));
    List<String> lines;
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      lines = out.lines().toList();
    }
    return new Said(process.waitFor(), lines);
  }

  ProcessBuilder builder(String namespace, String verb, List<String> more) throws IOException {
    Path archive = folder.archive(namespace);
    if (!Files.isDirectory(archive)) {
      throw new IOException(
          "namespace " + namespace + " has no archive: " + archive + " is not there");
    }
    Path jar =
        installation
            .jobJar(JOB)
            .orElseThrow(
                () -> new IOException("jobs/" + JOB + " is not built: ./mvnw -DskipTests package"));
    List<String> main =
        new ArrayList<>(List.of(MAIN, verb, "--folder", FlinkConfiguration.address(archive)));
    main.addAll(more);
    ProcessBuilder builder =
        new ProcessBuilder(jvm.client("archive", installation.flinkLib() + "/*:" + jar, main));
    builder.environment().putAll(jvm.environment());
    return builder;
  }
}
