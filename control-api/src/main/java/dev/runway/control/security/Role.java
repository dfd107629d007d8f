package dev.runway.control.security;

import java.util.Locale;
import java.util.Optional;

/** What a subject may do; each is given by itself, and only ADMIN stands for all. */
public enum Role {
  /** Reads everything but tokens. */
  VIEWER,
  /** Changes what its teams own. */
  EDITOR,
  /** Approves, mutes, and pulls the kill switch of what its teams own. */
  APPROVER,
  /** Everything, of all teams. */
  ADMIN;

  /** As it is written in tokens. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role of a word; empty when it is none of ours. */
  public static Optional<Role> of(String word) {
    for (Role role : values()) {
      if (role.word().equals(word)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }
}
