package dev.runway.postgres;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * One PostgreSQL 18 on loopback, with all its files in one folder.
 *
 * <p>Tests use {@link #start}, {@link #stop} and {@link #kill}. A supervisor calls {@link #prepare}
 * before each start, starts the returned command itself, calls {@link #awaitReady} after it and
 * {@link #stop(ProcessHandle)} at the end: SIGTERM, which {@link Process#destroy} sends, would make
 * PostgreSQL wait for every client to leave.
 *
 * <p>Every method throws {@link PostgresException} when the server cannot do what is asked. Not
 * safe for use by several threads.
 */
public final class PostgresServer implements AutoCloseable {

  /** Name of the superuser, and of the database that always exists. */
  public static final String SUPERUSER = "postgres";

  /** Recovery after a crash replays at most {@code max_wal_size} of log: some seconds. */
  public static final Duration READY_MAX = Duration.ofMinutes(3);

  /**
   * For root whose server runs as a user that cannot enter the asked folder; only root writes here.
   */
  private static final Path ROOT_HOME = Path.of("/var/lib/runway");

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
  private static final int LOG_TAIL_LINES = 20;

  private final Path home;
  private final Path binaries;
  private final int port;
  private final Path log;
  private final Secrets secrets;
  private @Nullable Place place;
  private @Nullable Process process;

  /**
   * A server that is not started; makes no file.
   *
   * @param home folder for data, log and secrets
   * @param binaries folder for the unpacked programs, 60 MB; several servers may share it
   * @param port TCP port on 127.0.0.1
   */
  public PostgresServer(Path home, Path binaries, int port) {
    this.home = home.toAbsolutePath().normalize();
    this.binaries = binaries.toAbsolutePath().normalize();
    this.port = port;
    this.log = this.home.resolve("postgres.log");
    this.secrets = new Secrets(this.home.resolve("secrets"));
  }

  /** Same, with the place decided by a test. */
  PostgresServer(Path home, int port, Place place) {
    this(home, place.programs(), port);
    this.place = place;
  }

  /**
   * Makes everything ready for a start: programs, data folder, configuration; stops a server that
   * an earlier starter left behind.
   *
   * @return the command, with its output appended to {@link #log}; the started process is the
   *     server itself, not a shell around it
   */
  public ProcessBuilder prepare() {
    try {
      Place here = place();
      requirePassword(here);
      Path programs = Binaries.install(here.programs(), here.user());
      DataFolder.prepare(here.data(), programs, here.user(), secrets.password(SUPERUSER));
      Postmaster.clear(here.data());
      DataFolder.configure(here.data(), port, here.user());
      return command(here, programs);
    } catch (IOException e) {
      throw new PostgresException("cannot prepare PostgreSQL in " + home + ": " + e, e);
    }
  }

  /** Another password than the one initdb was given would be refused, start after start. */
  private void requirePassword(Place here) {
    if (DataFolder.isCluster(here.data()) && !secrets.has(SUPERUSER)) {
      throw new PostgresException(
          here.data()
              + " holds a database, but its password is gone from "
              + secrets.folder()
              + ": put the file "
              + SUPERUSER
              + " back there, or delete the database with "
              + here.data());
    }
  }

  private ProcessBuilder command(Place here, Path programs) {
    String server = programs.resolve("bin/postgres").toString();
    ProcessBuilder builder =
        new ProcessBuilder(here.user().command(List.of(server, "-D", here.data().toString())));
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
    environment.put("LC_ALL", "C");
    environment.put("TZ", "UTC");
    return builder
        .redirectErrorStream(true)
        .redirectInput(new File("/dev/null"))
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
  }

  /** Starts the server and waits until it answers. */
  public void start() {
    if (process != null && process.isAlive()) {
      throw new IllegalStateException("already started: process " + process.pid());
    }
    try {
      Process started = prepare().start();
      process = started;
      awaitReady(started.toHandle());
    } catch (IOException e) {
      throw new PostgresException("cannot run PostgreSQL's programs: " + e, e);
    }
  }

  /**
   * Waits up to {@link #READY_MAX} until the superuser can connect and it is this data folder that
   * answers.
   *
   * @throws PostgresException with the end of the log if the process ends or the time is over
   */
  public void awaitReady(ProcessHandle server) {
    long deadline = System.nanoTime() + READY_MAX.toNanos();
    String last = "no answer";
    while (System.nanoTime() < deadline) {
      if (Postmaster.ended(server, Duration.ofMillis(100))) {
        throw new PostgresException("PostgreSQL ended while starting:\n" + logTail());
      }
      try {
        requireThisServer();
        return;
      } catch (SQLException e) {
        last = e.getMessage();
      }
    }
    Postmaster.stop(server);
    throw new PostgresException(
        "PostgreSQL is not ready after " + READY_MAX + " (" + last + "):\n" + logTail());
  }

  private void requireThisServer() throws SQLException {
    try (Connection connection = connect(SUPERUSER, SUPERUSER);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW data_directory")) {
      rows.next();
      String answering = rows.getString(1);
      if (!answering.equals(dataFolder().toString())) {
        throw new SQLException("port " + port + " belongs to the PostgreSQL of " + answering);
      }
    }
  }

  /** The processes of the started server; none when it was not started. */
  public Stream<ProcessHandle> processes() {
    Process started = process;
    return started == null
        ? Stream.empty()
        : Stream.concat(Stream.of(started.toHandle()), started.descendants());
  }

  /** Ends the started server by a fast shutdown: open transactions are rolled back. */
  public void stop() {
    if (process != null) {
      stop(process.toHandle());
      process = null;
    }
  }

  /** Ends a server by a fast shutdown, and by force when that takes longer than 30 s. */
  public static void stop(ProcessHandle server) {
    Postmaster.stop(server);
  }

  /** Kills the started server as a crash would (SIGKILL), and waits until its children are gone. */
  public void kill() {
    Process killed = process;
    if (killed == null) {
      throw new IllegalStateException("not started");
    }
    List<ProcessHandle> all = new ArrayList<>(killed.descendants().toList());
    killed.destroyForcibly();
    all.add(killed.toHandle());
    for (ProcessHandle one : all) {
      if (!Postmaster.ended(one, READY_MAX)) {
        throw new PostgresException("process " + one.pid() + " outlives its killed server");
      }
    }
    process = null;
  }

  /** Same as {@link #stop()}; the data stays. */
  @Override
  public void close() {
    stop();
  }

  /**
   * Deletes what lies outside the home: data and programs of a server that cannot enter it, which
   * would outlive a deleted home. Call it when the server does not run.
   */
  public void remove() throws IOException {
    Place known = place;
    Path base = known == null ? Place.elsewhere(home, ROOT_HOME) : known.data().getParent();
    if (base != null && !base.startsWith(home)) {
      Folders.remove(base);
    }
  }

  /** The server that runs on this data folder, whoever started it. */
  public Optional<ProcessHandle> running() {
    try {
      return Postmaster.of(dataFolder());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Makes a database unless it is there.
   *
   * @param name lower-case letters, digits and underscores
   */
  public void createDatabase(String name) throws SQLException {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a database name: " + name);
    }
    try (Connection connection = connect(SUPERUSER, SUPERUSER);
        PreparedStatement known =
            connection.prepareStatement("SELECT 1 FROM pg_database WHERE datname = ?");
        Statement create = connection.createStatement()) {
      known.setString(1, name);
      try (ResultSet rows = known.executeQuery()) {
        if (!rows.next()) {
          create.execute("CREATE DATABASE " + name);
        }
      }
    }
  }

  /** A new connection of a role, with the password of {@link #secrets}. */
  public Connection connect(String role, String database) throws SQLException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(jdbcUrl(database));
    source.setUser(role);
    source.setPassword(secrets.password(role));
    source.setConnectTimeout(5);
    source.setLoginTimeout(5);
    return source.getConnection();
  }

  /** Address without user and password. */
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  /** Passwords of the superuser and of whatever other roles the caller makes. */
  public Secrets secrets() {
    return secrets;
  }

  /** Everything the server said, over all its starts. */
  public Path log() {
    return log;
  }

  /**
   * Where the data lies: in the home, except for root without user namespaces, who may get another.
   */
  public Path dataFolder() {
    try {
      return place().data();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Place place() throws IOException {
    Place here = place;
    if (here == null) {
      here = Place.of(home, binaries, ROOT_HOME);
      place = here;
    }
    return here;
  }

  private String logTail() {
    try {
      List<String> lines = Files.readAllLines(log);
      int from = Math.max(0, lines.size() - LOG_TAIL_LINES);
      return String.join("\n", lines.subList(from, lines.size()));
    } catch (IOException e) {
      return "(no log: " + e + ")";
    }
  }
}
