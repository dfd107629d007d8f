package dev.runway.demo.stage;

import dev.runway.demo.drift.DriftWatch;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code demo} and {@code replay} need of a stack. */
public interface DemoStack {

  /**
   * Starts the stack unless it is up, showing how it comes up.
   *
   * @throws IOException when it does not come up
   */
  void ensureUp() throws IOException, InterruptedException;

  /** The folder that holds all data of the stack. */
  Path folder();

  /** A folder for files that need not outlive this process; made when it is missing. */
  Path temporaryFolder() throws IOException;

  /** {@code host:port} of the broker. */
  String bootstrapServers();

  /** Address of Flink's web UI. */
  String flinkUrl();

  /** The control API of the stack. */
  ControlAccess control() throws IOException;

  /** Makes the topic catalogue in a namespace, where topics are missing. */
  void makeTopics(String namespace) throws IOException, InterruptedException;

  /**
   * Makes a schema with empty result tables; one of that name is dropped.
   *
   * @return how to read it
   */
  TableAccess makeTables(String schema) throws IOException, InterruptedException;

  /** Drops a schema of result tables; fine when there is none. */
  void dropTables(String schema) throws IOException;

  /**
   * Starts groundtruth-join and result-tables on the topics of a namespace, with empty state, and
   * returns when all their tasks run. They accept events of any past time since 1980, tell late
   * outcomes from orphans for 30 days after the horizon, and write the tables of a schema.
   *
   * @param watch has drift-monitor run beside them, judging so; null for none
   */
  void startJobs(String namespace, String schema, @Nullable DriftWatch watch)
      throws IOException, InterruptedException;

  /** Consumer group of a namespace's drift-monitor: it has worked off what it has committed. */
  String driftGroup(String namespace);

  /**
   * Ends the drift-monitor of a namespace and starts it with empty state at the beginning of its
   * topics; returns when all its tasks run.
   */
  void restartDrift(String namespace, DriftWatch watch) throws IOException, InterruptedException;

  /**
   * The same stack, whose {@link #startJobs} has groundtruth-join keep an archive, which {@code
   * batch} reads. {@link #forgetJobs} deletes it.
   */
  DemoStack archiving();

  /**
   * Cancels the jobs of a namespace and ends a control API of its own that somebody has left; fine
   * when there are none.
   */
  void stopJobs(String namespace) throws IOException, InterruptedException;

  /**
   * Deletes checkpoints and archive of a namespace's stopped jobs, settings and token of its
   * control API, and has the stack not bring them back.
   */
  void forgetJobs(String namespace) throws IOException, InterruptedException;

  /** What is wrong with the jobs of a namespace, one line each; empty when they run. */
  List<String> jobTroubles(String namespace) throws IOException, InterruptedException;

  /**
   * How to ask the control API.
   *
   * @param tokenFile with the token of an administrator
   */
  record ControlAccess(URI address, Path tokenFile) {}

  /**
   * How to read tables.
   *
   * @param jdbcUrl with the schema as {@code currentSchema}, without user and password
   * @param passwordFile where people find the password
   */
  record TableAccess(String jdbcUrl, String user, String password, Path passwordFile) {
    /** Names no password, so that none gets into a log. */
    @Override
    public String toString() {
      return user + " at " + jdbcUrl;
    }
  }
}
