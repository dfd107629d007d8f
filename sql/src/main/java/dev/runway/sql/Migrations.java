package dev.runway.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.ds.PGSimpleDataSource;

/** Brings a database to the tables, views and rights of this release. */
public final class Migrations {

  /** Schema of the live tables. */
  public static final String SCHEMA = "runway";

  /** An index over a year of rows takes minutes; a server that is silent for longer is gone. */
  private static final int LONGEST_STATEMENT_SECONDS = 30 * 60;

  private static final System.Logger LOG = System.getLogger(Migrations.class.getName());

  private static final Pattern NAME = Pattern.compile("(?!pg_|public$)[a-z][a-z0-9_]{0,62}");

  private Migrations() {}

  /**
   * Makes the roles, the schema and whatever tables are missing. Doing it again changes nothing but
   * the roles' password verifiers.
   *
   * <p>Others may work in the schema meanwhile. A migration that waits for them for too long, or
   * that PostgreSQL ends because they wait for each other, is undone and tried again for ten
   * minutes; each time is logged.
   *
   * @param jdbcUrl address of the database, without user and password
   * @param user a role that may make roles and schemas: a superuser
   * @param password of {@code user}
   * @param schema {@link #SCHEMA}, or another name for an isolated copy such as a replay; clients
   *     of a copy name it as {@code currentSchema} in their JDBC address
   * @param passwords what the roles shall have; on one server they are the same for all databases
   * @return number of migrations applied now, 0 when the schema was up to date
   * @throws IllegalArgumentException if the schema is not a plain lower-case name, or is public
   * @throws MigrationFailed if the database refuses, or holds migrations that differ from ours
   */
  public static int migrate(
      String jdbcUrl, String user, String password, String schema, RolePasswords passwords) {
    return migrate(
        jdbcUrl,
        user,
        password,
        schema,
        passwords,
        Patience.USUAL,
        told -> LOG.log(System.Logger.Level.WARNING, told));
  }

  /**
   * The same.
   *
   * @param told what is tried again, and why
   */
  static int migrate(
      String jdbcUrl,
      String user,
      String password,
      String schema,
      RolePasswords passwords,
      Patience patience,
      Consumer<String> told) {
    if (!NAME.matcher(schema).matches()) {
      throw new IllegalArgumentException("not a name for a schema of Runway: " + schema);
    }
    try (Connection admin = source(jdbcUrl, user, password).getConnection()) {
      Roles.prepare(admin, schema, passwords);
      Flyway flyway = flyway(jdbcUrl, schema, passwords, patience);
      int before = flyway.info().applied().length;
      patience.tryAgain(flyway::migrate, told);
      return flyway.info().applied().length - before;
    } catch (SQLException | FlywayException e) {
      throw new MigrationFailed("cannot migrate schema " + schema + ": " + e.getMessage(), e);
    }
  }

  static Flyway flyway(String jdbcUrl, String schema, RolePasswords passwords) {
    return flyway(jdbcUrl, schema, passwords, Patience.USUAL);
  }

  private static Flyway flyway(
      String jdbcUrl, String schema, RolePasswords passwords, Patience patience) {
    PGSimpleDataSource owner = source(jdbcUrl, RolePasswords.OWNER, passwords.owner());
    owner.setOptions("-c lock_timeout=" + patience.lockTimeout().toMillis());
    return Flyway.configure(Migrations.class.getClassLoader())
        .dataSource(owner)
        .defaultSchema(schema)
        .createSchemas(false)
        .locations("classpath:db/migration")
        .failOnMissingLocations(true)
        .validateMigrationNaming(true)
        .placeholderReplacement(false)
        .cleanDisabled(true)
        .callbacks(new ReadersFirst())
        .load();
  }

  private static PGSimpleDataSource source(String jdbcUrl, String user, String password) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(jdbcUrl);
    source.setUser(user);
    source.setPassword(password);
    source.setConnectTimeout(10);
    source.setSocketTimeout(LONGEST_STATEMENT_SECONDS);
    source.setTcpKeepAlive(true);
    source.setApplicationName("runway-migrations");
    return source;
  }
}
