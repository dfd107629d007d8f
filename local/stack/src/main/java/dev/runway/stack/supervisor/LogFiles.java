package dev.runway.stack.supervisor;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Pattern;

/** Reading the end of logs, and keeping the unrotated ones from growing for ever. */
public final class LogFiles {

  private static final long ROTATE_AT_BYTES = 5_000_000;
  private static final int WORDS = 30;
  private static final Pattern COMPLAINT =
      Pattern.compile("^(Error|Caused by|[\\w.]+(Exception|Error)\\b)|\\b(ERROR|FATAL|PANIC)\\b");
  private static final int TAIL_BYTES = 64_000;

  private LogFiles() {}

  /** The last lines of a file, oldest first; empty when it is missing or empty. */
  public static List<String> tail(Path file, int lines) {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "r")) {
      long start = Math.max(0, access.length() - TAIL_BYTES);
      byte[] bytes = new byte[(int) (access.length() - start)];
      access.seek(start);
      access.readFully(bytes);
      List<String> all = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      return all.subList(Math.max(0, all.size() - lines), all.size());
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Moves a file that has grown large aside; the one before it is dropped. */
  static void rotate(Path file) throws IOException {
    if (Files.exists(file) && Files.size(file) > ROTATE_AT_BYTES) {
      Files.move(file, Path.of(file + ".1"), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** The last complaint near the end of a log, as the tail of a message; empty without one. */
  static String lastWords(List<Path> logs) {
    for (Path log : logs) {
      List<String> last = tail(log, WORDS);
      for (int i = last.size() - 1; i >= 0; i--) {
        if (COMPLAINT.matcher(last.get(i)).find()) {
          return "; " + log.getFileName() + " says: " + last.get(i).strip();
        }
      }
    }
    return "";
  }
}
