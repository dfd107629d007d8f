package dev.runway.control.security;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds out who asks. */
public final class Authenticator {
  private static final String SCHEME = "bearer ";

  private final ApiTokens machines;
  private final @Nullable PersonTokens people;

  /**
   * @param people null when no issuer is configured
   */
  public Authenticator(ApiTokens machines, @Nullable PersonTokens people) {
    this.machines = machines;
    this.people = people;
  }

  /**
   * Who sent a header.
   *
   * @param authorization the Authorization header; null when there was none
   * @throws AuthenticationFailed if that is not known
   */
  public Subject authenticate(@Nullable String authorization) throws AuthenticationFailed {
    if (authorization == null) {
      throw new AuthenticationFailed("send a token: Authorization: Bearer ...");
    }
    if (!authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      throw new AuthenticationFailed("only bearer tokens are known here");
    }
    String token = authorization.substring(SCHEME.length()).strip();
    if (TokenText.isOne(token)) {
      return machines.subject(token);
    }
    if (people == null) {
      throw new AuthenticationFailed("this is no API token, and no issuer is configured");
    }
    return people.subject(token);
  }
}
