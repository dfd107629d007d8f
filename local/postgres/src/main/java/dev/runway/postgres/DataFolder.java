package dev.runway.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** A cluster's files: made once by initdb, configured anew at every start, never deleted. */
final class DataFolder {

  private static final String VERSION = "18";
  private static final String VERSION_FILE = "PG_VERSION";

  private DataFolder() {}

  /**
   * Makes the data folder unless it is there. initdb works in a folder of another name that is
   * renamed when whole, so what has the final name is always a complete cluster.
   *
   * @throws PostgresException if initdb fails, or the folder is of another major version
   */
  static void prepare(Path data, Path binaries, RunAs user, String password) throws IOException {
    if (Files.exists(data)) {
      requireVersion(data);
      return;
    }
    Path fresh = data.resolveSibling(data.getFileName() + ".new");
    Path passwordFile = data.resolveSibling(data.getFileName() + ".password");
    Folders.remove(fresh);
    Files.deleteIfExists(passwordFile);
    try {
      Folders.makePrivate(fresh);
      user.own(fresh);
      Folders.writePrivate(passwordFile, password);
      user.own(passwordFile);
      initialise(fresh, passwordFile, binaries, user);
      Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(passwordFile);
    }
  }

  private static void initialise(Path data, Path passwordFile, Path binaries, RunAs user) {
    Programs.Ended ended =
        Programs.run(
            user.command(
                List.of(
                    binaries.resolve("bin/initdb").toString(),
                    "--pgdata=" + data,
                    "--username=" + PostgresServer.SUPERUSER,
                    "--pwfile=" + passwordFile,
                    "--auth-host=scram-sha-256",
                    "--auth-local=scram-sha-256",
                    "--data-checksums",
                    "--encoding=UTF8",
                    // PostgreSQL's own sort order: the system's may change under an index.
                    "--no-locale",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8")));
    if (!ended.succeeded()) {
      throw new PostgresException(
          "initdb ended with " + ended.code() + " in " + data + ":\n" + ended.output());
    }
  }

  static boolean isCluster(Path data) {
    return Files.exists(data.resolve(VERSION_FILE));
  }

  private static void requireVersion(Path data) throws IOException {
    Path file = data.resolve(VERSION_FILE);
    if (!Files.exists(file)) {
      throw new PostgresException(data + " is not a PostgreSQL data folder; nothing was changed");
    }
    String version = Files.readString(file).strip();
    if (!version.equals(VERSION)) {
      throw new PostgresException(
          data
              + " holds data of PostgreSQL "
              + version
              + ", the programs are "
              + VERSION
              + ": dump it with the old programs and load it with the new ones");
    }
  }

  /** Replaces the configuration file, so that a start always means the settings of this release. */
  static void configure(Path data, int port, RunAs user) throws IOException {
    Path fresh = data.resolve("postgresql.conf.new");
    Files.deleteIfExists(fresh);
    Folders.writePrivate(fresh, configuration(port));
    user.own(fresh);
    Files.move(
        fresh,
        data.resolve("postgresql.conf"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static String configuration(int port) {
    return """
        # Written by Runway at every start; settings of your own go through ALTER SYSTEM.
        listen_addresses = '127.0.0.1'
        port = %d
        unix_socket_directories = ''            # clients use TCP; no socket, nobody else's socket
        max_connections = 100
        password_encryption = 'scram-sha-256'

        fsync = on
        synchronous_commit = on
        full_page_writes = on
        wal_level = minimal                     # one server, no replicas
        max_wal_senders = 0
        max_wal_size = 256MB

        shared_buffers = 64MB
        work_mem = 8MB
        maintenance_work_mem = 32MB
        io_method = sync                        # no extra worker processes
        jit = off

        statement_timeout = 5min
        lock_timeout = 30s
        idle_in_transaction_session_timeout = 1min
        tcp_keepalives_idle = 30
        tcp_keepalives_interval = 10
        tcp_keepalives_count = 3
        tcp_user_timeout = 30s
        client_connection_check_interval = 10s

        timezone = 'UTC'
        log_timezone = 'UTC'
        datestyle = 'iso, ymd'
        lc_messages = 'C'
        logging_collector = off
        log_line_prefix = '%%m [%%p] %%q%%u@%%d '
        log_checkpoints = off
        """
        .formatted(port);
  }
}
