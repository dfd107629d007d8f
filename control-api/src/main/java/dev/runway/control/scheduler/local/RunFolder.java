package dev.runway.control.scheduler.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * All that is known of one run, on disk, where it outlives the API.
 *
 * <p>{@code command.json} is what the process reads. Whoever makes the folder {@code taken} decides
 * what becomes of the run, once and for all: the wrapper, which then runs the command, or a
 * cancellation, after which no wrapper does. {@code process} says which process it is, {@code exit}
 * how it ended, {@code out.log} and {@code err.log} what it said, {@code cancelled} since when it
 * is to end. A wrapper says which process it is and then looks whether it is {@code cancelled} or
 * {@code given-up}; whoever makes one of these looks for the process then: one of the two sees the
 * other, so nothing begins that nobody looks for any more.
 */
record RunFolder(Path path) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int RESULT_BYTES = 64 * 1024;

  Path command() {
    return path.resolve("command.json");
  }

  /** Writes what the process will read; all of it or nothing is there. */
  void prepare(String commandJson) throws IOException {
    Files.createDirectories(path);
    if (!Files.exists(command())) {
      Path part = Files.createTempFile(path, "command", ".part");
      Files.writeString(part, commandJson);
      Files.move(part, command(), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  boolean exists() {
    return Files.isDirectory(path);
  }

  boolean isTaken() {
    return Files.isDirectory(taken());
  }

  private Path taken() {
    return path.resolve("taken");
  }

  /** Takes the run so that no wrapper can; false when one has. */
  boolean take() throws IOException {
    try {
      Files.createDirectory(taken());
    } catch (FileAlreadyExistsException e) {
      return false;
    }
    giveUp();
    return true;
  }

  /** Says that it is not to begin any more. */
  void giveUp() throws IOException {
    make(givenUp());
  }

  /** Whether it does not begin any more, if it has not. */
  boolean isGivenUp() {
    return Files.exists(givenUp());
  }

  private Path givenUp() {
    return path.resolve("given-up");
  }

  /** For how long its command has been there; while it is not, since something changed there. */
  Duration preparedFor() throws IOException {
    return age(Files.exists(command()) ? command() : path);
  }

  /** For how long it has been taken. */
  Duration takenFor() throws IOException {
    return age(taken());
  }

  private static Duration age(Path file) throws IOException {
    return Duration.between(Files.getLastModifiedTime(file).toInstant(), Instant.now());
  }

  /** The process that runs it; empty before the wrapper wrote that. */
  Optional<LiveProcess> process() throws IOException {
    Path file = path.resolve("process");
    return Files.exists(file) ? LiveProcess.read(Files.readString(file)) : Optional.empty();
  }

  /** How it ended; empty while it has not, or when nobody could write that. */
  Optional<Integer> exitCode() throws IOException {
    Path file = path.resolve("exit");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String text = Files.readString(file).strip();
    return text.matches("[0-9]{1,3}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
  }

  /**
   * Says that it is to end, also of one that is not there yet; keeps the time of the first time.
   */
  void cancel() throws IOException {
    Files.createDirectories(path);
    make(cancelledFile());
  }

  private static void make(Path file) throws IOException {
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException e) {
      return; // The first one counts.
    }
  }

  boolean isCancelled() {
    return Files.exists(cancelledFile());
  }

  Duration cancelledFor() throws IOException {
    return age(cancelledFile());
  }

  private Path cancelledFile() {
    return path.resolve("cancelled");
  }

  /** What the command said last on its standard output, as JSON; missing when it is no object. */
  JsonNode result() throws IOException {
    String last = lastLine(path.resolve("out.log"));
    try {
      JsonNode json = JSON.readTree(last);
      return json != null && json.isObject() ? json : MissingNode.getInstance();
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /** The last line of what it said on its standard error: why it failed, as a rule. */
  String complaint() throws IOException {
    return lastLine(path.resolve("err.log"));
  }

  private static String lastLine(Path file) throws IOException {
    if (!Files.exists(file)) {
      return "";
    }
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      long from = Math.max(0, log.length() - RESULT_BYTES);
      byte[] end = new byte[(int) (log.length() - from)];
      log.seek(from);
      log.readFully(end);
      String text = new String(end, StandardCharsets.UTF_8).stripTrailing();
      return text.substring(text.lastIndexOf('\n') + 1).strip();
    }
  }
}
