package dev.runway.stack.supervisor;

import dev.runway.postgres.PostgresException;
import dev.runway.postgres.PostgresServer;
import dev.runway.postgres.Secrets;
import dev.runway.sql.Migrations;
import dev.runway.sql.RolePasswords;
import dev.runway.stack.Ports;
import dev.runway.stack.StackFolder;
import dev.runway.stack.flink.JobArguments;
import dev.runway.stack.process.Launch;
import dev.runway.stack.process.PidFile;
import dev.runway.stack.process.ProcessIdentity;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** PostgreSQL with the tables of this release. */
final class PostgresComponent implements Component {

  private static final int LIMIT_MILLIS = 5000;
  private static final int SSL_REQUEST_BYTES = 8;
  private static final int SSL_REQUEST = 80_877_103;

  private final StackFolder folder;
  private final int port;
  private final PostgresServer server;
  private final Secrets roles;
  private volatile boolean recognised;

  PostgresComponent(StackFolder folder, Ports ports) {
    this.folder = folder;
    this.port = ports.of(Ports.POSTGRES);
    this.server =
        new PostgresServer(
            folder.data().resolve("postgres"), folder.root().resolve("programs"), port);
    this.roles = new Secrets(folder.secrets());
  }

  @Override
  public String name() {
    return "postgres";
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public Launch launch() throws IOException {
    recognised = false;
    try {
      ProcessBuilder builder = server.prepare();
      List<String> command = new ArrayList<>(builder.command());
      command.add(folder.postgresMark());
      builder.command(command);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(folder.log(name()).toFile()));
      return new Launch(builder, folder.postgresMark());
    } catch (PostgresException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public boolean mayAdopt(PidFile.Entry living) {
    boolean same = unlisted().filter(living.process()::equals).isPresent();
    return same && recognise();
  }

  @Override
  public Optional<ProcessIdentity> unlisted() {
    return server.running().flatMap(process -> ProcessIdentity.of(process.pid()));
  }

  /** At first by a query, for the port may be another server's; after that by a bare greeting. */
  @Override
  public boolean ready() {
    if (!recognised) {
      recognised = recognise();
    }
    return recognised && greets();
  }

  private boolean recognise() {
    try (Connection connection =
            server.connect(PostgresServer.SUPERUSER, PostgresServer.SUPERUSER);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW data_directory")) {
      return rows.next() && rows.getString(1).equals(server.dataFolder().toString());
    } catch (SQLException e) {
      return false;
    }
  }

  /** Any answer to the question whether it speaks TLS shows that it accepts connections. */
  private boolean greets() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LIMIT_MILLIS);
      socket.setSoTimeout(LIMIT_MILLIS);
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeInt(SSL_REQUEST_BYTES);
      out.writeInt(SSL_REQUEST);
      out.flush();
      return socket.getInputStream().read() >= 0;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Brings the database to the tables of this release and writes the roles' passwords.
   *
   * @return number of migrations applied now
   */
  int migrate() throws SQLException {
    server.createDatabase(JobArguments.DATABASE);
    return Migrations.migrate(
        server.jdbcUrl(JobArguments.DATABASE),
        PostgresServer.SUPERUSER,
        server.secrets().password(PostgresServer.SUPERUSER),
        Migrations.SCHEMA,
        RolePasswords.from(roles::password));
  }

  @Override
  public boolean end(ProcessIdentity process) {
    if (process.alive()) {
      ProcessHandle.of(process.pid()).ifPresent(PostgresServer::stop);
    }
    return !process.alive();
  }

  @Override
  public List<Path> logs() {
    return List.of(folder.log(name()));
  }
}
