package dev.runway.control.security;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to use a route.
 *
 * @param role null for a route that is open to everybody
 * @param owned what must belong to a team of the subject
 */
public record Access(@Nullable Role role, Set<Owned> owned) {

  /** What a request is about, and so whose it is. */
  public enum Owned {
    /**
     * The model of the path: it must be within a token's models. Its team need not be one's own.
     */
    MODEL_SEEN,
    /** The model of the path: its team must be one's own. */
    MODEL,
    /** The policy of the path: its team must be one's own. */
    POLICY,
    /** The embedding space of the path: its team must be one's own. */
    SPACE,
    /**
     * The alert of the path: the team of its model must be one's own, and the model within a
     * token's models. One that is about no model, or whose team nobody knows, is an
     * administrator's.
     */
    ALERT,
    /** The team of the path must be one's own. */
    TEAM,
    /** What tells of all models: not for a token that is limited to some. */
    ALL_MODELS,
    /** The team that the body names must be one's own. */
    BODY_TEAM
  }

  public Access {
    owned = owned.isEmpty() ? Set.of() : Set.copyOf(owned);
  }

  /** For everybody, known or not. */
  public static Access open() {
    return new Access(null, Set.of());
  }

  /** For whoever has the role. */
  public static Access of(Role role) {
    return new Access(role, Set.of());
  }

  /** The same, for the owners of something. */
  public Access owning(Owned... things) {
    Set<Owned> all = EnumSet.noneOf(Owned.class);
    all.addAll(owned);
    all.addAll(Set.of(things));
    return new Access(role, all);
  }

  public boolean isOpen() {
    return role == null;
  }
}
