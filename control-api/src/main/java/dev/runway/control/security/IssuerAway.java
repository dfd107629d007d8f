package dev.runway.control.security;

/** The issuer's keys cannot be fetched, and none is known that the token names. */
public final class IssuerAway extends RuntimeException {
  private static final long serialVersionUID = 1L;

  IssuerAway(Throwable cause) {
    super("the issuer's keys cannot be fetched", cause);
  }
}
