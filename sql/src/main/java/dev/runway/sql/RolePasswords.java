package dev.runway.sql;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Passwords of the database's roles.
 *
 * @param owner of {@link #OWNER}, who owns the tables and migrates them
 * @param writer of {@link #WRITER}, who inserts and updates rows and can neither delete nor
 *     truncate
 * @param reader of {@link #READER}, who selects from views
 * @param api of {@link #API}, who keeps the registry and can neither delete nor truncate
 */
public record RolePasswords(String owner, String writer, String reader, String api) {

  public static final String OWNER = "runway_owner";
  public static final String WRITER = "runway_writer";
  public static final String READER = "runway_reader";
  public static final String API = "runway_api";

  /** All roles, the owner first. */
  public static final List<String> ROLES = List.of(OWNER, WRITER, READER, API);

  /** Asks for the password of each role by its name. */
  public static RolePasswords from(UnaryOperator<String> passwordOfRole) {
    return new RolePasswords(
        passwordOfRole.apply(OWNER),
        passwordOfRole.apply(WRITER),
        passwordOfRole.apply(READER),
        passwordOfRole.apply(API));
  }

  String of(String role) {
    return switch (role) {
      case OWNER -> owner;
      case WRITER -> writer;
      case READER -> reader;
      case API -> api;
      default -> throw new IllegalArgumentException("not a role of Runway: " + role);
    };
  }

  /** Names no password, so that none gets into a log. */
  @Override
  public String toString() {
    return "RolePasswords" + ROLES;
  }
}
