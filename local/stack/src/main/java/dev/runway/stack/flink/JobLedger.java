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
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
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
    change(
        jobs -> {
          jobs.removeIf(other -> other.name().equals(entry.name()));
          jobs.add(entry);
        });
  }

  /**
   * Changes the entry of a job. Read and written under the lock, so that what another process wrote
   * meanwhile is neither undone nor missed.
   *
   * @return the entry as it is now; empty when the name has a newer entry or none
   */
  public Optional<Entry> update(String jobId, UnaryOperator<Entry> change) throws IOException {
    change(jobs -> jobs.replaceAll(job -> job.jobId().equals(jobId) ? change.apply(job) : job));
    return byId(jobId);
  }

  /** The same of the newest entry of a name. */
  public Optional<Entry> updateNamed(String name, UnaryOperator<Entry> change) throws IOException {
    change(jobs -> jobs.replaceAll(job -> job.name().equals(name) ? change.apply(job) : job));
    return byName(name);
  }

  private void change(Consumer<List<Entry>> change) throws IOException {
    synchronized (JobLedger.class) {
      try (RandomAccessFile access = new RandomAccessFile(lock.toFile(), "rw");
          FileLock held = access.getChannel().lock()) {
        List<Entry> next = new ArrayList<>(entries());
        change.accept(next);
        JsonFile.write(file, new Content(next));
        held.release();
      }
    }
  }
}
