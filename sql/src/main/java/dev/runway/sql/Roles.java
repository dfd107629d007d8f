package dev.runway.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.postgresql.PGConnection;

/** Roles of the server, and what they may do in one database and schema. */
final class Roles {

  private Roles() {}

  /**
   * Makes the roles, sets their passwords, and opens database and schema to them alone; all of it
   * or nothing.
   */
  static void prepare(Connection admin, String schema, RolePasswords passwords)
      throws SQLException {
    admin.setAutoCommit(false);
    try {
      // Two migrators that change a role at once are refused by PostgreSQL. Roles belong to the
      // server, and so does this lock; an advisory one would only hold within the database.
      run(admin, "LOCK TABLE pg_catalog.pg_authid IN SHARE UPDATE EXCLUSIVE MODE");
      for (String role : RolePasswords.ROLES) {
        make(admin, role);
        // Sends a verifier made here: the password itself never travels, nor gets into a log.
        admin
            .unwrap(PGConnection.class)
            .alterUserPassword(role, passwords.of(role).toCharArray(), "scram-sha-256");
      }
      limit(admin);
      open(admin, schema);
      admin.commit();
    } catch (SQLException | RuntimeException e) {
      admin.rollback();
      throw e;
    } finally {
      admin.setAutoCommit(true);
    }
  }

  private static void make(Connection admin, String role) throws SQLException {
    try (PreparedStatement known =
        admin.prepareStatement("SELECT 1 FROM pg_roles WHERE rolname = ?")) {
      known.setString(1, role);
      try (ResultSet rows = known.executeQuery()) {
        if (!rows.next()) {
          run(admin, "CREATE ROLE " + role);
        }
      }
    }
    run(
        admin,
        "ALTER ROLE "
            + role
            + " LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS");
  }

  private static void limit(Connection admin) throws SQLException {
    for (String role : RolePasswords.ROLES) {
      run(admin, "ALTER ROLE " + role + " SET search_path = " + Migrations.SCHEMA);
    }
    run(admin, "ALTER ROLE runway_writer SET statement_timeout = '30s'");
    run(admin, "ALTER ROLE runway_writer SET lock_timeout = '10s'");
    // Whoever asks the API waits for less; longer work says so itself, for one transaction.
    run(admin, "ALTER ROLE runway_api SET statement_timeout = '5s'");
    run(admin, "ALTER ROLE runway_api SET lock_timeout = '3s'");
    run(admin, "ALTER ROLE runway_api SET idle_in_transaction_session_timeout = '15s'");
    // A courtesy to the reader; what binds is that it has no right to write.
    run(admin, "ALTER ROLE runway_reader SET default_transaction_read_only = on");
    run(admin, "ALTER ROLE runway_reader SET statement_timeout = '30s'");
  }

  private static void open(Connection admin, String schema) throws SQLException {
    String database = admin.getCatalog().replace("\"", "\"\"");
    List<String> statements =
        List.of(
            "REVOKE ALL ON DATABASE \"%s\" FROM PUBLIC".formatted(database),
            "GRANT CONNECT ON DATABASE \"%s\" TO runway_owner, runway_writer, runway_reader, runway_api"
                .formatted(database),
            "REVOKE ALL ON SCHEMA public FROM PUBLIC",
            "CREATE SCHEMA IF NOT EXISTS " + schema,
            "ALTER SCHEMA " + schema + " OWNER TO runway_owner",
            "REVOKE ALL ON SCHEMA " + schema + " FROM PUBLIC",
            "GRANT USAGE ON SCHEMA " + schema + " TO runway_writer, runway_reader, runway_api",
            "ALTER DEFAULT PRIVILEGES FOR ROLE runway_owner REVOKE ALL ON FUNCTIONS FROM PUBLIC",
            "ALTER DEFAULT PRIVILEGES FOR ROLE runway_owner REVOKE ALL ON TYPES FROM PUBLIC");
    for (String sql : statements) {
      run(admin, sql);
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
