package dev.runway.stack.flink;

import dev.runway.stack.JsonFile;
import dev.runway.stack.StackFolder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which job ran under which id. Written before a submission, so that a launcher killed in the
 * middle of one finds out afterwards whether it arrived instead of submitting twice.
 *
 * <p>Shared by the supervisor and by clients in other processes: every change holds a file lock.
 */
public final class JobLedger {

  /** What the stack owes a job. */
  public enum Wish {
    /** Being submitted: whoever does it says RUN or REST when it is done. */
    SUBMIT,
    /** Bring it back whenever it is missing. */
    RUN,
    /** Stopped on purpose by a client: leave it. */
    REST,
    /** Stopped together with the stack: resume it at the next start. */
    RESUME
  }

  /**
   * One submission.
   *
   * @param name the name it was submitted under; unique among living jobs
   * @param jobId 32 hex digits, chosen before the submission
   * @param jar immutable copy of its jar
   * @param parallelism of the submission
   * @param arguments program arguments of the submission
   * @param wish what should become of it
   * @param resumedFrom checkpoint or savepoint it started from; null for an empty start
   * @param submittedAtMillis epoch milliseconds
   */
  public record Entry(
      String name,
      String jobId,
      String jar,
      int parallelism,
      List<String> arguments,
      Wish wish,
      @Nullable String resumedFrom,
      long submittedAtMillis) {

    public Entry {
      arguments = List.copyOf(arguments);
    }

    /** Whether the job runs or is about to. */
    public boolean wanted() {
      return wish == Wish.RUN || wish == Wish.SUBMIT;
    }

    public Entry wishing(Wish next) {
      return new Entry(
          name, jobId, jar, parallelism, arguments, next, resumedFrom, submittedAtMillis);
    }
  }

  private record Content(List<Entry> jobs) {}

  private final Path file;
  private final Path lock;

  public JobLedger(StackFolder folder) {
    this.file = folder.data().resolve("jobs.json");
    this.lock = folder.data().resolve("jobs.lock");
  }

  /** The newest entry of every name. */
  public List<Entry> entries() {
    return JsonFile.read(file, Content.class).map(Content::jobs).orElse(List.of());
  }

  public Optional<Entry> byName(String name) {
    return entries().stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  public Optional<Entry> byId(String jobId) {
    return entries().stream().filter(entry -> entry.jobId().equals(jobId)).findFirst();
  }

  /** Stores an entry in place of the one with the same name. */
  public void put(Entry entry) throws IOException {
    synchronized (JobLedger.class) {
      try (RandomAccessFile access = new RandomAccessFile(lock.toFile(), "rw");
          FileLock held = access.getChannel().lock()) {
        List<Entry> next = new ArrayList<>(entries());
        next.removeIf(other -> other.name().equals(entry.name()));
        next.add(entry);
        JsonFile.write(file, new Content(next));
        held.release();
      }
    }
  }
}
