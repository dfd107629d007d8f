package dev.runway.control.security;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who asks.
 *
 * @param name as the audit log has it, such as {@code user:ada} or {@code token:ci}
 * @param teams teams whose things it may change
 * @param models models it may see and change; null for all
 */
public record Subject(
    String name, Set<Role> roles, Set<String> teams, @Nullable Set<String> models) {

  /** What names of persons begin with. */
  static final String PERSON = "user:";

  /** Whoever has the token of an API that runs for one person on one machine. */
  static final String DEMO = "demo";

  /** Who asks an open route. */
  public static final Subject NOBODY = new Subject("nobody", Set.of(), Set.of(), Set.of());

  public Subject {
    roles = Set.copyOf(roles);
    teams = Set.copyOf(teams);
    models = models == null ? null : Set.copyOf(models);
  }

  /** Whether a name is that of a person, whom an issuer vouches for, and not that of a token. */
  public static boolean isPerson(String name) {
    return name.startsWith(PERSON);
  }

  /**
   * Whether what a name asks for is a person's word: that of one whom an issuer vouches for, or of
   * whoever this API runs for alone. Any number of machines may have tokens; theirs is none.
   */
  public static boolean isPersonsWord(String name) {
    return isPerson(name) || name.equals(DEMO);
  }

  /** Whether it has a role; ADMIN stands for all, and whoever has any may view. */
  public boolean has(Role role) {
    return roles.contains(role)
        || roles.contains(Role.ADMIN)
        || (role == Role.VIEWER && !roles.isEmpty());
  }

  /** Whether it may change what a team owns. */
  public boolean isIn(String team) {
    return roles.contains(Role.ADMIN) || teams.contains(team);
  }

  /** Whether a model exists for it. */
  public boolean sees(String modelId) {
    return models == null || models.contains(modelId);
  }
}
