package dev.runway.demo.stage;

import dev.runway.demo.drift.DriftWatch;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What the second act of {@code demo} needs beside a stack: decisions, and a ledger for them. */
public interface LoopStage extends DemoStack {

  /**
   * Starts retrain-trigger on the topics of a namespace, with empty state, and returns when all its
   * tasks run. Its time is that of ticks which somebody else writes.
   */
  void startTrigger(String namespace) throws IOException, InterruptedException;

  /**
   * The same as {@link #startJobs} and {@link #startTrigger}, at once, which takes less long.
   *
   * @param schema of the namespace's tables
   */
  void startAllJobs(String namespace, String schema, DriftWatch watch)
      throws IOException, InterruptedException;

  /**
   * Starts a control API for a namespace, whose commands go by the time of its ticks, and returns
   * when it is ready.
   *
   * @param schema of the namespace's tables
   * @param settings further ones; they win
   * @throws IOException when it does not come up
   */
  Control startControl(String namespace, String schema, Map<String, String> settings)
      throws IOException, InterruptedException;

  /**
   * Starts a control API for a namespace on which nobody plays any more, for the sake of its page,
   * and leaves it: it ends with {@link #stopJobs} or with the stack. It starts no training,
   * whatever it is asked for.
   *
   * @param schema of the namespace's tables
   * @throws IOException when it does not come up
   */
  ControlAccess leavePage(String namespace, String schema) throws IOException, InterruptedException;

  /** What the processes of this stack have on their command line; down ends all that have it. */
  String processMark();

  /** A control API of a namespace, until it is closed. */
  interface Control extends AutoCloseable {
    URI address();

    /** File with the token of an administrator. */
    Path tokenFile();

    /** What is wrong with it; empty when it answers. */
    Optional<String> trouble();

    /** Its process. */
    long pid();

    /**
     * Starts it once more after its process has died, with the same address, settings and token,
     * and returns when it is ready.
     *
     * @throws IllegalStateException while its process lives
     * @throws IOException when it does not come up
     */
    void startAgain() throws IOException, InterruptedException;

    @Override
    void close();
  }
}
