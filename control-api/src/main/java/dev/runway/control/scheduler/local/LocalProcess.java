package dev.runway.control.scheduler.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.scheduler.Cancellation;
import dev.runway.control.scheduler.Order;
import dev.runway.control.scheduler.Progress;
import dev.runway.control.scheduler.Scheduler;
import dev.runway.control.scheduler.Submission;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process of this machine for each order: a command that reads the command's JSON on its standard
 * input, and whose exit code and last line of standard output are its result.
 *
 * <p>It outlives the API, which finds it again by its folder. A run that was begun is never begun
 * again: see {@link RunFolder}. Nothing of the API's environment reaches it but a few names, for
 * secrets may be there.
 */
public final class LocalProcess implements Scheduler {
  private static final Logger LOG = LoggerFactory.getLogger(LocalProcess.class);

  private static final Set<String> ENVIRONMENT =
      Set.of("PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR");

  /** The wrapper says which process it is at once; one that has not by then never will. */
  private static final Duration LONGEST_START = Duration.ofMinutes(1);

  /** A file system may be mounted after the API starts, or for a moment not at all. */
  private static final Duration LONGEST_MOUNT = Duration.ofMinutes(5);

  private static final String WRAPPER = wrapper();

  private final CommandTemplate template;
  private final Path folder;
  private final Set<String> passedOn;
  private final Duration grace;
  private final Duration mount;
  private final LongSupplier nanos;
  private @Nullable Long missedSinceNanos;

  /**
   * @param folder below which every run has one of its own
   * @param passedOn further names of the API's environment that the command gets
   * @param grace which a command has to end when it is told to, before it is killed
   */
  public LocalProcess(
      CommandTemplate template, Path folder, List<String> passedOn, Duration grace) {
    this(template, folder, passedOn, grace, LONGEST_MOUNT, System::nanoTime);
  }

  /**
   * The same.
   *
   * @param mount how long a folder that runs were handed in to is waited for
   * @param nanos a clock, as {@link System#nanoTime}
   */
  LocalProcess(
      CommandTemplate template,
      Path folder,
      List<String> passedOn,
      Duration grace,
      Duration mount,
      LongSupplier nanos) {
    this.mount = mount;
    this.nanos = nanos;
    this.template = template;
    this.folder = folder.toAbsolutePath();
    this.passedOn = Set.copyOf(passedOn);
    this.grace = grace;
  }

  private static String wrapper() {
    try (InputStream script = LocalProcess.class.getResourceAsStream("run.sh")) {
      if (script == null) {
        throw new IllegalStateException("run.sh is missing from the program");
      }
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("reading run.sh from the program", e);
    }
  }

  @Override
  public String name() {
    return "local";
  }

  /** How long a folder has been missing is counted while somebody looks for it. */
  @Override
  public synchronized void begin() {
    missedSinceNanos = null;
  }

  @Override
  public boolean startsOnce() {
    return true;
  }

  /** Where it runs: nobody elsewhere sees its folder and its process. */
  @Override
  public @Nullable String target(Order order) {
    try {
      requirePlace(order);
      return order.handedInTo() == null ? place(order).text() : order.handedInTo();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot say which folder " + folder + " is", e);
    }
  }

  /** One that an older release handed in does not say where; it is taken for one of ours. */
  @Override
  public boolean has(Order order) {
    String there = order.handedInTo();
    if (there == null) {
      return true;
    }
    try {
      return there.equals(place(order).text());
    } catch (IOException e) {
      return !isMissedForLong(); // Else a disk that is lost would hold its commands for ever.
    }
  }

  private synchronized boolean isMissedForLong() {
    return missedSinceNanos != null && nanos.getAsLong() - missedSinceNanos >= mount.toNanos();
  }

  /**
   * A machine may come back under another name and have the same folder, as a container does. Its
   * processes cannot be seen then, and are begun no second time; how they ended lies there.
   */
  @Override
  public Progress traceOf(Order order) {
    String there = order.handedInTo();
    RunFolder run = run(order);
    try {
      if (there == null || !place(order).isFolderOf(there)) {
        return new Progress.Untold();
      }
      Optional<Integer> exit = run.exitCode();
      return exit.isPresent() ? ended(run, exit.get()) : new Progress.Untold();
    } catch (IOException e) {
      return new Progress.Untold(); // As long as it cannot be read, nobody says anything.
    }
  }

  /**
   * The place as it is now: what is mounted there may change. A folder that was never asked for
   * gets its name at once, and one that an order was handed in to after a while: until then that
   * may come back.
   */
  private synchronized Place place(Order order) throws IOException {
    try {
      Place here = Place.in(folder);
      missedSinceNanos = null;
      return here;
    } catch (IOException e) {
      if (missedSinceNanos == null && order.handedInTo() != null) {
        missedSinceNanos = nanos.getAsLong();
      }
      if (!(e instanceof NoSuchFileException)) {
        throw e;
      }
      if (missedSinceNanos == null) {
        return Place.of(folder);
      }
      if (!isMissedForLong()) {
        throw new IOException(
            "there is no %s, and runs were handed in there: is something not mounted?"
                .formatted(e.getMessage()),
            e);
      }
      Place made = Place.of(folder);
      LOG.warn(
          "{} is taken for a new folder: runs that were handed in before are elsewhere", folder);
      return made;
    }
  }

  /**
   * Nothing is said of a run whose folder cannot be had, or is another one by now, and none is
   * begun there: it is not gone for that.
   */
  private void requirePlace(Order order) throws IOException {
    String there = order.handedInTo();
    if (there != null && !there.equals(place(order).text())) {
      throw new IOException(folder + " is not the folder that it was handed in to");
    }
  }

  /** However late: whoever has taken the folder meanwhile has decided that nothing begins. */
  @Override
  public Submission submit(Order order, ObjectNode document, long untilNanos) {
    RunFolder run = run(order);
    try {
      requirePlace(order);
      if (run.isTaken()) {
        return new Submission.Duplicate(order.id().toString());
      }
      run.prepare(document + "\n");
      start(order, run);
      return new Submission.Accepted(order.id().toString());
    } catch (IOException e) {
      // Whatever was begun: only the wrapper that takes the folder runs the command.
      return new Submission.Busy("cannot start it: " + e, Duration.ZERO, false);
    }
  }

  private void start(Order order, RunFolder run) throws IOException {
    // A session of its own: neither a Ctrl-C at the API's terminal nor its end reaches it.
    List<String> words = new ArrayList<>(List.of("setsid", "sh", "-c", WRAPPER, "runway-run"));
    words.add(run.path().toString());
    words.addAll(template.of(order));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(run.path().toFile())
            .redirectInput(ProcessBuilder.Redirect.from(run.command().toFile()))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder
        .environment()
        .keySet()
        .removeIf(name -> !ENVIRONMENT.contains(name) && !passedOn.contains(name));
    builder.environment().put("RUNWAY_COMMAND_ID", order.id().toString());
    builder.environment().put("RUNWAY_RUN_FOLDER", run.path().toString());
    builder.start();
  }

  @Override
  public Progress look(Order order, @Nullable String runId) {
    RunFolder run = run(order);
    try {
      requirePlace(order);
      if (!run.exists()) {
        return new Progress.Missing("no run has this id");
      }
      Optional<Integer> exit = run.exitCode();
      if (exit.isPresent()) {
        return ended(run, exit.get());
      }
      Optional<LiveProcess> process = run.process();
      if (process.isPresent() && process.get().isAlive()) {
        return new Progress.Running();
      }
      return withoutProcess(run, process.isPresent());
    } catch (IOException e) {
      return new Progress.Unreachable("cannot read " + run.path() + ": " + e, Duration.ZERO);
    }
  }

  /** Nobody works on it: not yet, or no more. */
  private static Progress withoutProcess(RunFolder run, boolean began) throws IOException {
    Optional<Integer> exit = run.exitCode(); // It may have ended between the two looks.
    if (exit.isPresent()) {
      return ended(run, exit.get());
    }
    if (!run.isTaken() && run.preparedFor().compareTo(LONGEST_START) > 0) {
      run.take(); // No wrapper came: none may come later, when nobody looks any more.
    }
    boolean mayBegin = !began && !run.isGivenUp();
    if (mayBegin && run.isTaken() && run.takenFor().compareTo(LONGEST_START) > 0) {
      run.giveUp();
      mayBegin = run.process().isPresent(); // It said so in between: the next look sees it.
    }
    if (mayBegin) {
      return new Progress.Waiting();
    }
    return run.isCancelled()
        ? new Progress.Cancelled("stopped")
        : new Progress.Failed("no process runs it, and none left an exit code", null);
  }

  private static Progress ended(RunFolder run, int exit) throws IOException {
    JsonNode result = run.result();
    JsonNode cost = result.path("cost");
    Double spent = cost.isNumber() && cost.asDouble() >= 0 ? cost.asDouble() : null;
    if (exit == 0) {
      JsonNode version = result.path("new_version");
      return new Progress.Succeeded(version.isTextual() ? version.asText() : null, spent);
    }
    if (run.isCancelled()) {
      return new Progress.Cancelled("stopped, exit code " + exit);
    }
    String complaint = run.complaint();
    return new Progress.Failed(
        "exit code " + exit + (complaint.isEmpty() ? "" : ": " + complaint), spent);
  }

  @Override
  public Cancellation cancel(Order order, @Nullable String runId) {
    RunFolder run = run(order);
    try {
      requirePlace(order);
      run.cancel();
      if (run.take()) {
        return Cancellation.ASKED; // It had not begun, and never will, even if it comes late.
      }
      Optional<LiveProcess> process = run.process();
      if (process.isPresent() && process.get().isAlive()) {
        boolean patience = run.cancelledFor().compareTo(grace) < 0;
        signal(process.get(), patience ? "TERM" : "KILL");
      }
      return Cancellation.ASKED;
    } catch (IOException e) {
      return Cancellation.UNREACHABLE;
    }
  }

  /** To the wrapper and to all that came of it: they are one group. */
  private static void signal(LiveProcess process, String signal) throws IOException {
    new ProcessBuilder("kill", "-" + signal, "--", "-" + process.pid())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private RunFolder run(Order order) {
    return new RunFolder(folder.resolve(order.id().toString()));
  }
}
